"""A plan as one page to read and to print: no script, nothing from elsewhere."""
