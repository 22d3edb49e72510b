"""What a visitor does, and the way to every page of the site."""

import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page, expect

from tests.people import PASSWORD, Person
from website import db
from website.models import Note, PasswordLink, Session, User

ANY_NOTE = re.compile(r"/notes/[0-9a-z]{26}$")
EVERYTHING = """\
A paragraph with *emphasis*, **strength**, ~~a mistake~~, `code`, a [link](https://example.org/)
and https://example.org/ by itself.

# A heading

## A smaller one

### Smaller

#### Smaller still

- one
- two
  1. two, one
  2. two, two

- [ ] to do
- [x] done

| Herb | Grams | Where |
|:-----|------:|:-----:|
| Thyme | 4 | shelf |
| Bay, which has a long description so that the table is wider than a telephone | 12 | cellar |

```python
def fold(sheet: str) -> list[str]:
    return [sheet] * 8  # a line of code that is rather longer than the page is wide, so it scrolls
```

> A quotation
>
> > within a quotation

> [!NOTE]
> A note within a note.

> [!WARNING]
> This is hot.

A link to [[The fold of a sheet|itself]], one to [[Not written]], a footnote[^1] and a formula,
$e^{i\\pi} + 1 = 0$.

$$
\\begin{align} \\sum_{n=1}^{\\infty} \\frac{1}{n^2} &= \\frac{\\pi^2}{6} \\\\ &> 1 \\end{align}
$$

[^1]: A *footnote*, at the foot of the note.

---

1. first
2. second

<b>HTML is shown as text</b>
"""


@dataclass
class Stage:
    """A tab and the person whose notes it shows; for OPEN pages nobody is signed in there."""

    page: Page
    person: Person

    def go(self, address: str) -> None:
        self.page.goto(address)

    def written(self, *, then: str = "", pinned: bool = False) -> str:
        """The address of a note with everything in it, after a POST to `/notes/<id>/<then>`."""
        note = self.person.write("The fold of a sheet", EVERYTHING, ("work/berlin", "Lesen"))
        address = f"/notes/{note}"
        for act in [*(["pin"] if pinned else []), *([then] if then else [])]:
            assert self.person.client.submit(f"{address}/{act}").status_code == 303
        return address

    def sign_out_on_the_server(self) -> None:
        with self.person.app.app_context():
            Session.end_all(self.person.id)
            db.session.commit()

    def delete_on_the_server(self) -> None:
        with self.person.app.app_context():
            for note in db.session.query(Note).filter_by(user_id=self.person.id):
                db.session.delete(note)
            db.session.commit()

    def link(self) -> str:
        with self.person.app.app_context():
            user = db.session.get(User, self.person.id)
            assert user is not None
            token, _lasts = PasswordLink.make(user)
            db.session.commit()
        return f"/set-password/{token}"


def press(page: Page, name: str, *, exact: bool = True) -> None:
    page.get_by_role("button", name=name, exact=exact).click()


def follow(page: Page, name: str) -> None:
    page.get_by_role("link", name=name, exact=True).click()


def sign_up(page: Page) -> str:
    """Through the form; returns the e-mail address."""
    email = f"{uuid.uuid4().hex[:12]}@example.org"
    page.goto("/sign-up")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    press(page, "Sign up")
    expect(page).to_have_url(re.compile("/notes$"))
    return email


def log_in(page: Page, email: str, password: str = PASSWORD) -> None:
    """On the log-in page, wherever it stands."""
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password", exact=True).fill(password)
    press(page, "Log in")


def fill(page: Page, title: str, body: str, tags: str = "") -> None:
    page.get_by_label("Title").fill(title)
    page.get_by_label("Text").fill(body)
    page.get_by_label("Tags").fill(tags)


def write(page: Page, title: str, body: str, tags: str = "") -> str:
    """Through the editor; returns the new note's address."""
    page.goto("/notes/new")
    fill(page, title, body, tags)
    press(page, "Save")
    expect(page).to_have_url(ANY_NOTE)
    return page.url


def ask_menu(page: Page, name: str) -> None:
    """Open the account menu and choose."""
    page.locator("summary", has_text="Account menu").click()
    page.locator(".menu__list").get_by_text(name, exact=True).click()


