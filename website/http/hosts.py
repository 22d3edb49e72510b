"""A request names exactly one host, and it is ours: nothing is ever built from another name."""

import re
from urllib.parse import urlsplit

from flask import Flask, current_app, request
from werkzeug.exceptions import BadRequest
from werkzeug.middleware.proxy_fix import ProxyFix

from website.config import is_loopback

# A load balancer asks these by number.
_ANY_HOST = {"operations.health", "operations.ready"}


_HOST = re.compile(r"(?P<name>\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::(?P<port>[0-9]{1,5}))?", re.ASCII)


class HostRefused(BadRequest):
    event = "host_refused"
    description = "This address is not the one that the site is known by."


def init_app(app: Flask) -> None:
    if proxies := app.config["TRUSTED_PROXIES"]:
        # The client's address only: names and schemes come from PUBLIC_URL, whatever a proxy says.
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=proxies, x_proto=0, x_host=0, x_port=0, x_prefix=0
        )
    app.before_request(refuse_other_hosts)


def refuse_other_hosts() -> None:
    """Raise HostRefused for no Host, two, or one that neither PUBLIC_URL nor loopback names."""
    sent = _HOST.fullmatch(request.environ.get("HTTP_HOST", "").lower())
    if sent is None or int(sent["port"] or 0) > 65535:
        raise HostRefused
    host = sent["name"].strip("[]")
    ours = urlsplit(current_app.config["PUBLIC_URL"]).hostname
    if request.endpoint not in _ANY_HOST and host != ours and not is_loopback(host):
        raise HostRefused
