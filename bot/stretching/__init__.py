"""Guided stretching: routines as phases in time, runs through them, and the messages that show them."""
