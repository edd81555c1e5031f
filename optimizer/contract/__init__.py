"""What all layers agree on: tables of decisions, ledger lines, accounts, objectives, kinds of debt, as data.

Beside them how files are written whole (``durable``), what an audit was of (``digest``) and what is known while a plan
is looked for (``progress``). Nothing here says what is on a line, and nothing here imports the rest of the package. The
audit reads it as it reads an instance: what a line is called is an agreement, what stands on it is not.
"""
