"""What an emulator answers."""

import json
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Response:
    """What came back over the wire; `headers` keeps order, spelling and repetitions."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def all(self, name: str) -> list[str]:
        """Every value of a header, whatever the case of its name."""
        return [value for key, value in self.headers if key.lower() == name.lower()]

    def header(self, name: str) -> str | None:
        """The one value of a header, None if it is absent; a repeated header is an error, as it is to a browser."""
        match self.all(name):
            case []:
                return None
            case [value]:
                return value
            case values:
                raise AssertionError(f"{name} was sent {len(values)} times: {values}")

    def cors(self) -> dict[str, str]:
        """The `Access-Control-*` and `Vary` headers, names in lower case."""
        names = {key.lower() for key, _ in self.headers}
        wanted = sorted(name for name in names if name.startswith("access-control-") or name == "vary")
        return {name: value for name in wanted if (value := self.header(name)) is not None}

    def json(self) -> Any:
        """The body, read as JSON."""
        return json.loads(self.body)
