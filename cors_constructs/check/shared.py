"""The policies that a Lambda function is told in its environment, read as the function will read them.

The variable holds what `CorsPolicy.to_dict` gives, as JSON, and in `branches` the policies of sub-trees by their path.
"""

import functools
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

import attrs

from cors_constructs.policy.issues import CorsPolicyError, Issue
from cors_constructs.policy.policy import CorsPolicy
from cors_constructs.simulate.template.places import printable
from cors_constructs.simulate.values import Text, Unresolved

_BRANCHES: Final = "branches"
_DEFAULT_NAME: Final = "allow_origins"
_UNKNOWN: Final = "only-known-at-deployment"
_LEAVE: Final[Mapping[str, object]] = {
    "dangerously_allow_insecure_origins": True,
    "dangerously_allow_public_suffix_patterns": True,
}


@attrs.frozen
class Shared:
    """A policy that a function is told.

    Attributes:
        policy: The policy.
        known: Whether all its origins are; others are known only at deployment.
    """

    policy: CorsPolicy
    known: bool

    def allows(self, origin: str) -> bool | None:
        """Whether it allows an origin, or `*`; None where only a deployment knows."""
        policy = self.policy
        patterns = (pattern for pattern in policy.origin_patterns if origin != "*")
        if policy.any_origin or origin in policy.exact_origins or any(it.matches(origin) for it in patterns):
            return True
        return False if self.known else None

    def origins(self) -> Iterator[str]:
        """The origins that it allows, as far as they are known: `*`, and of a pattern one that it matches."""
        for origin in self.policy.allow_origins:
            if _UNKNOWN not in origin:
                yield origin if origin == "*" else _sample(origin)


@attrs.frozen
class Policies:
    """What a variable says.

    Attributes:
        whole: The policy; None where it cannot be told.
        branches: The policies of sub-trees by path; None for those that cannot be told.
        problems: What is wrong with it, a clause each.
        fix: What to write instead of the first that is wrong.
    """

    whole: Shared | None = None
    branches: Mapping[str, Shared | None] = attrs.field(factory=dict)
    problems: tuple[str, ...] = ()
    fix: str = ""

    def at(self, path: str) -> Shared | None:
        """The policy of a path: that of the longest branch that it is in; None where it cannot be told."""
        around = [branch for branch in self.branches if f"{path}/".startswith(f"{branch.rstrip('/')}/")]
        return self.branches[max(around, key=len)] if around else self.whole


def read_policies(text: Text) -> Policies:
    """Reads the variable's value."""
    return _read(text if isinstance(text, str) else _filled(text), isinstance(text, str))


@functools.lru_cache(maxsize=512)
def _read(text: str, known: bool) -> Policies:
    try:
        given = json.loads(text)
    except (ValueError, RecursionError) as error:
        return Policies(problems=(f"it is no JSON ({error})",), fix=_WHOLE) if known else Policies()
    if not isinstance(given, dict):
        return Policies(problems=("it is no JSON object",), fix=_WHOLE) if known else Policies()
    branches = given.get(_BRANCHES, {})
    if not isinstance(branches, dict):
        fix = f'write "{_BRANCHES}": {{"/path": {{"{_DEFAULT_NAME}": [...]}}}}, or leave it out'
        return Policies(problems=(f"{_BRANCHES} is no JSON object",), fix=fix)
    read = {path: _policy(values, f"{_BRANCHES}.{path}.") for path, values in branches.items()}
    whole = _policy({name: value for name, value in given.items() if name != _BRANCHES}, "")
    wrong = [one for one in (whole, *read.values()) if isinstance(one, Policies)]
    return Policies(
        whole=whole if isinstance(whole, Shared) else None,
        branches={path: one if isinstance(one, Shared) else None for path, one in read.items()},
        problems=tuple(problem for one in wrong for problem in one.problems),
        fix=next((one.fix for one in wrong if one.fix), ""),
    )


_WHOLE: Final = f'write the policy as JSON: {{"{_DEFAULT_NAME}": ["https://app.example.com"]}}'


def _policy(values: Any, place: str) -> "Shared | Policies":
    """A policy, or what is wrong with it; nothing, where only a deployment tells."""
    if isinstance(values, dict):
        values = {**values, **_LEAVE, **_origins(values)}
    try:
        policy = CorsPolicy.from_dict(values)
    except CorsPolicyError as error:
        sure = [issue for issue in error.issues if _UNKNOWN not in issue.value]
        return Policies(problems=tuple(_said(issue, place) for issue in sure), fix=sure[0].fix if sure else "")
    return Shared(policy, known=not any(_UNKNOWN in origin for origin in policy.allow_origins))


def _said(issue: Issue, place: str) -> str:
    return printable(f"{place}{issue.place}: {issue.value} is {issue.kind.value}: {issue.problem}")


def _origins(values: Mapping[str, Any]) -> dict[str, Any]:
    """The origins one by one, where some are written as a list that is joined by commas.

    What such a list holds besides, `null` or nothing, allows nobody.
    """
    given = values.get(_DEFAULT_NAME)
    if not isinstance(given, list) or not all(isinstance(item, str) for item in given):
        return {}
    if [item.strip() for item in given] == ["*,"]:
        return {_DEFAULT_NAME: ["*"]}
    # What a comma marks was known only at deployment, and is compared as it is: a pattern in it matches nobody.
    single = [(origin.strip(), "," in item) for item in given for origin in item.split(",")]
    meant = [origin for origin, is_marked in single if origin not in {"", "null"} and not (is_marked and "*" in origin)]
    return {_DEFAULT_NAME: list(dict.fromkeys(meant))}


def _sample(origin: str) -> str:
    """An origin that a pattern matches."""
    return re.sub(r":\*$", ":3000", origin).replace("**", "any").replace("*", "any")


def _filled(text: Unresolved) -> str:
    """The value with stand-ins for what is unknown: origins where whole strings are, else labels."""
    pieces = [part if isinstance(part, str) else None for part in _flat(text)]
    around = ["", *(piece or "" for piece in pieces), ""]
    return "".join(
        piece if piece is not None else _stand_in(around[index], around[index + 2], index)
        for index, piece in enumerate(pieces)
    )


def _stand_in(before: str, after: str, number: int) -> str:
    label = f"{_UNKNOWN}-{number}"
    is_whole = before[-1:] in {'"', ","} and after[:1] in {'"', ","}
    return f"https://{label}.invalid" if is_whole else label


def _flat(text: Unresolved) -> Iterator[str | Unresolved]:
    if not text.parts:
        yield text
    for part in text.parts:
        yield from (part,) if isinstance(part, str) else _flat(part)
