"""A plan as slides, with charts that the people who present can edit."""
