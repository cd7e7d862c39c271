"""Asks the checker about a template that is a mapping."""

from collections.abc import Collection

from cors_constructs.check import Answer, Finding, check
from cors_constructs.simulate.template import read_template

from .right import Json


def checked(document: Json, *, select: Collection[str] = (), ignore: Collection[str] = ()) -> list[Finding]:
    return check(read_template(document), select=select, ignore=ignore)


def findings_of(document: Json) -> list[tuple[str, Answer]]:
    """The rules that are broken or cannot be told of, and the answers."""
    return [(finding.rule.id, finding.answer) for finding in checked(document)]
