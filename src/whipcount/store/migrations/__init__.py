"""Alembic migrations of the store, in order: each brings a database one step further, in one transaction."""
