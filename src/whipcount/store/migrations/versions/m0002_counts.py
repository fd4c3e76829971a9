"""Counts of ballots, and files that wait for their job."""

import sqlalchemy as sa
from alembic import op

from whipcount.store.migrations.views_0002 import VIEWS

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Tables for counts, who asked for them, and what was uploaded; and the view for reading along."""
    op.create_table(
        "uploads",
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_uploads")),
    )
    op.create_table(
        "job_files",
        sa.Column("job_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["hash"], ["uploads.hash"], name=op.f("fk_job_files_hash")),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name=op.f("fk_job_files_job_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("job_id", "position", name=op.f("pk_job_files")),
    )
    op.create_index(op.f("ix_job_files_hash"), "job_files", ["hash"], unique=False)
    op.create_table(
        "counts",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("rulebook", sa.Text(), nullable=False),
        sa.Column("options", sa.Text(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("asked", sa.Text(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("job_id", sa.Integer(), nullable=True),
        sa.Column("winner", sa.Text(), nullable=True),
        sa.Column("says", sa.Text(), nullable=True),
        sa.Column("record", sa.Text(), nullable=True),
        sa.Column("tally", sa.Text(), nullable=True),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("finished", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name=op.f("fk_counts_job_id")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_counts")),
        sa.UniqueConstraint("digest", name=op.f("uq_counts_digest")),
    )
    op.create_index(op.f("ix_counts_job_id"), "counts", ["job_id"], unique=False)
    op.create_table(
        "count_files",
        sa.Column("count_key", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["count_key"], ["counts.key"], name=op.f("fk_count_files_count_key"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["hash"], ["uploads.hash"], name=op.f("fk_count_files_hash")),
        sa.PrimaryKeyConstraint("count_key", "role", "position", name=op.f("pk_count_files")),
    )
    op.create_index(op.f("ix_count_files_hash"), "count_files", ["hash"], unique=False)
    op.create_table(
        "count_askers",
        sa.Column("count_key", sa.Text(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["count_key"], ["counts.key"], name=op.f("fk_count_askers_count_key"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("count_key", "who", name=op.f("pk_count_askers")),
    )
    op.create_index("ix_count_askers_who", "count_askers", ["who"], unique=False)
    for name, query in VIEWS.items():
        op.execute(f"CREATE VIEW {name} AS {query}")


def downgrade() -> None:
    """Steps are not taken back: a backup is."""
    raise NotImplementedError
