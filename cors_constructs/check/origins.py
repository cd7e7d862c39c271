"""What is wrong with a text that stands where an origin belongs."""

import functools
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

import attrs

from cors_constructs.policy.origin import Leave, read_origin
from cors_constructs.simulate.values import Text, Unresolved

# What CloudFormation itself fills in, and is never more than a piece of a host.
_IN_HOSTS: Final = frozenset({"AWS::AccountId", "AWS::Region", "AWS::URLSuffix"})
_HOST_ATTRIBUTES: Final = frozenset({"DomainName", "RegionalDomainName", "DefaultDomain", "DistributionDomainName"})
_BEGINNING: Final = re.compile(r"https?://[a-z0-9.-]*")


@attrs.frozen
class Flaw:
    """What is wrong with it.

    Attributes:
        problem: What, in one clause.
        fix: What to write instead.
    """

    problem: str
    fix: str


@functools.lru_cache(maxsize=1024)
def flaw_in(origin: str) -> Flaw | None:
    """Why no browser sends a text as its Origin; None where one may. Not for `*`, `null` or lists."""
    # Whom to let in is the author's decision: an insecure origin is one that browsers send.
    outcome = read_origin(origin, Leave(insecure_origins=True, public_suffix_patterns=True))
    if isinstance(outcome, list):
        return Flaw("; ".join(problem.problem for problem in outcome), outcome[0].fix.replace('"', "'"))
    if outcome.is_pattern:
        how = "let a response template compare the Origin header, and answer with that very origin"
        return Flaw("a browser takes the wildcard for a letter like any other: only '*' alone is one", how)
    if str(outcome) != origin:  # a name in other letters than ASCII's
        return Flaw(f"browsers send {outcome}", f"write '{outcome}'")
    return None


def is_origin(text: str) -> bool:
    """Whether it is one origin, and one that browsers send."""
    return "://" in text and not several_in(text) and flaw_in(text) is None


def several_in(origin: str) -> list[str]:
    """The origins in a text that holds several; empty where it holds one."""
    pieces = [piece for piece in re.split(r"[,;\s]+", origin) if piece]
    return pieces if len(pieces) > 1 and ("," in origin or sum("://" in piece for piece in pieces) > 1) else []


def filled_host(origin: Text, resources: Mapping[str, Any]) -> str | None:
    """An origin with a label where CloudFormation puts a host or a piece of one; None where anything may come.

    Args:
        origin: The text.
        resources: The template's resources.
    """
    if isinstance(origin, str):
        return origin
    first = origin.parts[0] if origin.parts else origin
    if not isinstance(first, str) or not _BEGINNING.fullmatch(first):
        return None
    if not all(_is_in_host(part, resources) for part in _unknown(origin)):
        return None
    return origin.filled(lambda _: "unknown")


def _unknown(text: Text) -> Iterator[Unresolved]:
    if isinstance(text, Unresolved):
        if not text.parts:
            yield text
        for part in text.parts:
            yield from _unknown(part)


def _is_in_host(part: Unresolved, resources: Mapping[str, Any]) -> bool:
    match part.expression:
        case {"Ref": str(name)}:
            return name in _IN_HOSTS or name in resources
        case {"Fn::GetAtt": [str(_), str(attribute)]}:
            return attribute in _HOST_ATTRIBUTES
        case {"Fn::GetAtt": str(attribute)}:
            return attribute.rpartition(".")[2] in _HOST_ATTRIBUTES
    return False
