"""What all layers agree on, as data: tables of decisions, ledger lines, accounts, objectives, kinds of debt.

Nothing here computes anything of a plan, and nothing here imports the rest of the package. The audit reads it as it
reads an instance: what a line is called is an agreement, what stands on it is not.
"""
