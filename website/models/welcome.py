"""The first note of a new person, to read, to change and to throw away."""

from website.models.content import Content

WELCOME = Content(
    "Welcome to Octavo",
    """\
This note is yours. Change it, archive it, or throw it away.

## What you can do here

- Write in **Markdown**: *emphasis*, lists, tables, `code`, [links](https://commonmark.org/help/).
- File notes under tags. `work/berlin` lies within `work`, so a look at `work` finds both.
- Pin what you need every day, archive what you are done with.
- Nothing is deleted at once: a note goes to the trash first, and comes back with one click.

## Three things to try

- [ ] Edit this note and save it
- [ ] Write one of your own
- [ ] Move this one to the trash, and undo it
""",
    ("octavo",),
)
