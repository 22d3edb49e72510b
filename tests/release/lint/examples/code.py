"""The code of a revision."""

EXAMPLES = {
    "pragma": (
        """
        def upgrade():
            op.execute("PRAGMA foreign_keys=OFF")
        """,
        """
        def upgrade():
            op.execute("SELECT 1")
        """,
    ),
    "transaction-control": (
        """
        def upgrade():
            op.get_bind().exec_driver_sql("COMMIT")
        """,
        """
        def upgrade():
            if op.get_context().dialect.name == "postgresql":
                with op.get_context().autocommit_block():
                    op.execute("VACUUM book")
        """,
    ),
    "own-connection": (
        """
        def upgrade():
            with op.get_bind().engine.begin() as connection:
                connection.execute(sa.text("UPDATE word SET uses = 1"))
        """,
        """
        def upgrade():
            bind = op.get_bind()
            if bind.engine.dialect.name in ("sqlite", "postgresql"):
                bind.execute(sa.text("UPDATE word SET uses = 1"))
            assert sa.inspect(bind).has_table("word")
        """,
    ),
    "string-built-sql": (
        """
        def upgrade():
            bind = op.get_bind()
            for title in bind.execute(sa.text("SELECT title FROM book")).scalars():
                bind.execute(sa.text(f"UPDATE word SET uses = 1 WHERE word = '{title}'"))
        """,
        """
        book = sa.table("book", sa.column("title"))

        def upgrade():
            bind = op.get_bind()
            statement = book.update().where(book.c.title == "Tea").values(title="Tea time")
            bind.execute(statement)
            bind.execute(sa.text("UPDATE word SET uses = :uses"), {"uses": 1})
            for table in ("word", "author"):
                bind.exec_driver_sql(f"UPDATE {table} SET id = id")
        """,
    ),
    "application-import": (
        """
        from website.models import Note

        def upgrade():
            op.get_bind().execute(sa.update(Note).values(heading="Tea"))
        """,
        """
        import json

        book = sa.table("book", sa.column("pages"))

        def upgrade():
            op.get_bind().execute(sa.update(book).values(pages=json.loads("7")))
        """,
    ),
    "missing-downgrade": (
        """
        def upgrade():
            op.add_column("book", sa.Column("stars", sa.Integer()))

        def downgrade():
            pass
        """,
        """
        expected_loss = ["drop:book.blurb"]  # nobody ever wrote one

        def upgrade():
            op.drop_column("book", "blurb")

        def downgrade():
            raise NotImplementedError("The blurbs are gone; restore the backup.")
        """,
    ),
    "data-and-schema": (
        """
        def upgrade():
            op.add_column("book", sa.Column("stars", sa.Integer()))
            op.execute("UPDATE book SET stars = 3")
        """,
        """
        def upgrade():
            shelf = op.create_table("shelf", sa.Column("name", sa.Text()))
            op.bulk_insert(shelf, [{"name": "Poems"}])
            op.execute("INSERT INTO shelf (name) SELECT title FROM book")
        """,
    ),
    "unnamed-constraint": (
        """
        def upgrade():
            op.create_table(
                "shelf", sa.Column("book_id", sa.Integer()),
                sa.ForeignKeyConstraint(["book_id"], ["book.id"]),
            )
        """,
        """
        def upgrade():
            op.create_table(
                "shelf",
                sa.Column("id", sa.Integer(), primary_key=True),
                sa.Column(
                    "book_id", sa.Integer(), sa.ForeignKey("book.id", name=op.f("fk_shelf_book_id"))
                ),
                sa.Column("name", sa.Text(), index=True),
                sa.CheckConstraint("name <> ''", name="ck_shelf_name"),
            )
        """,
    ),
    "partial-on-one-database": (
        """
        def upgrade():
            op.create_index(
                "ux_word", "word", ["word"], unique=True, sqlite_where=sa.text("uses > 0")
            )
        """,
        """
        def upgrade():
            op.create_table("shelf", sa.Column("name", sa.Text()), sa.Column("uses", sa.Integer()))
            where = sa.text("uses > 0")
            op.create_index(
                "ux_shelf", "shelf", ["name"], unique=True, sqlite_where=where,
                postgresql_where=where,
            )
            if op.get_bind().dialect.name == "postgresql":
                op.create_index("ix_shelf", "shelf", ["uses"], postgresql_where=where)
            op.create_index("ix_name", "shelf", ["name"])
        """,
    ),
    "name-too-long": (
        f"""
        def upgrade():
            op.create_table("{"shelf" * 13}", sa.Column("id", sa.Integer(), primary_key=True))
        """,
        f"""
        def upgrade():
            op.create_table("{"shelf" * 12}", sa.Column("id", sa.Integer(), primary_key=True))
        """,
    ),
}
