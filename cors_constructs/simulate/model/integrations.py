"""Integrations: what methods call, and the Lambda functions among it."""

from collections.abc import Mapping
from pathlib import Path

import attrs

from cors_constructs.simulate.model.responses import IntegrationResponse
from cors_constructs.simulate.model.source import Source
from cors_constructs.simulate.values import Text, Unresolved


@attrs.frozen
class Function:
    """A Lambda function.

    Attributes:
        source: Where it stands.
        name: Its name; None where CloudFormation makes one up.
        runtime: `python3.13`, `nodejs22.x`, ...; None for a container image.
        handler: What the runtime calls, such as `index.handler`; None for a container image.
        variables: The environment variables; None where only a deployment knows them.
        layers: The layers' ARNs; None where only a deployment knows them.
        code: The code that stands in the template; None where it is elsewhere.
        folder: The folder whose files are its code, where that is here.
        archive: The zip file that is its code, where that is here.
        layer_files: Of each layer, in order, the folder or the zip file that it is, where that is here; else None.
        timeout: Seconds; None for the default of 3.
        memory: Megabytes; None for the default of 128.
    """

    source: Source
    name: Text | None = None
    runtime: Text | None = None
    handler: Text | None = None
    variables: Mapping[str, Text] | None = attrs.field(factory=dict)
    layers: tuple[Text, ...] | None = ()
    code: Text | None = None
    folder: Path | None = None
    archive: Path | None = None
    layer_files: tuple[Path | None, ...] = ()
    timeout: int | Unresolved | None = None
    memory: int | Unresolved | None = None


@attrs.frozen
class Integration:
    """What a method calls.

    Attributes:
        type: `MOCK`, `HTTP`, `HTTP_PROXY`, `AWS` or `AWS_PROXY`, in upper case.
        http_method: The backend's method; None where there is none.
        uri: The backend's address; None where there is none.
        passthrough_behavior: `WHEN_NO_MATCH` (the default), `WHEN_NO_TEMPLATES` or `NEVER`, in upper case.
        request_templates: The template by content type.
        request_parameters: The mapping expression by `integration.request.{path,querystring,header}.name`.
        content_handling: `CONVERT_TO_TEXT`, `CONVERT_TO_BINARY` or None.
        responses: The integration responses, in order.
        timeout_ms: Milliseconds; None for the default of 29 seconds.
        function: The Lambda function that its address names, whatever version or alias of it; None where the templates
            have none of that name.
    """

    type: Text
    http_method: Text | None = None
    uri: Text | None = None
    passthrough_behavior: Text = "WHEN_NO_MATCH"
    request_templates: Mapping[str, Text] = attrs.field(factory=dict)
    request_parameters: Mapping[str, Text] = attrs.field(factory=dict)
    content_handling: Text | None = None
    responses: tuple[IntegrationResponse, ...] = ()
    timeout_ms: int | Unresolved | None = None
    function: Function | None = None
