"""What is computed from the record of a plan: values, by business area."""