def _send(stage: Stage, address: str, button: str, fields: dict[str, str] | None = None) -> None:
    stage.go(address)
    for label, text in (fields or {}).items():
        stage.page.get_by_label(label, exact=label == "Password").fill(text)
    press(stage.page, button)
    expect(stage.page.locator("[data-focus]")).to_be_visible()


def _stale(stage: Stage) -> None:
    address = stage.written()
    stage.go(f"{address}/edit")
    stage.person.client.submit(
        address, {"title": "The fold", "body": "Saved elsewhere.\n" * 9, "tags": "x", "version": 1}
    )
    stage.page.get_by_label("Text").fill("Written here.\n" * 9)
    press(stage.page, "Save")
    expect(stage.page.get_by_role("heading", name="Saved now")).to_be_visible()


def _signed_out(stage: Stage) -> None:
    stage.go("/notes/new")
    fill(stage.page, "A train of thought", "It went on.")
    stage.sign_out_on_the_server()
    press(stage.page, "Save")
    expect(stage.page.get_by_text("You were signed out")).to_be_visible()


def _back_in(stage: Stage) -> None:
    _signed_out(stage)
    log_in(stage.page, stage.person.email)
    expect(stage.page.get_by_text("You are signed in again")).to_be_visible()


def _previewed(stage: Stage) -> None:
    stage.go(f"{stage.written()}/edit")
    press(stage.page, "Preview")
    expect(stage.page.get_by_role("region", name="Preview").locator("h2")).to_be_visible()


def _preview(stage: Stage) -> None:
    """The page that a browser without scripts gets."""
    stage.go(f"{stage.written()}/edit")
    stage.page.locator("[data-preview]").evaluate(
        "e => { e.type = 'submit'; e.form.requestSubmit(e) }"
    )
    expect(stage.page.get_by_role("heading", name="Preview")).to_be_visible()


def _gone(stage: Stage) -> None:
    stage.go(f"{stage.written()}/edit")
    stage.delete_on_the_server()
    press(stage.page, "Save")
    expect(stage.page.get_by_text("What you wrote was not saved")).to_be_visible()


def _list(stage: Stage) -> None:
    stage.written(pinned=True)
    for number in range(8):
        stage.person.write(f"Note {number}", "A line or two of it.\n" * number, ("one", "two/b"))
    stage.person.write("", "A note without a title has its first line for one.\n\nAnd more text.")
    stage.go("/notes")


def _trash(stage: Stage) -> None:
    address = stage.written()
    stage.go(address)
    press(stage.page, "Move to trash")
    expect(stage.page.get_by_text("Moved to the trash.")).to_be_visible()


def _ticked(stage: Stage) -> None:
    _list(stage)
    for name in ("Tick Note 1", "Tick Note 2"):
        stage.page.get_by_role("checkbox", name=name).check()
    expect(stage.page.get_by_text("2 notes ticked").last).to_be_visible()


def _bulk(stage: Stage) -> None:
    _ticked(stage)
    press(stage.page, "Tag, and more")
    press(stage.page, "Add tags")
    expect(stage.page.locator("[data-focus]")).to_be_visible()


def _undoable(stage: Stage) -> None:
    for act in ("archive", "trash"):
        note = stage.person.write("The fold of a sheet")
        form = {"note": note, "act": act, "place": "list"}
        assert stage.person.client.submit("/notes/bulk", form).status_code == 303
    stage.go("/undo")


def _searches(stage: Stage) -> None:
    for typed in ("tag:work -has:task", "lake boat"):
        assert stage.person.client.submit("/searches", {"q": typed}).status_code == 303
    stage.person.client.get("/notes")  # where the sentences are read
    stage.go("/searches")


def _titled_twice(stage: Stage) -> None:
    for body in ("one", "two"):
        stage.person.write("The same name", body)
    stage.go("/notes/titled?title=The+same+name")


def _renamed(stage: Stage) -> None:
    target = stage.person.write("Old name")
    body = "It is said in [[Old name]],\n\nand again in [[old name|there]]."
    stage.person.write("A note that links", body)
    form = {"title": "New name", "body": "", "tags": "", "version": 1}
    assert stage.person.client.submit(f"/notes/{target}", form).status_code == 303
    stage.go(f"/notes/{target}/links?was=Old+name")
    expect(stage.page.get_by_role("button", name="Update the links")).to_be_visible()


