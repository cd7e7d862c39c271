"""Content types: which template is taken, and what counts as binary."""

from collections.abc import Mapping, Sequence
from typing import Final

from cors_constructs.simulate.gateway.refusals import RefusalError
from cors_constructs.simulate.gateway.undecided import decided, undecided
from cors_constructs.simulate.messages import Headers
from cors_constructs.simulate.model import Api, Integration, Source
from cors_constructs.simulate.values import Text, Unresolved

JSON: Final = "application/json"


def content_type(headers: Headers) -> str:
    """The request's media type without parameters, in lower case; JSON's where there is none.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/request-response-data-mappings.html
    """
    lines = headers.all("content-type")
    return (media_type(lines[-1]) or JSON) if lines else JSON


def accepted(headers: Headers) -> Sequence[str]:
    """The media types of the request's Accept header, in order."""
    return [media_type(it) for it in headers.get("accept", "").split(",") if it.strip()]


def request_template(integration: Integration, wanted: str, where: str, source: Source) -> Text | None:
    """The template for a media type; None where the body goes through as it is.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/integration-passthrough-behaviors.html

    Raises:
        RefusalError: The passthrough behavior lets nothing of that type through (415).
        TemplateError: Only a deployment knows the passthrough behavior.
    """
    for name, template in integration.request_templates.items():
        if media_type(name) == wanted:
            return template
    question = f"whether {where} may be {wanted}"
    behavior = decided(integration.passthrough_behavior, source, question).upper()
    if behavior == "NEVER" or (behavior == "WHEN_NO_TEMPLATES" and integration.request_templates):
        types = ", ".join(integration.request_templates) or "no type"
        raise RefusalError(
            "UNSUPPORTED_MEDIA_TYPE",
            f"{where}: there is a request template for {types}, the request is {wanted}, and the passthrough "
            f"behavior {behavior} lets nothing else through",
        )
    return None


def response_template(templates: Mapping[str, Text], types: Sequence[str]) -> tuple[str, Text] | None:
    """The template by the Accept header, else JSON's, else the first; None where there is none.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/request-response-data-mappings.html
    """
    if not templates:
        return None
    for wanted in (*types, JSON):
        for name, template in templates.items():
            if media_type(name) == wanted:
                return name, template
    return next(iter(templates.items()))


def is_binary(api: Api, type_: str, question: str) -> bool:
    """Whether a media type is one of the API's binary ones; `*/*` among them stands for all.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-payload-encodings.html

    Raises:
        TemplateError: Only a deployment knows.
    """
    types = api.binary_media_types
    if not types:
        return False
    if any(isinstance(it, str) and it.strip().lower() in {type_, "*/*"} for it in types):
        return True
    for it in types:
        if isinstance(it, Unresolved):
            raise undecided(it, api.source, question)
    return False


def media_type(text: str) -> str:
    """A media type without parameters, in lower case."""
    return text.partition(";")[0].strip().lower()
