"""Second best: plans that cost little more and differ most, and what all of them have in common."""
