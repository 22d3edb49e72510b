"""A request names exactly one host, and it is ours: nothing is ever built from another name."""

from urllib.parse import urlsplit

from flask import Flask, current_app, request
from werkzeug.exceptions import BadRequest
from werkzeug.middleware.proxy_fix import ProxyFix

from website.config import is_loopback

# A load balancer asks these by number.
_ANY_HOST = {"operations.health", "operations.ready"}


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
    sent = request.environ.get("HTTP_HOST", "")
    if not sent or "," in sent:
        raise HostRefused
    try:
        host = urlsplit(f"//{sent}").hostname
    except ValueError:
        host = None
    ours = urlsplit(current_app.config["PUBLIC_URL"]).hostname
    if request.endpoint not in _ANY_HOST and host != ours and not is_loopback(host):
        raise HostRefused
