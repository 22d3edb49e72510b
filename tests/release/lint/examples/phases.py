"""The phases of a change without downtime."""

_EXPAND = """
    phase = "expand"

    def upgrade():
        op.add_column("book", sa.Column("stars", sa.Integer()))
    """
EXAMPLES = {
    "unknown-phase": (
        """
        phase = "during"

        def upgrade():
            op.add_column("book", sa.Column("stars", sa.Integer()))
        """,
        _EXPAND,
    ),
    "expand-breaks-old-code": (
        """
        phase = "expand"

        def upgrade():
            op.alter_column("book", "blurb", new_column_name="praise")
        """,
        _EXPAND,
    ),
    "expand-and-contract": (
        """
        phase = "contract"

        def upgrade():
            op.alter_column("book", "blurb", new_column_name="praise")
        """,
        """
        phase = "contract"

        def upgrade():
            op.alter_column("book", "blurb", new_column_name="praise")
        """,
        _EXPAND,
    ),
}
