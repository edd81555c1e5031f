"""The answer of a solve: tables, statements, figures, and the folder it is kept in."""
