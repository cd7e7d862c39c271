"""Choosing among several origins, as a mapping template.

The template is API Gateway's Velocity, run for each preflight. It is written for these traps:

- ``$input.params('Origin')`` looks in the path and the query first, so a link could choose the origin. Only the header
  map is read (https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html).
- Header names are case-sensitive there, and HTTP/2 sends ``origin``: both spellings are tried. A missing header is null
  in Velocity and empty in engines that imitate API Gateway. ``==`` bears a null, a method call does not.
- An override may be set once for each header, so every header has one ``#set``, and a stranger's request reaches none
  (https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-override-request-response-parameters.html).
- What is known only at deployment may turn out empty, or ``null``, which any site can send: only what looks like an
  origin is compared with it.
- ``String.matches`` is a whole-string match in Java; the anchors are there for engines whose ``matches`` is not.
- Some engines lose what is first set inside a loop, and some cannot call a method of a literal.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from cors_constructs.policy import OriginPattern, tokens
from cors_constructs.render.literals import anchored, literal

# scheme (at most "https://": 8), a host of at most 253, a port of at most 6: nothing longer is an origin, and no
# regular expression should see it.
MAX_ORIGIN_LENGTH: Final = 267

_READ_ORIGIN: Final = (
    "#set($h=$input.params().header)#set($o=$h.get('Origin'))#if(!$o||$o=='')#set($o=$h.get('origin'))#end"
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
    known = [_equals(origin) for origin in exact if not tokens.holds_token(origin)]
    deployed = [_equals(origin) for origin in exact if tokens.holds_token(origin)] + (["$m"] if lists else [])
    matched = [f"$o.matches({anchored(pattern.regex)})" for pattern in patterns]
    calling = [
        *([f"$o.length()<={MAX_ORIGIN_LENGTH}&&{_any(matched)}"] if matched else []),
        *([f"$o.contains('://')&&{_any(deployed)}"] if deployed else []),
    ]
    if not known and not calling:
        raise ValueError("a template that chooses among origins needs at least one origin")
    condition = "||".join([*known, *([f"$o&&{_any(calling)}"] if calling else [])])
    overrides = {"Access-Control-Allow-Origin": "$o"} | {name: literal(value) for name, value in headers.items()}
    sets = "".join(f"#set($context.responseOverride.header.{name}={value})" for name, value in overrides.items())
    return f"{_READ_ORIGIN}{_search(lists)}#if({condition}){sets}#end"


def _equals(origin: str) -> str:
    return f"$o=={literal(origin)}"


def _any(tests: Sequence[str]) -> str:
    return tests[0] if len(tests) == 1 else f"({'||'.join(tests)})"


def _search(lists: Sequence[str]) -> str:
    # Compared one by one: a search in the joined text would take two listed origins, joined, for an origin.
    if not lists:
        return ""
    joined = literal(",".join(lists))
    return f"#set($m=false)#set($l={joined})#foreach($a in $l.split(','))#if($a==$o)#set($m=true)#end#end"
