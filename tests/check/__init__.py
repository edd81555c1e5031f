"""Instances with a known optimum: reading sidecars, comparing, reporting."""
