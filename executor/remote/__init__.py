"""An executor in a process of its own, and its twin in the server's: see docs/decisions/."""
