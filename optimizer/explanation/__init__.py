"""Why there is no plan: the limits that cannot hold together, and what it would take."""
