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

import attrs

from cors_constructs.policy import OriginPattern, tokens
from cors_constructs.render.literals import anchored, literal

# scheme (at most "https://": 8), a host of at most 253, a port of at most 6: nothing longer is an origin, and no
# regular expression should see it.
MAX_ORIGIN_LENGTH: Final = 267


@attrs.frozen
class Variables:
    """What a template calls what it works with.

    Attributes:
        headers: The request's headers.
        origin: The request's Origin.
        listed: Whether the origin is in a list that deployment knows.
        origins: Such lists, joined.
        each: One origin of them.
    """

    headers: str
    origin: str
    listed: str
    origins: str
    each: str


_SHORT: Final = Variables("h", "o", "m", "l", "a")


def when_origin_matches(
    headers: Mapping[str, str],
    *,
    exact: Sequence[str] = (),
    patterns: Sequence[OriginPattern] = (),
    lists: Sequence[str] = (),
    variables: Variables = _SHORT,
) -> str:
    """A response template that answers a listed origin, and says nothing to any other.

    Args:
        headers: What else a listed origin is told, by header name; ``Access-Control-Allow-Origin`` is added.
        exact: Origins to compare with as they are; deploy-time string tokens are fine.
        patterns: Origins by pattern.
        lists: Strings that hold, at deployment, origins joined by commas.
        variables: The names of its variables. Left out: short ones.

    Returns:
        A template whose output is empty: it only sets headers.

    Raises:
        ValueError: No origin is given, or a value cannot be quoted.
    """
    its, origin = variables, f"${variables.origin}"
    known = [f"{origin}=={literal(known)}" for known in exact if not tokens.holds_token(known)]
    deployed = [f"{origin}=={literal(later)}" for later in exact if tokens.holds_token(later)]
    deployed += [f"${its.listed}"] if lists else []
    matched = [f"{origin}.matches({anchored(pattern.regex)})" for pattern in patterns]
    calling = [
        *([f"{origin}.length()<={MAX_ORIGIN_LENGTH}&&{_any(matched)}"] if matched else []),
        *([f"{origin}.contains('://')&&{_any(deployed)}"] if deployed else []),
    ]
    if not known and not calling:
        raise ValueError("a template that chooses among origins needs at least one origin")
    condition = "||".join([*known, *([f"{origin}&&{_any(calling)}"] if calling else [])])
    overrides = {"Access-Control-Allow-Origin": origin} | {name: literal(value) for name, value in headers.items()}
    sets = "".join(f"#set($context.responseOverride.header.{name}={value})" for name, value in overrides.items())
    return f"{_read(its)}{_search(lists, its)}#if({condition}){sets}#end"


def _any(tests: Sequence[str]) -> str:
    return tests[0] if len(tests) == 1 else f"({'||'.join(tests)})"


def _read(its: Variables) -> str:
    headers, origin = f"${its.headers}", f"${its.origin}"
    return (
        f"#set({headers}=$input.params().header)#set({origin}={headers}.get('Origin'))"
        f"#if(!{origin}||{origin}=='')#set({origin}={headers}.get('origin'))#end"
    )


def _search(lists: Sequence[str], its: Variables) -> str:
    # Compared one by one: a search in the joined text would take two listed origins, joined, for an origin.
    if not lists:
        return ""
    listed, origins, each = f"${its.listed}", f"${its.origins}", f"${its.each}"
    return (
        f"#set({listed}=false)#set({origins}={literal(','.join(lists))})"
        f"#foreach({each} in {origins}.split(','))#if({each}==${its.origin})#set({listed}=true)#end#end"
    )
