"""PostgreSQL's locks."""

EXAMPLES = {
    "non-concurrent-index": (
        """
        def upgrade():
            op.create_index("ix_book_pages", "book", ["pages"])
        """,
        """
        def upgrade():
            if op.get_context().dialect.name == "postgresql":
                with op.get_context().autocommit_block():
                    op.create_index(
                        "ix_book_pages", "book", ["pages"], postgresql_concurrently=True
                    )
            else:
                op.create_index("ix_book_pages", "book", ["pages"])
        """,
    ),
    "non-concurrent-index-drop": (
        """
        expected_loss = ["object:ix_word_word"]  # no query uses it

        def upgrade():
            op.drop_index("ix_word_word", "word")
        """,
        """
        expected_loss = ["object:ix_word_word"]  # no query uses it

        def upgrade():
            is_postgresql = op.get_bind().dialect.name == "postgresql"
            if is_postgresql:
                with op.get_context().autocommit_block():
                    op.drop_index("ix_word_word", "word", postgresql_concurrently=True)
            if not is_postgresql:
                op.drop_index("ix_word_word", "word")
        """,
    ),
    "concurrently-in-transaction": (
        """
        def upgrade():
            op.create_index("ix_book_pages", "book", ["pages"], postgresql_concurrently=True)
        """,
        """
        def upgrade():
            if op.get_context().dialect.name == "postgresql":
                with op.get_context().autocommit_block():
                    op.drop_index("ix_p", "book", if_exists=True, postgresql_concurrently=True)
                    op.execute("CREATE INDEX CONCURRENTLY ix_p ON book (pages)")
        """,
    ),
    "concurrently-not-alone": (
        """
        def upgrade():
            op.add_column("book", sa.Column("stars", sa.Integer()))
            with op.get_context().autocommit_block():
                op.create_index("ix_book_stars", "book", ["stars"], postgresql_concurrently=True)
        """,
        """
        def upgrade():
            op.add_column("book", sa.Column("stars", sa.Integer()))
        """,
    ),
    "constraint-builds-index": (
        """
        def upgrade():
            op.create_unique_constraint("uq_word_word", "word", ["word"])
        """,
        """
        def upgrade():
            if op.get_context().dialect.name == "postgresql":
                with op.get_context().autocommit_block():
                    op.create_index(
                        "uq_word", "word", ["word"], unique=True, postgresql_concurrently=True
                    )
            else:
                op.create_index("uq_word", "word", ["word"], unique=True)
        """,
    ),
    "constraint-without-not-valid": (
        """
        def upgrade():
            op.add_column("word", sa.Column("book_id", sa.Integer()))
            op.create_foreign_key("fk_word_book_id", "word", "book", ["book_id"], ["id"])
        """,
        """
        def upgrade():
            book_id = sa.Column("book_id", sa.Integer(), sa.ForeignKey("book.id"))
            op.add_column("word", book_id, inline_references=True)
            with op.batch_alter_table("word") as batch:
                batch.create_check_constraint("ck_word_uses", "uses > 0", postgresql_not_valid=True)
        """,
    ),
    "validated-in-same-revision": (
        """
        def upgrade():
            op.create_check_constraint("ck_word", "word", "uses > 0", postgresql_not_valid=True)
            op.execute("ALTER TABLE word VALIDATE CONSTRAINT ck_word")
        """,
        """
        def upgrade():
            if op.get_context().dialect.name == "postgresql":
                op.execute("ALTER TABLE book VALIDATE CONSTRAINT ck_book_pages")
        """,
    ),
    "blocks-table": (
        """
        def upgrade():
            op.execute("REINDEX TABLE book")
        """,
        """
        def upgrade():
            if op.get_context().dialect.name == "postgresql":
                with op.get_context().autocommit_block():
                    op.execute("REINDEX TABLE CONCURRENTLY book")
        """,
    ),
}
