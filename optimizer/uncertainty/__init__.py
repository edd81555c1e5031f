"""Plans under uncertainty: what is committed now, and what is done later in each case."""
