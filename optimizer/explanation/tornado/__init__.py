"""How much the answer depends on each figure: low and high, solved again and with the plan held; and a screening."""
