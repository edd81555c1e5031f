"""Processes of this machine that work for this one: `pool.py` gives orders, `serving.py` is the other end."""
