"""The commands for who runs the server."""
