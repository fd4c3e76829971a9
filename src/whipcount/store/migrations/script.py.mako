"""${message}."""

import sqlalchemy as sa
from alembic import op

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = None
depends_on = None


def upgrade() -> None:
    """One step further."""
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    """Steps are not taken back: a backup is."""
    raise NotImplementedError
