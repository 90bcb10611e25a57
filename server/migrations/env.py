"""Alembic's entry point: runs the steps on the connection that `server.migrations` opened."""

from alembic import context

# All of it is one transaction on both databases: a step that fails leaves nothing behind.
context.configure(
    connection=context.config.attributes["connection"], transactional_ddl=True, render_as_batch=True
)
context.run_migrations()
