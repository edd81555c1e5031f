"""Instances with a known optimum, solved and compared: what `capstack check` runs."""
