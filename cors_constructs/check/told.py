"""What some place in a template tells a browser."""

from collections.abc import Mapping
from typing import Final

import attrs

from cors_constructs.check.values import Mapped
from cors_constructs.simulate.model import Source
from cors_constructs.simulate.values import Text

ALLOW_ORIGIN: Final = "access-control-allow-origin"
ALLOW_CREDENTIALS: Final = "access-control-allow-credentials"
ALLOW_HEADERS: Final = "access-control-allow-headers"
ALLOW_METHODS: Final = "access-control-allow-methods"
EXPOSE_HEADERS: Final = "access-control-expose-headers"
MAX_AGE: Final = "access-control-max-age"
VARY: Final = "vary"


@attrs.frozen
class Told:
    """The headers of one answer.

    Attributes:
        source: Where they are set.
        name: What answers: `"OPTIONS /users"`, `"DEFAULT_4XX"`.
        headers: The values by name in lower case, without quotes.
        path: The API's path; None for a gateway response.
        verb: The method; None for a gateway response.
        broken: Headers, in lower case, whose values API Gateway cannot take: they are not among the values.
    """

    source: Source
    name: str
    headers: Mapping[str, Text]
    path: str | None = None
    verb: str | None = None
    broken: frozenset[str] = frozenset()

    @property
    def origin(self) -> Text | None:
        """Access-Control-Allow-Origin; None where it is not sent."""
        return self.headers.get(ALLOW_ORIGIN)

    @property
    def with_credentials(self) -> bool:
        """Whether a browser shows the answer to calls with credentials: https://fetch.spec.whatwg.org/#cors-check."""
        return self.headers.get(ALLOW_CREDENTIALS) == "true"

    def says(self, name: str) -> bool:
        """Whether a header is sent, or would be if its value were none that API Gateway cannot take."""
        return name in self.headers or name in self.broken


def told_by(
    source: Source, name: str, values: Mapping[str, Mapped], *, path: str | None = None, verb: str | None = None
) -> Told:
    """What mapped values tell.

    Args:
        source: Where they are set.
        name: What answers.
        values: The mapped values by header name.
        path: The API's path; None for a gateway response.
        verb: The method; None for a gateway response.
    """
    broken = frozenset(header.lower() for header, value in values.items() if value.is_broken)
    headers = {header.lower(): value.text for header, value in values.items() if not value.is_broken}
    return Told(source, name, headers, path, verb, broken)


def spelled(name: str) -> str:
    """A header's name as it is mostly written: `"Access-Control-Allow-Origin"`."""
    return "-".join(word.capitalize() for word in name.split("-"))
