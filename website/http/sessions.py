"""Who is signed in: the cookie holds a random id, and a row of the database says whose it is."""

import contextlib

from flask import (
    Flask,
    Request,
    Response,
    after_this_request,
    before_render_template,
    current_app,
    g,
    request,
    session,
)
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from flask_login import LoginManager, current_user
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy.exc import DBAPIError

from website import database
from website.database import db, now
from website.http.limits import network
from website.http.origin import SAFE_METHODS
from website.models.session import SEEN_EVERY, Session, SignedIn
from website.security.tokens import new_token, token_hash

_KEY = "sid"
_MAX_TOKEN = 100  # characters; ours have 43
_DEVICE_YEARS = 1
_KNOWN_ACCOUNTS = 5  # that one browser is remembered for


class Cookies(SecureCookieSessionInterface):
    """Flask's, but for the age of a cookie, which the row says.

    Flask's own takes a cookie from the future for a false one: a clock that is put back by a
    second would sign out whoever has just logged in.
    """

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession:
        serializer = self.get_signing_serializer(app)
        assert serializer is not None
        try:
            sent = serializer.loads(request.cookies.get(self.get_cookie_name(app), ""))
        except BadSignature:
            return self.session_class()
        return self.session_class(sent)


def init_app(app: Flask) -> None:
    app.session_interface = Cookies()
    # Not by its init_app, which also looks for a remember cookie in the session of every answer,
    # and so would make the copy of a static file that a cache keeps one person's.
    manager = app.login_manager = LoginManager()  # type: ignore[attr-defined]
    # A proxy in the templates, not a value for each of them: an error page asks no database.
    app.jinja_env.globals["current_user"] = current_user
    manager.session_protection = None
    manager.request_loader(load)
    app.before_request(begin)
    before_render_template.connect(let_go, app)


def begin() -> None:
    if request.method in SAFE_METHODS:
        database.read_only()


def let_go(_app: Flask, **_rendered: object) -> None:
    """End a transaction that writes before a page is drawn: nobody waits for a template.

    What is to be kept was committed by then; what was not is not to be kept.
    """
    if not db.session.info.get("reads"):
        db.session.rollback()
        database.read_only()


def load(_request: Request) -> SignedIn | None:
    """Flask-Login's request loader: the person whose session the cookie names."""
    token = session.get(_KEY)
    if not isinstance(token, str) or len(token) > _MAX_TOKEN:
        return None
    person = Session.find(token)
    if person is not None and now() - person.last_seen_at > SEEN_EVERY:
        # Not worth a 503: if another writer holds the database, the next request says it.
        with contextlib.suppress(DBAPIError):
            Session.seen(person.session_id)
    return person


def sign_in(user_id: int, email: str, *, method: str = "password") -> None:
    """Start a session in the open transaction, under a new id and with a new CSRF secret."""
    if current_user.is_authenticated:
        Session.end(current_user.session_id)
    session.clear()
    g.pop("csrf_token", None)  # Flask-WTF's, made for this request from the secret that just went
    g.pop("_login_user", None)  # Flask-Login's, of before
    session[_KEY] = Session.start(
        user_id,
        method=method,
        address=request.remote_addr or "",
        agent=request.user_agent.string.replace("\0", ""),
    )
    session.permanent = True
    remember_device(email)


def sign_out(person: SignedIn) -> None:
    """End this browser's session: its row goes, in the open transaction."""
    Session.end(person.session_id)
    session.clear()


def client_network() -> str:
    return network(request.remote_addr)


# A browser that has logged in to an account keeps a signed mark of it, so that guesses from
# elsewhere cannot lock it out. The mark signs nobody in.


def remember_device(email: str) -> None:
    """Mark this browser as one that this account has used."""
    account = token_hash(email)[:32]
    marks = {account: new_token()[:22], **{k: v for k, v in _marks().items() if k != account}}
    value = _signer().dumps(dict(list(marks.items())[:_KNOWN_ACCOUNTS]))

    @after_this_request
    def keep(response: Response) -> Response:
        response.set_cookie(
            _cookie_name(),
            value,
            max_age=_DEVICE_YEARS * 365 * 24 * 3600,
            secure=current_app.config["SESSION_COOKIE_SECURE"],
            httponly=True,
            samesite="Lax",
        )
        return response


def known_device(email: str) -> str | None:
    """The mark that this browser has for the account, if it has logged in to it before."""
    return _marks().get(token_hash(email)[:32])


def _marks() -> dict[str, str]:
    try:
        marks = _signer().loads(request.cookies.get(_cookie_name(), ""))
    except BadSignature:
        return {}
    return dict(marks)


def _cookie_name() -> str:
    return f"{current_app.config['SESSION_COOKIE_NAME']}-device"


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["WTF_CSRF_SECRET_KEY"], salt="known-device")
