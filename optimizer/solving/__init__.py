"""From an instance to a plan: what is asked, its matrix, the levels, and what is published and audited of them."""
