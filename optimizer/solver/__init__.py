"""Matrices and what is best over them: HiGHS, levels, ratios, starts and second opinions. No instance, no model."""
