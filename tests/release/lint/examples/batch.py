"""Rebuilding a table on SQLite."""

EXAMPLES = {
    "batch-on-parent": (
        """
        def upgrade():
            with op.batch_alter_table("author", recreate="always") as batch:
                batch.alter_column("name", new_column_name="full_name")
        """,
        """
        def upgrade():
            op.alter_column("author", "name", new_column_name="full_name")
        """,
    ),
    "batch-drops-triggers": (
        """
        def upgrade():
            with op.batch_alter_table("book") as batch_op:
                batch_op.alter_column("blurb", new_column_name="praise")
        """,
        """
        def upgrade():
            with op.batch_alter_table("book", schema=None) as batch_op:
                batch_op.add_column(sa.Column("praise", sa.Text()))
        """,
    ),
    "batch-loses-details": (
        """
        def upgrade():
            with op.batch_alter_table("diary") as batch:
                batch.alter_column("day", new_column_name="date")
        """,
        """
        def upgrade():
            with op.batch_alter_table("word") as batch:
                batch.alter_column("uses", new_column_name="used")
        """,
    ),
}
