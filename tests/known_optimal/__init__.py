"""Instances whose best value is known from elsewhere: published, in closed form, or by enumeration."""
