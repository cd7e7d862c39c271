"""Requests, as data: what is sent alike to an emulator and to the simulated gateway."""

from collections.abc import Callable, Iterable, Mapping
from typing import Final

import attrs

from ..templates import Template

APP: Final = "https://app.example.com"
STRANGER: Final = "https://evil.test"
JSON: Final = {"Content-Type": "application/json"}
UNKNOWN_KEY: Final = "a-key-that-nobody-was-ever-given"

Pairs = tuple[tuple[str, str], ...]


@attrs.frozen
class Key:
    """Stands for a key's value, which differs from one deployment to the next: a part of its logical id."""

    name: str


@attrs.frozen
class Call:
    """A request.

    Attributes:
        verb: Its method.
        path: Below the stage, with its query.
        headers: Its headers.
        key: What goes into `x-api-key`: a text, a `Key`, or None for no such header.
        body: Its body.
        api: The logical id of the API; None for the stack's only one.
    """

    verb: str
    path: str
    headers: Pairs = ()
    key: "Key | str | None" = None
    body: bytes = b""
    api: str | None = None

    def __str__(self) -> str:
        """What tells it from the others: `OPTIONS /things, origin: https://evil.test`."""
        said = [f"{name}: {value}" for name, value in self.headers]
        if self.key is not None:
            said.append(f"key {self.key.name if isinstance(self.key, Key) else self.key!r}")
        if self.body:
            said.append(f"body {self.body.decode()}")
        return ", ".join([f"{self.api or ''} {self.verb} {self.path}".strip(), *said])


@attrs.frozen
class Scenario:
    """A template, and what its APIs are asked.

    Attributes:
        name: Its name.
        template: Makes the template.
        calls: The requests.
        parameters: What the template's parameters hold.
    """

    name: str
    template: Callable[[], Template]
    calls: tuple[Call, ...]
    parameters: Pairs = ()


def preflights(
    *paths: str,
    origins: Iterable[str | None] = (APP, STRANGER, None),
    verb: str = "PUT",
    names: str | None = "content-type,x-api-key",
    more: Mapping[str, str] | None = None,
    api: str | None = None,
) -> list[Call]:
    """What a browser sends before a page of each origin calls `verb` with the headers `names`."""
    asked = {"Access-Control-Request-Method": verb}
    if names is not None:
        asked["Access-Control-Request-Headers"] = names
    return requests("OPTIONS", *paths, origins=origins, more={"Accept": "*/*", **asked, **(more or {})}, api=api)


def requests(
    verb: str,
    *paths: str,
    origins: Iterable[str | None] = (APP,),
    keys: "Iterable[Key | str | None]" = (None,),
    more: Mapping[str, str] | None = None,
    body: bytes = b"",
    api: str | None = None,
) -> list[Call]:
    """Each path called from each origin with each key."""
    return [
        Call(
            verb,
            path,
            (*([("Origin", origin)] if origin is not None else []), *(more or {}).items()),
            key,
            body,
            api,
        )
        for path in paths
        for origin in origins
        for key in keys
    ]
