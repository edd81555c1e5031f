"""Schedules: one file per business area, one function per table."""
