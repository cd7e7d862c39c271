"""Choosing among several origins, as a mapping template.

The template is API Gateway's Velocity, run for each preflight. It is written for these traps:

- ``$input.params('Origin')`` looks in the path and the query first, so a link could choose the origin. Only the
  header map is read (https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html).
- Header names are case-sensitive there, and HTTP/2 sends ``origin``: both spellings are tried. A missing one is null,
  which ``== ""`` does not find.
- An override may be set once for each header, so every header has one ``#set``, and a stranger's request reaches none.
- A double-quoted string interpolates: all strings are single-quoted.
- ``String.matches`` is a whole-string match in Java; the anchors are there for engines whose ``matches`` is not.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from cors_constructs.policy import OriginPattern
from cors_constructs.render.literals import template_string

# scheme (at most "https://": 8), a host of at most 253, a port of at most 6: nothing longer is an origin, and no
# regular expression should see it.
MAX_ORIGIN_LENGTH: Final = 267

_READ_ORIGIN: Final = (
    "#set($o=$input.params().header.get('Origin'))#if(!$o||$o=='')#set($o=$input.params().header.get('origin'))#end"
)


def when_origin_matches(
    headers: Mapping[str, str],
    *,
    exact: Sequence[str] = (),
    patterns: Sequence[OriginPattern] = (),
    lists: Sequence[str] = (),
) -> str:
    """A response template that answers a listed origin, and says nothing to any other.

    Args:
        headers: What else a listed origin is told, by header name; ``Access-Control-Allow-Origin`` is added.
        exact: Origins to compare with as they are; deploy-time string tokens are fine.
        patterns: Origins by pattern.
        lists: Strings that hold, at deployment, origins joined by commas.

    Returns:
        A template whose output is empty: it only sets headers.

    Raises:
        ValueError: No origin is given, or a value cannot be quoted.
    """
    tests = [
        *(["$m"] if lists else []),
        *(f"$o=={template_string(origin)}" for origin in exact),
        *_pattern_tests(patterns),
    ]
    if not tests:
        raise ValueError("a template that chooses among origins needs at least one origin")
    overrides = {"Access-Control-Allow-Origin": "$o"} | {name: template_string(text) for name, text in headers.items()}
    return "".join(
        [
            _READ_ORIGIN,
            _search(lists),
            f"#if({_null_safe(tests, needed=bool(lists or patterns))})",
            *(f"#set($context.responseOverride.header.{name}={text})" for name, text in overrides.items()),
            "#end",
        ]
    )


def _pattern_tests(patterns: Sequence[OriginPattern]) -> list[str]:
    if not patterns:
        return []
    matches = "||".join(f"$o.matches({_anchored(pattern)})" for pattern in patterns)
    return [f"($o.length()<={MAX_ORIGIN_LENGTH}&&{_grouped(matches, patterns)})"]


def _anchored(pattern: OriginPattern) -> str:
    # Not template_string: a regular expression may hold "#"-free, "$"-free ASCII only, which OriginPattern promises,
    # and the anchor is the one "$" that a single-quoted string has to carry.
    template_string(pattern.regex)
    return f"'^{pattern.regex}$'"


def _search(lists: Sequence[str]) -> str:
    # Compared one by one: a search in the joined text would take two listed origins, joined, for an origin.
    if not lists:
        return ""
    joined = template_string(",".join(lists))
    # The flag is set beforehand: some engines lose what is first set inside a loop.
    return f"#set($m=false)#set($l={joined})#foreach($a in $l.split(','))#if($a==$o)#set($m=true)#end#end"


def _null_safe(tests: Sequence[str], *, needed: bool) -> str:
    either = "||".join(tests)
    return f"$o&&$o!=''&&{_grouped(either, tests)}" if needed else either


def _grouped(either: str, alternatives: Sequence[object]) -> str:
    return f"({either})" if len(alternatives) > 1 else either
