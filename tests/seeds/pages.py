"""What a page asks for, and where the browser leaves it: the rows of the seeds' tables."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import attrs

from cors_constructs.simulate import Browser, Gateway, Outcome, Request, Response, Verdict
from cors_constructs.simulate.template import read_template

TEMPLATES: Final = Path(__file__).with_name("templates")

APP: Final = "https://app.example.com"
ADMIN: Final = "https://admin.example.com"
STRANGER: Final = "https://evil.test"

JSON: Final = {"content-type": "application/json"}


def helpful(request: Request) -> Response:
    """A backend that lets the app and its previews read, and answers preflights as well where they reach it."""
    origin = request.headers.get("origin", "")
    headers = {
        "Access-Control-Allow-Origin": origin if ".preview" in origin else APP,
        "Access-Control-Allow-Credentials": "true",
        "Access-Control-Allow-Methods": "DELETE,GET,POST,PUT",
        "Access-Control-Allow-Headers": "content-type,x-api-key",
    }
    return Response(204 if request.method == "OPTIONS" else 200, headers)


@attrs.frozen
class Page:
    """A page's call.

    Attributes:
        outcome: Where it ends.
        method: Its method.
        path: Its path.
        origin: The page's origin.
        key: Whether it sends the key of the template's one client.
        headers: The headers that it sets.
        include: Whether it sends credentials.
        statuses: What the gateway answered, preflight first; None where that is not the point.
    """

    outcome: Outcome
    method: str
    path: str
    origin: str = APP
    key: bool = False
    headers: Mapping[str, str] = attrs.field(factory=dict)
    include: bool = False
    statuses: tuple[int, ...] | None = None

    def __str__(self) -> str:
        said = [
            f"from {self.origin}",
            *(["with the key"] if self.key else []),
            *(f"{n}: {v}" for n, v in self.headers.items()),
        ]
        return f"{self.method} {self.path} {', '.join([*said, *(['with credentials'] if self.include else [])])}"

    def opened(self, template: Path) -> Verdict:
        """What a browser makes of it; each page comes with a browser of its own, and a backend that helps."""
        gateway, key = gateway_and_key(template)
        headers = {**self.headers, **({"x-api-key": key} if self.key and key else {})}
        return Browser(gateway).fetch(
            self.method,
            self.path,
            origin=self.origin,
            headers=headers,
            credentials="include" if self.include else "same-origin",
            body="{}" if self.method in {"POST", "PUT"} else None,
        )


def gateway_and_key(file: Path) -> tuple[Gateway, str | None]:
    """The gateway of a template, and what its one client sends; None where it has no clients."""
    template = read_template(file)
    gateway = Gateway.from_template(template, backend=helpful)
    return gateway, gateway.key(template.keys[0].source.logical_id) if template.keys else None
