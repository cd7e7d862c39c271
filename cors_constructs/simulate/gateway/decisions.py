"""What an authorizer decides."""

import enum
from collections.abc import Mapping
from typing import Any

import attrs


class Access(enum.Enum):
    """What an authorizer says."""

    ALLOWED = "allowed"
    DENIED = "denied"
    """403, `ACCESS_DENIED`."""
    UNAUTHORIZED = "unauthorized"
    """401, `UNAUTHORIZED`: its function ends with the error "Unauthorized", or a token is not valid."""
    FAILED = "failed"
    """500, `AUTHORIZER_FAILURE`: its function crashes."""


@attrs.frozen
class Decision:
    """What an authorizer decides about a request.

    Attributes:
        access: Whether the request may go on.
        usage_key: The API key's value that the authorizer hands over (`usageIdentifierKey`), where the API takes keys
            from authorizers; None for none.
        principal: Who calls (`principalId`); None where the authorizer names nobody.
        context: What the authorizer hands to the backend, by name: `$context.authorizer.name` in templates, and
            `requestContext.authorizer` in a function's event.

    Raises:
        TypeError: One is of another type.
    """

    access: Access = attrs.field(default=Access.ALLOWED, validator=attrs.validators.instance_of(Access))
    usage_key: str | None = attrs.field(
        default=None, validator=attrs.validators.optional(attrs.validators.instance_of(str))
    )
    principal: str | None = attrs.field(
        default=None, validator=attrs.validators.optional(attrs.validators.instance_of(str))
    )
    context: Mapping[str, Any] = attrs.field(factory=dict, hash=False)

    @context.validator
    def _check_context(self, _: Any, value: object) -> None:
        if not isinstance(value, Mapping) or not all(isinstance(name, str) for name in value):
            raise TypeError(f"context= takes a mapping by name, not {value!r:.200}")

    @property
    def told(self) -> dict[str, Any]:
        """`$context.authorizer`: the context, and `principalId` where there is one."""
        return {**self.context, **({} if self.principal is None else {"principalId": self.principal})}
