"""The API that every entrance builds, as data."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

import attrs

Json = dict[str, Any]

BACKEND: Final = "https://backend.example.com/"
CLIENT: Final = "web"


@attrs.frozen
class Description:
    """An API.

    Attributes:
        name: What it is called in this folder.
        paths: The verbs of each path.
        keyless: The methods that ask for no key, by name.
        proxies: Whether integrations pass requests and answers on as they are. The others map them by templates, which
            are not read where every media type is binary.
    """

    name: str
    paths: Mapping[str, tuple[str, ...]] = attrs.field(hash=False)
    keyless: tuple[str, ...] = ()
    proxies: bool = True

    def methods(self) -> Iterator[tuple[str, str]]:
        """Each verb with its path."""
        for path, verbs in self.paths.items():
            yield from ((verb, path) for verb in verbs)

    def resources(self) -> Iterator[tuple[str, str, str]]:
        """Each path below the root that is one or leads to one, the one above it, and its own last part."""
        seen = {"/"}
        for path in self.paths:
            parts = path.strip("/").split("/")
            for depth, part in enumerate(parts, 1):
                here = "/" + "/".join(parts[:depth])
                if here not in seen:
                    seen.add(here)
                    yield here, "/" + "/".join(parts[: depth - 1]), part


def word(path: str) -> str:
    """A path as a part of a name: `UsersId` for `/users/{id}`."""
    return "".join(part.strip("{+}").title() for part in path.split("/")) or "Root"


FULL: Final = Description(
    "full",
    {
        "/": ("GET",),
        "/users": ("GET", "POST"),
        "/users/{id}": ("GET", "PUT", "DELETE"),
        "/files/{proxy+}": ("ANY",),
        "/health": ("GET",),
    },
    keyless=("GET /health",),
)
"""An API of its own paths: literal ones, a parameter beside them, a greedy one with ANY, one without a key."""

PROXY: Final = Description("proxy", {"/": ("ANY",), "/{proxy+}": ("ANY",)})
"""One backend for everything, as `LambdaRestApi` builds it."""

ROOT: Final = Description("root", {"/": ("ANY",)}, proxies=False)
"""ANY at the root alone, as `StepFunctionsRestApi` builds it."""

MAPPED: Final = Description(
    "mapped",
    {"/": ("ANY",), "/users/{id}": ("GET", "PUT"), "/health": ("GET",)},
    keyless=("GET /health",),
    proxies=False,
)
"""In front of a backend that knows nothing of CORS: the gateway puts the answers together."""

ANSWERS: Final = {"200": None, "404": "404"}
"""The statuses of those answers, and what selects each. The first is declared."""

BODIES: Final = {"application/json": "$input.body"}
"""The templates of those answers."""
