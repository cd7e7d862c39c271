"""The API key that pages send: over the wire its real value is needed, which few templates hold."""

from collections.abc import Mapping, Sequence

import attrs
import click

from cors_constructs.check.needs import KEY_HEADER
from cors_constructs.simulate.model import Api, ApiKey, Template

_Lines = Sequence[tuple[str, str]]


@attrs.frozen
class Key:
    """A key.

    Attributes:
        value: What pages send; None for no key.
        of_template: The value by the name of the template's key that it is, for the simulated gateway.
        headers: The other headers that are given.
    """

    value: str | None
    of_template: Mapping[str, str]
    headers: _Lines


def read_key(given: str | None, headers: _Lines, template: Template, api: Api) -> Key:
    """The key that is given by `--key NAME=VALUE`, by `--key NAME` where the template holds its value, or as a header.

    Args:
        given: The option.
        headers: The headers given.
        template: The template.
        api: The API.

    Raises:
        click.UsageError: The value is not known, or given twice.
    """
    values = [value for name, value in headers if name.lower() == KEY_HEADER]
    others = [line for line in headers if line[0].lower() != KEY_HEADER]
    if len(values) > 1 or (values and given is not None):
        raise click.UsageError(f"the API key is given twice; write either --key NAME=VALUE or -H {KEY_HEADER}:VALUE")
    if given is not None:
        name, equals, value = given.partition("=")
        if equals and not (name and value):
            raise click.UsageError("--key: write NAME=VALUE, such as web=abc")
        value = value if equals else _held(name, template)
        return Key(value, {name: value}, others)
    if not values:
        return Key(None, {}, others)
    # Whose key it is does not matter: it is taken for one that the template lets in.
    keys = [key.source.logical_id for plan in api.plans for key in plan.keys]
    names = keys or ["given" for plan in api.plans if plan.other_keys]
    return Key(values[0], dict.fromkeys(names[:1], values[0]), others)


def _held(name: str, template: Template) -> str:
    for key in template.keys:
        if name in _names(key) and isinstance(key.value, str):
            return key.value
    raise click.UsageError(f"the template does not hold the value of a key {name!r}; write --key {name}=VALUE")


def _names(key: ApiKey) -> frozenset[str]:
    own = {key.name} if isinstance(key.name, str) else set()
    return key.names | own | {key.source.logical_id}
