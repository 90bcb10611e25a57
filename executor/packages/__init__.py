"""Packages of a room: resolved, locked, and installed once for all who have the same lock."""
