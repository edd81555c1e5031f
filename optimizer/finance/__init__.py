"""Pure formulas on numbers, which model, plan, solver and bounds share. The audit has its own."""
