"""Comparing: mixes and scenarios, sweeps, frontiers, and the executors that run them."""
