"""Exhibits as SVG: no script, no font or colour of its own, readable in light and dark."""
