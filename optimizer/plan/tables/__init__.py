"""What is shown of a plan: tables with their names and columns, by business area."""
