"""What Alembic runs: the steps, on the connection that `whipcount.store.migrate` hands over."""

from alembic import context

from whipcount.store.schema import METADATA

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=METADATA, transactional_ddl=True, render_as_batch=True)
context.run_migrations()
