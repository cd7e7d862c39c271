"""What `patch_openapi` is given beside the document."""

from collections.abc import Mapping
from typing import Any

from cors_constructs.policy import CorsPolicy
from cors_constructs.render.errors import ErrorResponses
from cors_constructs.render.layout import Preflight


def check_arguments(
    policy: object, *, require_api_key: object, errors: object, preflight: object, branches: object, join: object
) -> None:
    """Refuse arguments of the wrong kind.

    Raises:
        TypeError: One of them is.
        ValueError: A branch is no path.
    """
    for name, value, kind, write in (
        ("policy", policy, CorsPolicy, 'CorsPolicy(allow_origins=["https://app.example.com"])'),
        ("require_api_key", require_api_key, bool, "True or False"),
        ("error_responses", errors, ErrorResponses, "one of ErrorResponses"),
        ("preflight", preflight, Preflight, "Preflight.PER_RESOURCE or Preflight.SHARED"),
        ("branches", branches, Mapping, '{"/admin": CorsPolicy(...)}'),
    ):
        if not isinstance(value, kind):
            raise TypeError(f"{name} is {_shown(value)}: write {write}")
    if join is not None and not callable(join):
        raise TypeError(f"join is {_shown(join)}: write a function that makes one string of a list")
    for top, own in dict(branches).items() if isinstance(branches, Mapping) else ():
        if not isinstance(top, str) or not isinstance(own, CorsPolicy):
            raise TypeError(f'branches has {_shown(top)}: {_shown(own)}: write {{"/admin": CorsPolicy(...)}}')
        if not top.startswith("/"):
            raise ValueError(f"branches names {top!r}, and paths begin with a slash: write {'/' + top!r}")
        if top != "/" and top.endswith("/"):
            meant = top.rstrip("/") or "/"
            raise ValueError(f"branches names {top!r}, and its policy is that of the path without the slash at its "
                             f"end: write {meant!r}")  # fmt: skip


def _shown(value: Any) -> str:
    return repr(value) if isinstance(value, str | int | float | None) else f"a {type(value).__name__}"
