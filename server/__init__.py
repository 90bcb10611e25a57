"""The web server: routes, authentication, storage of metadata, and the one composition root."""
