"""Integrations that are no proxies: which integration response a backend's answer takes, and what that makes of it.

https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-integration-settings-integration-response.html
"""

import json

from cors_constructs.simulate.gateway import conversions, mapping
from cors_constructs.simulate.gateway.answers import Answer
from cors_constructs.simulate.gateway.invocation import Invocation
from cors_constructs.simulate.gateway.mapping import Overrides
from cors_constructs.simulate.gateway.negotiation import accepted, content_type, is_binary, response_template
from cors_constructs.simulate.gateway.refusals import RefusalError
from cors_constructs.simulate.gateway.undecided import decided
from cors_constructs.simulate.messages import Response
from cors_constructs.simulate.model import Api, IntegrationResponse, Method
from cors_constructs.simulate.vtl.error import MappingError


class MappedAnswers:
    """The integration responses of a method."""

    def __init__(self, api: Api, method: Method) -> None:
        self._api, self._method = api, method
        integration = method.integration
        self._answers = [] if integration is None else [Answer(method, given) for given in integration.responses]
        uri = "" if integration is None else str(integration.uri)
        self._is_function = ":lambda:" in uri or "/functions/" in uri

    @property
    def are_selections_known(self) -> bool:
        """Whether the template says what each is for."""
        return all(answer.is_selection_known for answer in self._answers)

    def for_status(self, status: int) -> Answer | None:
        """The one that a status selects, the default one where none is for it; None where there is neither.

        Raises:
            RefusalError: A selection pattern is none.
            TemplateError: Only a deployment knows a selection pattern.
        """
        return self._matching(str(status))

    def response(
        self, backend: Response, invocation: Invocation, overrides: Overrides, why: str, *, is_service: bool
    ) -> Response:
        """The method's answer.

        Args:
            backend: The backend's answer.
            invocation: The request.
            overrides: What templates override.
            why: What to say of it.
            is_service: Whether the integration is of the type AWS: a function's error is selected by its message.

        Raises:
            RefusalError: No integration response is for it, or its template fails.
            TemplateError: Only a deployment knows what it would be.
        """
        answer = self._selected(backend, invocation, is_service=is_service)
        chosen = response_template(answer.given.templates, accepted(invocation.request.headers))
        backend = self._converted(answer.given, backend, invocation, is_mapped=chosen is not None)
        if chosen is None:
            return answer.response(invocation, backend, overrides, None, why)
        self._check_text(answer.given, invocation)
        template = mapping.template(chosen[1])
        title = f"the response template of {self._method.name}"
        output = written(template, invocation, backend.body, overrides, title)
        if not overrides.headers and not template.is_static:  # one that reads nothing was not meant to set any
            why += ", and its response template sets no header for this request"
        if template.unknown:
            unknown = ", ".join(template.unknown.values())
            why += f"; the template holds {unknown}, which only a deployment knows: give what is a parameter a value"
        return answer.response(invocation, backend, overrides, (chosen[0], output), why)

    def _selected(self, backend: Response, invocation: Invocation, *, is_service: bool) -> Answer:
        subject = _error_message(backend.body) if is_service and self._is_function else str(backend.status)
        answer = self._matching(subject)
        if answer is None:
            raise RefusalError(
                "API_CONFIGURATION_ERROR",
                f"{invocation.name}: no integration response of {self._method.name} is selected by {subject!r}, and "
                "there is no default one",
            )
        return answer

    def _matching(self, subject: str) -> Answer | None:
        found = [answer for answer in self._answers if answer.selects(subject)]
        return next(iter(found or [answer for answer in self._answers if not answer.given.selection_pattern]), None)

    def _converted(
        self, given: IntegrationResponse, backend: Response, invocation: Invocation, *, is_mapped: bool
    ) -> Response:
        """The backend's answer with its body as text or as binary. A template is never given decoded binary."""
        types, handling = self._api.binary_media_types, given.content_handling
        if not backend.body or (handling is None and not types):
            return backend
        question = f"how the body of {invocation.name} is encoded"
        is_encoded = bool(types) and is_binary(self._api, content_type(backend.headers), question)
        if is_mapped and not is_encoded:
            return backend
        first = next(iter(accepted(invocation.request.headers)), "")
        body = conversions.response_body(
            backend.body,
            None if handling is None else decided(handling, self._method.source, question),
            invocation.name,
            is_binary=is_encoded,
            accepts_binary=bool(types) and is_binary(self._api, first, question),
        )
        return Response(backend.status, backend.headers, body, why=backend.why)

    def _check_text(self, given: IntegrationResponse, invocation: Invocation) -> None:
        """Only the first type of Accept counts; a browser's preflight has `*/*`.

        https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-payload-encodings-workflow.html
        """
        types = accepted(invocation.request.headers)
        if not types or not self._api.binary_media_types:
            return
        question = f"whether {types[0]} is a binary media type"
        if not is_binary(self._api, types[0], question):
            return
        handling = given.content_handling
        if handling is None or decided(handling, self._method.source, question) != conversions.TO_TEXT:
            raise RefusalError(
                "DEFAULT_5XX",
                f"{invocation.name}: the request accepts {types[0]} first, which is binary for this API, and no "
                "template is run for that: the integration response has to say CONVERT_TO_TEXT",
            )


def written(template: mapping.Template, invocation: Invocation, body: bytes, overrides: Overrides, title: str) -> str:
    """What a mapping template writes.

    Raises:
        RefusalError: It fails.
    """
    try:
        return mapping.run(template, invocation, body, overrides)
    except MappingError as error:
        raise RefusalError("DEFAULT_5XX", f"{invocation.name}: {title} fails: {error}") from error


def _error_message(body: bytes) -> str:
    """What a failed function says; empty for one that did not fail.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/handle-errors-in-lambda-integration.html
    """
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    message = document.get("errorMessage") if isinstance(document, dict) else None
    return message if isinstance(message, str) else ""
