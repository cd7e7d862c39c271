"""Two things said about one API that cannot both be."""

import enum
from collections.abc import Iterator
from typing import Any, TypeAlias

import attrs
from constructs import IConstruct

from cors_constructs.cdk.settings import Settings
from cors_constructs.policy import CorsPolicy

_Said: TypeAlias = tuple[Settings, str]


def dispute(api: IConstruct, first: _Said, second: _Said) -> str:
    """A sentence for settings that differ.

    Args:
        api: The API.
        first: What was said first, and of what part of the app.
        second: What was said then.
    """
    (one, here), (other, there) = first, second
    ones, others = dict(_facts(one)), dict(_facts(other))
    differing = [name for name in ones if ones[name] != others.get(name)]
    said, contrary = (", ".join(f"{name}={_shown(facts[name])}" for name in differing) for facts in (ones, others))
    return (
        f"EnableCors was applied to {api.node.path} twice, and says different things: {said} (at {here}), and "
        f"{contrary} (at {there}). An API has one policy: apply one EnableCors to it; a branch of it gets its own by "
        "cors_for."
    )


def _facts(settings: Settings) -> Iterator[tuple[str, Any]]:
    """What settings say, by the names that the app's code has for it."""
    yield from _policy(settings.policy)
    for field in attrs.fields(Settings):
        value = getattr(settings, field.name)
        if field.name != "policy":
            yield field.name, list(settings.keyless.names) if field.name == "keyless" else value


def _shown(value: Any) -> str:
    return str(value) if isinstance(value, enum.Enum) else repr(value)


def _policy(policy: CorsPolicy) -> Iterator[tuple[str, Any]]:
    yield from policy.to_dict().items()
