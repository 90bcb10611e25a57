"""Runs: language catalogue, sandboxes and what happens in them."""
