"""A page as a browser reads it: its elements, and what each of its forms would send."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

from werkzeug.test import TestResponse

from tests.people import Browser

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param"}


@dataclass(frozen=True)
class Element:
    tag: str
    attributes: dict[str, str]
    within: tuple[str, ...]  # the classes of the elements around it

    @property
    def shape(self) -> tuple[str, tuple[str, ...]]:
        """Its tag and the names of its attributes: what a text must never change."""
        return self.tag, tuple(sorted(self.attributes))


@dataclass
class Form:
    address: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)
    hidden: set[str] = field(default_factory=set)

    def send(self, browser: Browser, **typed: str) -> TestResponse:
        """Send the form with what it holds, line ends as every browser writes them."""
        assert self.method == "post"
        data = {**self.fields, **typed}
        lines = {name: "\r\n".join(value.split("\n")) for name, value in data.items()}
        return browser.post(self.address, data=lines)


class Page(HTMLParser):
    """`elements`, `forms` and `words` of an answer's HTML."""

    def __init__(self, answer: TestResponse | str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[Element] = []
        self.forms: list[Form] = []
        self.words = ""
        self.pre: list[str] = []
        self.scripts: list[str] = []
        self._open: list[tuple[str, str]] = []
        self._into: str | None = None  # the textarea that is being read
        html = answer if isinstance(answer, str) else answer.get_data(as_text=True)
        self._address = "" if isinstance(answer, str) else answer.request.path
        self.feed(html.replace("\r\n", "\n").replace("\r", "\n"))
        self.close()
        assert not self._open, f"never closed: {self._open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        assert len(attributes) == len(attrs), f"an attribute twice: {attrs}"
        self.elements.append(Element(tag, attributes, tuple(name for _, name in self._open)))
        name = attributes.get("name", "")
        if tag == "form":
            address = attributes.get("action", self._address)
            self.forms.append(Form(address, attributes.get("method", "get")))
        elif tag == "input" and name and attributes.get("type") != "checkbox":
            self.forms[-1].fields[name] = attributes.get("value", "")
            if attributes.get("type") == "hidden":
                self.forms[-1].hidden.add(name)
            else:  # a field of one line drops line ends
                self.forms[-1].fields[name] = attributes.get("value", "").replace("\n", "")
        elif tag == "textarea":
            self._into = name
            self.forms[-1].fields[name] = ""
        elif tag == "pre":
            self.pre.append("")
        elif tag == "script":
            self.scripts.append("")
        if tag not in VOID:
            self._open.append((tag, attributes.get("class", "")))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open, f"</{tag}> closes nothing"
        assert self._open.pop()[0] == tag, f"</{tag}> closes something else"
        if tag == "textarea":
            assert self._into is not None
            # HTML drops one line end after the tag.
            value = self.forms[-1].fields[self._into]
            self.forms[-1].fields[self._into] = value.removeprefix("\n")
            self._into = None
        elif tag == "pre":
            self.pre[-1] = self.pre[-1].removeprefix("\n")

    def handle_data(self, data: str) -> None:
        if self._into is not None:
            self.forms[-1].fields[self._into] += data
        if any(tag == "pre" for tag, _ in self._open):
            self.pre[-1] += data
        if self._open and self._open[-1][0] == "script":
            self.scripts[-1] += data
        else:
            self.words += data

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment on the page: {data[:80]}")

    def form(self, *names: str) -> Form:
        """The one form with all of these fields."""
        (found,) = [form for form in self.forms if set(names) <= set(form.fields)]
        return found

    @property
    def editor(self) -> Form:
        return self.form("title", "body", "tags")

    def within(self, name: str) -> list[Element]:
        """The elements somewhere inside one of this class."""
        return [
            element
            for element in self.elements
            if any(name in classes.split() for classes in element.within)
        ]
