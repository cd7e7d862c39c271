"""Words that several rules say."""

from collections.abc import Iterable, Sequence

import attrs

from cors_constructs.check.findings import Finding
from cors_constructs.simulate.model import Method, Source

_SHOWN = 4


def listed(items: Iterable[str]) -> str:
    """`a`, `a and b`, `a, b and c`, or the first few and how many more."""
    shown = list(dict.fromkeys(items))
    if len(shown) > _SHOWN + 1:
        shown = [*shown[:_SHOWN], f"{len(shown) - _SHOWN} more"]
    return " and ".join(filter(None, [", ".join(shown[:-1]), shown[-1]])) if shown else ""


def names_of(methods: Iterable[Method]) -> str:
    """The methods by verb and path."""
    return listed(method.name for method in methods)


def place_of(source: Source) -> str:
    """Where to write something: a resource's logical id, and the place in it."""
    return f"{source.logical_id}.{source.place}" if source.place else source.logical_id


def asks(methods: Sequence[object]) -> str:
    """`asks` for one, `ask` for several."""
    return "asks" if len(methods) == 1 else "ask"


def once_per_api(findings: Iterable[tuple[str, Finding]]) -> list[Finding]:
    """Says the same thing once for an API: at the first place, with the names of the others.

    Args:
        findings: Of one API: what makes two of them the same (the cause, in any words), and the finding.
    """
    said: dict[tuple[object, ...], list[Finding]] = {}
    for cause, finding in findings:
        said.setdefault((finding.rule.id, finding.answer, cause), []).append(finding)
    return [_with_others(same) for same in said.values()]


def _with_others(same: list[Finding]) -> Finding:
    first = same[0]
    others = [name for name in dict.fromkeys(map(_place, same)) if name != _place(first)]
    return attrs.evolve(first, message=f"{first.message} (likewise {listed(others)})") if others else first


def _place(finding: Finding) -> str:
    return f"{finding.verb} {finding.path}" if finding.path else place_of(finding.source)
