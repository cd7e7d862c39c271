"""Which headers a response template of the app's own sets, as far as its text tells.

https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-override-request-response-parameters.html
"""

import re
from collections.abc import Iterable, Mapping
from typing import Final

import attrs

# As it is written: `.header.X-Name`, `.header['X-Name']`, `.status`. Any other use may set any header.
_USE: Final = re.compile(
    r"responseOverride(?:(?P<status>\.status)\b|"
    r"\.header\.(?P<name>[A-Za-z][\w-]*)(?![\w-]|\s*\()|"
    r"\.header\[\s*(?P<quote>['\"])(?P<quoted>[\w-]+)(?P=quote)\s*\])?"
)
_COMMENT: Final = re.compile(r"##[^\n]*|#\*.*?\*#", re.DOTALL)


@attrs.frozen
class Overrides:
    """The headers that a template sets.

    Attributes:
        names: Those that it sets as it spells them, by their names in lower case.
        doubtful: Those that it sets only where a comment seems to be: `##` may stand in a string as well.
        any: Whether it may set any header, under a name that only a request tells.
    """

    names: Mapping[str, str]
    doubtful: frozenset[str]
    any: bool


def overrides_in(template: str) -> Overrides:
    """The headers that a template sets."""
    written = list(_USE.finditer(template))
    if not written:
        return Overrides({}, frozenset(), any=False)
    running = _names(_USE.finditer(_COMMENT.sub(" ", template)))
    return Overrides(
        running, frozenset(_names(written).keys() - running.keys()), any=any(_may_be_any(use) for use in written)
    )


def _may_be_any(use: re.Match[str]) -> bool:
    return not (use["status"] or use["name"] or use["quoted"])


def _names(uses: Iterable[re.Match[str]]) -> dict[str, str]:
    named = (use["name"] or use["quoted"] for use in uses)
    return {name.lower(): name for name in named if name}
