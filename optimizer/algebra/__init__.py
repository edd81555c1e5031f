"""The algebra that the model is written in: columns, linear expressions, and rows.

The blocks of ``optimizer.model`` say ``x <= 2 * y + 3`` and ``quicksum(…)``. Of what they say it is a choice: of the
columns of ``ArrayModel``, whose expressions are lists of numbers that become a matrix without a detour, or of the
variables of Pyomo, by ``PyomoModel``. Both hold the same model; a test compares them number by number.
"""
