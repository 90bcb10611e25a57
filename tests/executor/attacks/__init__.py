"""Hostile programs, run for real: `python -m tests.executor.attacks` tells what became of each."""
