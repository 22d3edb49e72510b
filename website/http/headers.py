"""The headers that every answer has, errors included."""

import secrets

from flask import Flask, Response, current_app, g, request

_FIXED = {
    "X-Content-Type-Options": "nosniff",
    # Not no-referrer: without a referrer some browsers send `Origin: null`, which we refuse.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), usb=()",
}


def init_app(app: Flask) -> None:
    app.after_request(protect)
    app.jinja_env.globals["csp_nonce"] = csp_nonce


def csp_nonce() -> str:
    """128 random bits, the same within one answer, for the page's own inline script."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    return str(g.csp_nonce)


def protect(response: Response) -> Response:
    nonce = f" 'nonce-{g.csp_nonce}'" if "csp_nonce" in g else ""
    response.headers["Content-Security-Policy"] = (
        f"default-src 'none'; script-src 'self'{nonce}; style-src 'self'; img-src 'self' data:;"
        " font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self';"
        " base-uri 'none'; form-action 'self'; frame-ancestors 'none';"
        " require-trusted-types-for 'script'; trusted-types octavo"
    )
    for name, value in _FIXED.items():
        response.headers[name] = value
    if current_app.config["PUBLIC_URL"].startswith("https:"):
        response.headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    if request.endpoint != "static" or "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "no-store"
    return response
