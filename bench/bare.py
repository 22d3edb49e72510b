"""The limit: a bare Flask application that shows one page of fifty rows, 13 KB, from memory."""

from datetime import UTC, datetime

import flask

_ROWS = """<!doctype html><title>Notes</title><ol>{% for row in rows %}
<li><a href="/notes/{{ row.id }}"><span>{{ row.heading }}</span><span>{{ row.excerpt }}</span></a>
<p><time datetime="{{ row.moment.isoformat() }}">{{ row.moment.day }} {{ row.moment.year }}</time>
{% for tag in row.tags %}<a href="/notes?tag={{ tag|urlencode }}">{{ tag }}</a>{% endfor %}</p></li>
{% endfor %}</ol>"""


def page_from_memory() -> flask.Flask:
    bare = flask.Flask("bare")
    rows = [
        {
            "id": f"{number:026}", "heading": f"The heading of note {number}",
            "excerpt": "what it says at first, of some thirty words " * 2,
            "moment": datetime(2026, 1, 1, tzinfo=UTC), "tags": ("work", "work/berlin"),
        }
        for number in range(50)
    ]  # fmt: skip
    bare.add_url_rule("/notes", view_func=lambda: flask.render_template_string(_ROWS, rows=rows))
    return bare


app = page_from_memory()
