"""How large a request may be and how often one may try; refused before anything is done."""

import ipaddress

from flask import Flask, request
from werkzeug.exceptions import RequestEntityTooLarge, TooManyRequests

from website.models.throttle import TooManyTries


class Throttled(TooManyRequests):
    event = "throttled"


def init_app(app: Flask) -> None:
    app.before_request(refuse_large)


def refuse_large() -> None:
    """Raise 413 for a body that says it is over MAX_CONTENT_LENGTH, before a byte is parsed."""
    limit = request.max_content_length
    if limit is not None and (request.content_length or 0) > limit:
        raise RequestEntityTooLarge


def too_many(error: TooManyTries) -> Throttled:
    """The 429 for a throttle that is full, with the time to wait."""
    minutes = -(-error.seconds // 60)
    wait = "a minute" if minutes == 1 else f"{minutes} minutes"
    return Throttled(
        f"That was tried too often. Wait {wait} and try again.", retry_after=error.seconds
    )


def network(address: str | None) -> str:
    """The network that a client's address belongs to: /24 in IPv4, /64 in IPv6.

    One machine has a whole /64 to choose from, so a single address would be no limit.
    """
    try:
        number = ipaddress.ip_address(address or "")
    except ValueError:
        return "unknown"
    if isinstance(number, ipaddress.IPv6Address) and number.ipv4_mapped:
        number = number.ipv4_mapped
    bits = 24 if number.version == 4 else 64
    return str(ipaddress.ip_network((number, bits), strict=False))
