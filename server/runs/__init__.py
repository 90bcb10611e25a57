"""Runs as rooms see and keep them."""
