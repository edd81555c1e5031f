"""A committed plan in a world that turns out otherwise: what falls short, what is broken, and what cures it."""
