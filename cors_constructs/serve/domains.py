"""Custom domains: which API and stage a path of theirs leads to, and how they are called on this machine.

A domain's own name leads to AWS, so that here it has `.localhost` behind it: `http://api.example.com.localhost:3001`.
Where that name does lead to this machine, say by a hosts file, and is allowed, it is the domain as well.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, Generic, TypeVar

import attrs

LOCAL: Final = ".localhost"
"""What follows a domain's name on this machine."""


_Place = TypeVar("_Place")


@attrs.frozen(eq=False)
class Shown(Generic[_Place]):
    """What a custom domain shows below a path.

    Attributes:
        domain: The domain's name; one that begins with `*.` stands for each name of one label more.
        path: What paths begin with, without slashes around it.
        places: What is there, by the stage's name, which follows in the path; or by `""` where no stage does.
        wants_certificate: Whether the domain asks its clients for a certificate, which nobody does here.
    """

    domain: str
    path: str
    places: Mapping[str, _Place]
    wants_certificate: bool = False


@attrs.frozen(eq=False)
class Arrived(Generic[_Place]):
    """Where a request came to.

    Attributes:
        place: What is there.
        base_path: What the path began with.
        path: The path below that.
    """

    place: _Place
    base_path: str
    path: str


class Domains(Generic[_Place]):
    """The custom domains of the APIs that are served. A host's name is `in` it where it is one of theirs."""

    def __init__(self, shown: Iterable[Shown[_Place]], taken: Iterable[str]) -> None:
        """Takes what they show, and the host names that are others' already."""
        others = set(taken)
        self._shown: dict[str, list[Shown[_Place]]] = {}
        for it in shown:
            if f"{it.domain}{LOCAL}" not in others:
                self._shown.setdefault(it.domain.lower(), []).append(it)

    def __iter__(self) -> Iterator[Shown[_Place]]:
        """All that they show."""
        for shown in self._shown.values():
            yield from shown

    def __contains__(self, host: object) -> bool:
        """Whether a host's name is that of a domain on this machine."""
        return isinstance(host, str) and host.endswith(LOCAL) and self.name(host) is not None

    def name(self, host: str) -> str | None:
        """The name of the custom domain that a host's name stands for; None where it is none."""
        name = host.removesuffix(LOCAL)
        return name if self._behind(name) else None

    def at(self, name: str, path: str) -> Arrived[_Place] | None:
        """Where a path of a domain leads; None where that is nowhere.

        The longest base path goes first. A single segment is compared whole; but where one of the domain's base paths
        has several, it is enough that the path begins with it, and `orders` takes `/ordersandmore`:
        https://docs.aws.amazon.com/apigateway/latest/developerguide/rest-api-mappings.html#rest-api-mappings-evalutation

        Args:
            name: The domain's name.
            path: The path as sent, percent-encoded.
        """
        shown, below = self._behind(name), path.removeprefix("/")
        are_deep = any("/" in it.path for it in shown)
        for it in sorted(shown, key=lambda it: -len(it.path)):
            rest = below.removeprefix(it.path)
            if below.startswith(it.path) and (are_deep or not it.path or rest[:1] in {"", "/"}):
                return _arrived(it, rest.removeprefix("/"))
        return None

    def _behind(self, name: str) -> Sequence[Shown[_Place]]:
        if not self._shown:
            return ()
        return self._shown.get(name) or self._shown.get(f"*.{name.partition('.')[2]}") or ()


def _arrived(shown: Shown[_Place], rest: str) -> Arrived[_Place] | None:
    base = f"/{shown.path}" if shown.path else ""
    if "" in shown.places:
        return Arrived(shown.places[""], base, f"/{rest}")
    stage, _, below = rest.partition("/")
    place = shown.places.get(stage)
    return None if place is None else Arrived(place, f"{base}/{stage}", f"/{below}")
