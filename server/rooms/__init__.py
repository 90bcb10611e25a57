"""Rooms as stored, and what happens in an open one besides its text."""
