"""Oracles: small solvers by enumeration or closed form that share no code with the optimizer."""
