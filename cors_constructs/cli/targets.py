"""What is looked at: templates, in files or from the standard input; and addresses, over the wire."""

import re
import sys
from pathlib import Path
from typing import Final

import click

from cors_constructs.simulate.template import Content

_STDIN: Final = "-"

_ADDRESS: Final = re.compile(r"https?://", re.IGNORECASE)
_HOST: Final = re.compile(r"(localhost|[\w-]+(\.[\w-]+)+)(:\d|/)", re.IGNORECASE)


def template(target: str) -> str | Content:
    """What to read a template from: the path, or what comes by the standard input, for `-`.

    Raises:
        TemplateError: The standard input cannot be read.
        click.UsageError: It is closed.
    """
    if target != _STDIN:
        return target
    if sys.stdin is None:
        raise click.UsageError(f"{_STDIN} is the standard input, and that is closed; name a file")
    return Content.of_stream(sys.stdin.buffer, "<stdin>")


def is_address(target: str) -> bool:
    """Whether a target is an http or https address, and no file."""
    return _ADDRESS.match(target) is not None


def refuse_bare_host(target: str) -> None:
    """Refuses what is no file, and may be an address without its scheme.

    Raises:
        click.UsageError: It is `localhost:3000`, `api.example.com/prod`, or something like it.
    """
    if _HOST.match(target) and not Path(target).exists():
        raise click.UsageError(
            f"there is no file {target!r}; if it is an address, write http://{target} or https://..."
        )


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
