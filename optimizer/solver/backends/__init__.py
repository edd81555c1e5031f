"""Solvers other than HiGHS, one file each; they run in the solver's process, as HiGHS does."""
