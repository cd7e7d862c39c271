"""What pages ask of the examples, and what comes of it: one row each."""

from collections.abc import Mapping
from enum import Enum
from typing import Final, Literal

import attrs

Sent = tuple[tuple[str, int], ...]
"""What a browser sends for a call: the methods, with the status of each answer."""

LARGEST: Final = 10 * 1024 * 1024
"""The most bytes that API Gateway takes."""


class End(Enum):
    """How a page's call ends."""

    READ = "the page reads the answer"
    UNREADABLE = "the call is answered, and the page may not read what"
    SHUT_OUT = "the preflight does not let the call be sent"
    KEPT_IN = "the browser sends nothing at all"


@attrs.frozen
class Row:
    """A call, and its end.

    Attributes:
        id: What it shows.
        api: Whose: a name in a stand's `apis`.
        asked: Method and path.
        end: How it ends.
        sent: What the browser sends.
        page: Where the page is: a name before `.example`.
        key: The client whose key is sent; after a `=`, the key itself; None for none.
        headers: Further headers that the page sets.
        credentials: The mode.
        body: What is sent, or how many bytes of it.
        exposes: Headers that the page reads, beside those that every page reads.
        says: What the body is, or has in it.
        before: How often the key's client has called already.
    """

    id: str
    api: str
    asked: str
    end: End
    sent: Sent
    page: str = "app"
    key: str | None = None
    headers: Mapping[str, str] = attrs.field(factory=dict)
    credentials: Literal["omit", "same-origin", "include"] = "same-origin"
    body: str | bytes | int | None = None
    exposes: frozenset[str] = attrs.field(factory=frozenset, converter=frozenset)
    says: str | bytes | None = None
    before: int = 0

    @property
    def method(self) -> str:
        return self.asked.partition(" ")[0]

    @property
    def path(self) -> str:
        return self.asked.partition(" ")[2]

    @property
    def content(self) -> str | bytes | None:
        """The body itself."""
        return bytes(self.body) if isinstance(self.body, int) else self.body
