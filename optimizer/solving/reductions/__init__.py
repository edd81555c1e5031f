"""The three exact reductions: what a search need not tell apart, and how its plan is told apart again."""
