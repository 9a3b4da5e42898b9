"""Alembic's entry: runs the migrations on the connection that tracker.storage.schema hands over."""

from alembic import context
from sqlmodel import SQLModel

import tracker.storage.tables  # noqa: F401 - fills the metadata

# transactional_ddl: SQLite can do it, and a half-migrated database must not be left behind.
context.configure(
    connection=context.config.attributes["connection"], target_metadata=SQLModel.metadata, transactional_ddl=True
)
with context.begin_transaction():
    context.run_migrations()
