"""The commands of capstack, one in each file; `optimizer/cli.py` is the table of them."""
