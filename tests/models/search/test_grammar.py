"""What is typed into the search box is one tree, whatever it is."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from website.models.search.grammar import MAX_QUERY, Field, Query, Term, parse
from website.text.folding import fold


def text(value: str, *, negated: bool = False) -> Term:
    return Term(Field.TEXT, value, negated=negated)


@pytest.mark.parametrize(
    ("typed", "clauses"),
    [
        ("", []),
        ("  \n ", []),
        ('""', []),
        ("one two", [[text("one")], [text("two")]]),
        ("one or two three", [[text("one"), text("two")], [text("three")]]),
        ("one OR two Or three", [[text("one"), text("two"), text("three")]]),
        ("or", [[text("or")]]),
        ("or one", [[text("or")], [text("one")]]),
        ("one or", [[text("one")], [text("or")]]),
        ("one or or two", [[text("one"), text("or")], [text("two")]]),
        ('one "or" two', [[text("one")], [text("or")], [text("two")]]),
        ("-one", [[text("one", negated=True)]]),
        ('-"one two"', [[text("one two", negated=True)]]),
        ("->", [[text("->")]]),
        ("-", [[text("-")]]),
        ("--verbose", [[text("--verbose")]]),
        ("e-mail", [[text("e-mail")]]),
        ('"one  two"', [[text("one two")]]),
        ('"say ""yes"" now"', [[text('say "yes" now')]]),
        ('"not closed', [[text("not closed")]]),
        ('"""', [[text('"')]]),
        ("ZÜRICH", [[text("zurich")]]),
        ("tag:Work/Berlin", [[Term(Field.TAG, "work/berlin")]]),
        ('tag:"two words"', [[Term(Field.TAG, "two words")]]),
        ("-tag:#work/", [[Term(Field.TAG, "work", negated=True)]]),
        ("TITLE:Lake", [[Term(Field.TITLE, "lake")]]),
        ("is:pinned in:trash", [[Term(Field.PINNED)], [Term(Field.TRASH)]]),
        ("IS:Archived", [[Term(Field.ARCHIVED)]]),
        ("has:task or has:link", [[Term(Field.TASK), Term(Field.LINK)]]),
        (
            "before:2026-01-31",
            [[Term(Field.BEFORE, "2026-01-31", datetime(2026, 1, 31, tzinfo=UTC))]],
        ),
        (
            "after:2026-01-31",
            [[Term(Field.AFTER, "2026-01-31", datetime(2026, 2, 1, tzinfo=UTC))]],
        ),
        ("after:9999-12-31", [[text("after:9999-12-31")]]),
        ("before:2026-02-30", [[text("before:2026-02-30")]]),
        ("before:٢٠٢٦-٠١-٣١", [[text(fold("before:٢٠٢٦-٠١-٣١"))]]),
        ("is:blue", [[text("is:blue")]]),
        ("in:", [[text("in:")]]),
        ("tag:", [[text("tag:")]]),
        ("tag:#", [[text("tag:#")]]),
        ("http://x", [[text("http://x")]]),
    ],
)
def test_each_query_is_the_tree_that_is_meant(typed: str, clauses: list[list[Term]]) -> None:
    assert [list(clause) for clause in parse(typed).clauses] == clauses


@given(st.text())
def test_every_text_is_a_query(typed: str) -> None:
    assert isinstance(parse(typed), Query)


@given(st.text(alphabet=' "-:orandtagis()*^{}', max_size=40))
def test_every_text_of_operators_is_a_query(typed: str) -> None:
    assert all(term.value or term.field is not Field.TEXT for term in parse(typed).terms)


@given(st.text(min_size=1))
def test_what_stands_in_quotes_is_looked_for_as_it_is(typed: str) -> None:
    words = fold(typed[:400])
    quoted = '"' + typed[:400].replace('"', '""') + '"'
    assert [term.value for term in parse(quoted).terms] == ([words] if words else [])


def test_what_is_longer_than_the_limit_is_cut_there() -> None:
    assert parse("x" * 2 * MAX_QUERY).clauses == ((text("x" * MAX_QUERY),),)
