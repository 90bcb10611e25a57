"""What carries requests and room sockets, below the routes."""
