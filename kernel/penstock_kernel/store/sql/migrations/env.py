"""What alembic runs a migration in: the connection that it is given."""

from __future__ import annotations

from alembic import context

from penstock_kernel.store.sql.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    transactional_ddl=True,
)
context.run_migrations()
