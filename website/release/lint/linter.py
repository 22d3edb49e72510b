"""Runs every rule over revisions, and lets a revision waive one by name with a reason."""

import ast
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

from alembic.script import Script

from website.release.lint.finding import Finding, Remark
from website.release.lint.revision import Revision
from website.release.lint.rules import RULES
from website.release.lint.tables import Tables

NOT_WAIVABLE = ("waiver", "unreadable")


def lint(scripts: Sequence[Script], tables: Tables | None = None) -> list[Finding]:
    """What is dangerous in these revisions, oldest first; together they are one release.

    What the schema is before each of them is read from the older files; `tables` adds to that.
    """
    paths = {script.revision: Path(script.path) for script in scripts}
    beside = {file for path in paths.values() for file in path.parent.glob("*.py")}
    read = {path: _read(path) for path in sorted(beside | set(paths.values()))}
    every = [one for one in read.values() if isinstance(one, Revision)]
    release = [one for path in paths.values() if isinstance(one := read[path], Revision)]
    unreadable = [
        replace(one, revision=name)
        for name, path in paths.items()
        if isinstance(one := read[path], Finding)
    ]
    return unreadable + _judge(release, _older(release, every), _rest(tables, every))


def lint_code(
    code: str,
    tables: Tables | None = None,
    *,
    file: str = "",
    after: Iterable[Script] = (),
) -> list[Finding]:
    """The same of a revision that is not in a file yet, and comes after these."""
    try:
        revision = Revision.read(code, file)
    except SyntaxError as error:
        return [_unreadable(error, file)]
    read = [_read(Path(script.path)) for script in after]
    older = [one for one in read if isinstance(one, Revision)]
    return _judge([revision], older, _rest(tables, [*older, revision]))


def _judge(release: Sequence[Revision], older: Iterable[Revision], rest: Tables) -> list[Finding]:
    known = Tables.after(step for revision in older for step in revision.upgrade)
    findings = []
    for revision in release:
        revision.release = release
        before = known | rest
        found = [
            Finding(rule, revision.id, revision.file, *remark)
            for rule, look in RULES.items()
            for remark in dict.fromkeys(look(revision, before))  # a loop says it only once
        ]
        findings += sorted(_waived(revision, found), key=lambda finding: finding.line)
        for step in revision.upgrade:
            known.apply(step)
    return findings


def _waived(revision: Revision, found: Sequence[Finding]) -> Iterator[Finding]:
    """The findings, those that the revision waives with the reason, and what is wrong with that."""
    node, scope = revision.said("lint_waive"), revision.scope
    reasons: dict[str, str] = {}
    wrong: list[Remark] = []
    if node is not None and not isinstance(node, ast.Dict):
        wrong.append(_remark(node, "lint_waive is no dict that is written out."))
    for key, value in (
        zip(node.keys, node.values, strict=True) if isinstance(node, ast.Dict) else ()
    ):
        rule, reason = scope.string(key), scope.string(value).strip()
        if rule not in RULES:
            wrong.append(_remark(value, f"lint_waive names {rule!r}, which is no rule."))
        elif not reason:
            wrong.append(_remark(value, f"lint_waive gives no reason for {rule}."))
        elif not any(finding.rule == rule for finding in found):
            wrong.append(_remark(value, f"lint_waive waives {rule}, which finds nothing here."))
        else:
            reasons[rule] = reason
    for finding in found:
        yield replace(finding, waived=reasons.get(finding.rule))
    for remark in wrong:
        yield Finding("waiver", revision.id, revision.file, *remark)


def _remark(node: ast.expr, what: str) -> Remark:
    return Remark(
        node.lineno,
        what,
        "Any database: a waiver that means nothing hides the next finding, which somebody would"
        " have wanted to see.",
        'lint_waive = {"RULE": "why it is no danger in this revision"}, or nothing.',
    )


def _read(path: Path) -> Revision | Finding:
    status = path.stat()
    return _read_once(path, status.st_mtime_ns, status.st_size)


@cache  # whoever asks about each revision of a long chain reads it once
def _read_once(path: Path, _changed: int, _size: int) -> Revision | Finding:
    try:
        return Revision.load(path)
    except SyntaxError as error:
        return _unreadable(error, path.name)


def _unreadable(error: SyntaxError, file: str) -> Finding:
    return Finding(
        "unreadable", "", file, error.lineno or 1,
        f"The file is no Python that can be read: {error.msg}.",
        "Any database: Alembic cannot load it, nor any revision beside it.",
        "Mend the line.",
    )  # fmt: skip


def _rest(tables: Tables | None, every: Iterable[Revision]) -> Tables:
    """What is known of the schema and none of the revisions made, so that it was always there."""
    return (tables or Tables()).unmade(step for one in every for step in one.upgrade)


def _older(release: Sequence[Revision], every: Iterable[Revision]) -> list[Revision]:
    """The revisions on which these stand, oldest first."""
    known = {revision.id: revision for revision in every}
    own = {revision.id for revision in release}
    waiting = [parent for revision in release for parent in revision.parents]
    graph: dict[str, set[str]] = {}
    while waiting:
        revision = known.get(waiting.pop())
        if revision is not None and revision.id not in graph:
            graph[revision.id] = set(revision.parents) & known.keys()
            waiting += revision.parents
    order = TopologicalSorter(graph).static_order()
    return [known[name] for name in order if name not in own]
