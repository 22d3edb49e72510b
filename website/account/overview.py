"""The account's first page."""

from flask import Response, render_template
from flask.typing import ResponseReturnValue

from website.http import pages
from website.http.access import public


def overview() -> ResponseReturnValue:
    return render_template("account/overview.html")


@public
def whose() -> ResponseReturnValue:
    """Which session this browser has now, for pages that come back from its memory."""
    return Response(pages.whose(), mimetype="text/plain")
