"""Columns that the rows of a table cannot follow."""

EXAMPLES = {
    "not-null-without-default": (
        """
        def upgrade():
            op.add_column("book", sa.Column("stars", sa.Integer(), nullable=False))
        """,
        """
        def upgrade():
            op.add_column(
                "book", sa.Column("stars", sa.Integer(), server_default="0", nullable=False)
            )
        """,
    ),
    "set-not-null": (
        """
        def upgrade():
            with op.batch_alter_table("word") as batch:
                batch.alter_column("uses", existing_type=sa.Integer(), nullable=False)
        """,
        """
        def upgrade():
            if op.get_context().dialect.name != "postgresql":
                return
            op.alter_column("book", "pages", existing_type=sa.Integer(), nullable=False)
        """,
    ),
    "type-narrowing": (
        """
        def upgrade():
            with op.batch_alter_table("word") as batch:
                batch.alter_column("word", type_=sa.String(20))
        """,
        """
        def upgrade():
            with op.batch_alter_table("word") as batch:
                batch.alter_column("word", existing_type=sa.String(40), type_=sa.String(80))
        """,
    ),
    "type-change": (
        """
        def upgrade():
            with op.batch_alter_table("word") as batch:
                batch.alter_column("uses", type_=sa.BigInteger())
        """,
        """
        def upgrade():
            op.add_column("word", sa.Column("all_uses", sa.BigInteger()))
        """,
    ),
    "non-constant-default": (
        """
        def upgrade():
            op.add_column("book", sa.Column("bought", sa.DateTime(), server_default=sa.func.now()))
        """,
        """
        def upgrade():
            op.add_column("book", sa.Column("bought", sa.DateTime()))
            op.add_column("book", sa.Column("sold", sa.Boolean(), server_default=sa.false()))
        """,
    ),
    "stored-column": (
        """
        def upgrade():
            op.add_column(
                "book", sa.Column("thick", sa.Integer(), sa.Computed("pages / 9", persisted=True))
            )
        """,
        """
        def upgrade():
            op.add_column("book", sa.Column("thick", sa.Integer()))
        """,
    ),
    "json-column": (
        """
        def upgrade():
            op.add_column("book", sa.Column("facts", sa.JSON()))
        """,
        """
        from sqlalchemy.dialects import postgresql

        def upgrade():
            facts = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
            op.add_column("book", sa.Column("facts", facts))
        """,
    ),
}