def _at(address: str, then: str = "", *, pinned: bool = False) -> Callable[[Stage], None]:
    def go(stage: Stage) -> None:
        note = stage.written(then=then, pinned=pinned)
        stage.go(address.replace("<note>", note))

    return go


def _drafted(address: str) -> Callable[[Stage], None]:
    def go(stage: Stage) -> None:
        note = stage.written()
        for number, of in enumerate((note.rpartition("/")[2], "")):
            form = {"draft": f"{number}" * 32, "note": of, "title": "A title", "body": "and more"}
            assert stage.person.client.submit("/notes/drafts", form).status_code == 200
        stage.go(address.replace("<note>", note))

    return go


def _edited(then: str) -> Callable[[Stage], None]:
    def go(stage: Stage) -> None:
        note = stage.written()
        stage.go(f"{note}/edit")
        stage.page.get_by_label("Text").fill("A quiet boat.\n\nAnd one line more.\n")
        press(stage.page, "Save")
        expect(stage.page).to_have_url(note)
        stage.go(f"{note}{then}")

    return go


def _straight(address: str) -> Callable[[Stage], None]:
    return lambda stage: stage.go(address)


# Pages that nobody need be signed in for.
OPEN: dict[str, Callable[[Stage], None]] = {
    "home": _straight("/"),
    "sign-up": _straight("/sign-up"),
    "sign-up-errors": lambda stage: _send(stage, "/sign-up", "Sign up", {"Password": "short"}),
    "log-in": _straight("/log-in"),
    "log-in-wrong": lambda stage: _send(
        stage,
        "/log-in",
        "Log in",
        {"E-mail address": f"{uuid.uuid4().hex}@example.org", "Password": "x"},
    ),
    "set-password": lambda stage: stage.go(stage.link()),
    "set-password-errors": lambda stage: _send(stage, stage.link(), "Set password"),
    "link-ended": _straight("/set-password/none"),
    "error-404": _straight("/nowhere"),
}
# Pages of a person who is signed in, or was just now.
OWN: dict[str, Callable[[Stage], None]] = {
    "list": _list,
    "list-empty": _straight("/notes"),
    "list-ticked": _ticked,
    "bulk-error": _bulk,
    "list-tag": _at("/notes?tag=work"),
    "list-after-trash": _trash,
    "search": _at("/notes?q=fold"),
    "search-none": _at("/notes?q=a+word+that+no+note+has"),
    "note": _at("<note>"),
    "note-pinned": _at("<note>", pinned=True),
    "note-archived": _at("<note>", "archive"),
    "note-in-trash": _at("<note>", "trash"),
    "editor-new": _straight("/notes/new"),
    "editor": _at("<note>/edit"),
    "editor-error": lambda stage: _send(stage, "/notes/new", "Save", {"Title": "long " * 101}),
    "editor-preview": _previewed,
    "preview": _preview,
    "conflict": _stale,
    "history": _edited("/history"),
    "history-version": _edited("/history/2"),
    "titled": _straight("/notes/titled?title=A+name+that+no+note+has"),
    "titled-twice": _titled_twice,
    "relink": _renamed,
    "delete": _at("<note>/delete", "trash"),
    "delete-refused": _at("<note>/delete"),
    "tags": _at("/tags"),
    "tags-empty": _straight("/tags"),
    "tag-rename": _at("/tags/rename?tag=work&to=lesen"),
    "tag-delete": _at("/tags/delete?tag=work"),
    "undo": _undoable,
    "searches": _searches,
    "archive": _at("/archive", "archive"),
    "archive-empty": _straight("/archive"),
    "trash": _at("/trash", "trash"),
    "trash-empty": _straight("/trash"),
    "trash-ask": _at("/trash/empty", "trash"),
    "drafts": _drafted("/account/drafts"),
    "drafts-none": _straight("/account/drafts"),
    "editor-with-draft": _drafted("<note>/edit"),
    "account": _straight("/account"),
    "password": _straight("/account/password"),
    "password-errors": lambda stage: _send(stage, "/account/password", "Change password"),
    "log-in-with-text": _signed_out,
    "editor-with-kept-text": _back_in,
    "error-404-with-text": _gone,
}
EVERY = sorted({**OPEN, **OWN})


def go_to(name: str, stage: Stage) -> Page:
    """The page of that name, in the stage's tab."""
    {**OPEN, **OWN}[name](stage)
    return stage.page
