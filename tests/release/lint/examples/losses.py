"""What a revision takes away."""

EXAMPLES = {
    "undeclared-loss": (
        """
        def upgrade():
            op.drop_column("book", "blurb")
        """,
        """
        expected_loss = [
            "drop:book.blurb",  # nobody ever wrote one
            # the words are counted anew each night
            "object:ix_word_word",
        ]

        def upgrade():
            op.drop_column("book", "blurb")
            if op.get_context().dialect.name == "sqlite":
                op.drop_index("ix_word_word", "word")
            op.create_table("heap", sa.Column("id", sa.Integer()))
            op.drop_table("heap")
        """,
    ),
    "malformed-loss": (
        """
        expected_loss = ["drop:book.blurb"]

        def upgrade():
            op.drop_column("book", "blurb")
        """,
        """
        expected_loss = ["drop:book.blurb"]  # nobody ever wrote one

        def upgrade():
            op.drop_column("book", "blurb")
        """,
    ),
    "drop-schema": (
        """
        def upgrade():
            op.execute("DROP SCHEMA archive")
        """,
        """
        expected_loss = ["drop:word"]  # counted anew each night

        def upgrade():
            op.drop_table("word")
        """,
    ),
    "cascade": (
        """
        expected_loss = ["drop:author"]  # the publisher took over

        def upgrade():
            op.execute('DROP TABLE "author" CASCADE')
        """,
        """
        expected_loss = ["drop:author", "drop:book"]  # the publisher took over

        def upgrade():
            op.drop_table("book")
            op.drop_table("author")
        """,
    ),
    "rename-as-drop-and-add": (
        """
        expected_loss = ["drop:book.blurb"]  # autogenerate wanted it

        def upgrade():
            op.add_column("book", sa.Column("praise", sa.Text()))
            op.drop_column("book", "blurb")
        """,
        """
        expected_loss = ["drop:book.blurb"]  # nobody ever wrote one

        def upgrade():
            op.add_column("book", sa.Column("stars", sa.Integer()))
            op.drop_column("book", "blurb")
        """,
    ),
}
