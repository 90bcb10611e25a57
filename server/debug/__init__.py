"""Debugging as rooms see it."""
