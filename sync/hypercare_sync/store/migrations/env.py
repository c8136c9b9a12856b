"""How Alembic runs our migrations: on the connection that the store gives, within its transaction."""

from alembic import context

from hypercare_sync.store import schema

context.configure(
    connection=context.config.attributes["connection"], target_metadata=schema.metadata, transactional_ddl=True
)
with context.begin_transaction():
    context.run_migrations()
