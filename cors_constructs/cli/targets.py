"""What is fetched from: a template, whose gateway is simulated, or an address, over the wire."""

import re
from typing import Final

import click

_ADDRESS: Final = re.compile(r"https?://", re.IGNORECASE)


def is_address(target: str) -> bool:
    """Whether a target is an http or https address, and no file."""
    return _ADDRESS.match(target) is not None


def url_below(target: str, path: str) -> str:
    """The address of a path of a deployed API: both, with one slash between them.

    Raises:
        click.UsageError: The target has a query or a fragment, or a name and a password, or no host.
    """
    host = re.split("[/?#]", target[target.index("//") + 2 :], maxsplit=1)[0]
    if not host or "@" in host:
        raise click.UsageError(f"{target!r} is not where an API can be; write https://host, or https://host/stage")
    if "?" in target or "#" in target:
        raise click.UsageError(f"{target!r} has more than a path; write the query into PATH")
    return target.rstrip("/") + path
