"""Live rooms: sync protocol, document, awareness, sessions and durability."""
