"""Runs a rendered template in airspeed, a Velocity written in Python: `tests/velocity` asks the real one the same."""

import functools
import re
from collections.abc import Mapping
from typing import Any

import airspeed  # type: ignore[import-untyped]


def run(template: str, headers: Mapping[str, str], *, link: Mapping[str, str] | None = None) -> dict[str, str]:
    """The response headers that a template sets for a request.

    Args:
        template: A response template, as deployed.
        headers: The request's headers, under the names they came with. A missing one is empty, as in LocalStack.
        link: Parameters that a link may hold: they are found in the path and in the query.

    Raises:
        AssertionError: The template writes a body, sets a header twice, or reads `$input.params('a name')`.
    """
    overrides = _Overrides()
    names = {"input": _Input(headers, link or {}), "context": {"responseOverride": {"header": overrides}}}
    output = _parsed(template).merge(names)
    assert output == "", f"it writes a body: {output!r}"
    return dict(overrides)


class _Overrides(dict[str, str]):
    """A second override of a header makes API Gateway answer 5XX."""

    def __setitem__(self, name: str, value: str) -> None:
        assert name.lower() not in map(str.lower, self), f"{name} is overridden twice"
        super().__setitem__(name, value)


class _Parameters:
    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = values

    def get(self, name: str) -> str:
        return self._values.get(name, "")


class _Input:
    def __init__(self, headers: Mapping[str, str], link: Mapping[str, str]) -> None:
        self._params = {"header": _Parameters(headers), "querystring": _Parameters(link), "path": _Parameters(link)}

    def params(self, *names: str) -> dict[str, _Parameters]:
        assert not names, "$input.params('a name') reads the path and the query as well"
        return self._params


@functools.lru_cache(maxsize=64)
def _parsed(template: str) -> Any:
    parsed = airspeed.Template(template)
    parsed.ensure_compiled()
    return parsed


# Where airspeed 0.7 is not Velocity. A name may hold hyphens, also when it is set:
# https://velocity.apache.org/engine/1.7/vtl-reference.html#variables
airspeed.SetDirective.PLACE = re.compile(r"\s*\$([a-z_][a-z0-9_-]*(?:\.[a-z_][a-z0-9_-]*)*)", re.IGNORECASE)
# A backslash in a single-quoted string is a backslash, as `tests/velocity` shows.
airspeed.StringLiteral.STRING = re.compile(r"'([^']*)'")
airspeed.StringLiteral.ESCAPED_CHAR = re.compile("(?!)")
# And Java's String.matches looks at the whole string:
# https://docs.oracle.com/javase/8/docs/api/java/lang/String.html#matches-java.lang.String-
airspeed.__additional_methods__[str]["matches"] = lambda text, regex: re.fullmatch(regex, text) is not None
