"""Responses: those that a method declares, those that its integration has, and those of the gateway itself."""

from collections.abc import Mapping

import attrs

from cors_constructs.simulate.model.source import Source
from cors_constructs.simulate.values import Flag, Text


@attrs.frozen
class MethodResponse:
    """What a method declares for a status: `AWS::ApiGateway::Method.MethodResponses[]`.

    Attributes:
        status: `"204"`.
        headers: Declared response headers by name as written (no `method.response.header.`), and whether required.
    """

    status: Text
    headers: Mapping[str, Flag] = attrs.field(factory=dict)


@attrs.frozen
class IntegrationResponse:
    """How a backend's answer becomes the method's.

    Attributes:
        status: The method response's status.
        selection_pattern: Regular expression over the backend's status or error; None for the default response.
        headers: The mapping expression by response header name: `"'*'"`, `"integration.response.header.X"`.
        templates: The template by content type.
        content_handling: `CONVERT_TO_TEXT`, `CONVERT_TO_BINARY` or None.
    """

    status: Text
    selection_pattern: Text | None = None
    headers: Mapping[str, Text] = attrs.field(factory=dict)
    templates: Mapping[str, Text] = attrs.field(factory=dict)
    content_handling: Text | None = None


@attrs.frozen
class GatewayResponse:
    """What the gateway answers when it answers by itself.

    Attributes:
        source: Where it stands.
        type: `DEFAULT_4XX`, `INVALID_API_KEY`, ...
        status: Another status than the type's own; None for that one.
        headers: The mapping expression by header name: `"'*'"`, `"method.request.header.Origin"`.
        templates: The body template by content type.
    """

    source: Source
    type: str
    status: Text | None = None
    headers: Mapping[str, Text] = attrs.field(factory=dict)
    templates: Mapping[str, Text] = attrs.field(factory=dict)
