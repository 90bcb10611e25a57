"""Packages that rooms have installed."""
