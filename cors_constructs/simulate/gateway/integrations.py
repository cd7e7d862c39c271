"""What a method calls, and how its answer becomes the method's.

https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-integration-settings.html
"""

import re
from collections.abc import Callable, Generator
from typing import Final, TypeAlias, TypeGuard
from urllib.parse import quote, urlencode

from cors_constructs.simulate.gateway import conversions, mapping
from cors_constructs.simulate.gateway.arrival import REQUEST_ID
from cors_constructs.simulate.gateway.calls import Call, Steps
from cors_constructs.simulate.gateway.http_request import mapped_parameters
from cors_constructs.simulate.gateway.invocation import Invocation
from cors_constructs.simulate.gateway.lenient_json import status_code
from cors_constructs.simulate.gateway.mapped_answers import MappedAnswers, written
from cors_constructs.simulate.gateway.mapping import Overrides
from cors_constructs.simulate.gateway.negotiation import JSON, content_type, is_binary, request_template
from cors_constructs.simulate.gateway.refusals import RefusalError
from cors_constructs.simulate.gateway.undecided import decided
from cors_constructs.simulate.messages import Headers, Request, Response
from cors_constructs.simulate.model import Api, Integration, Method, Source, Stage

Backend: TypeAlias = Callable[[Request], Response]

# Who asks when nothing of a request is read.
_NOBODY: Final = Invocation(Request("OPTIONS", "/"), Stage(Source(None, ""), ""), "/", "")

_FIRST_ERROR: Final = 400
_FUNCTION: Final = re.compile(r":function:([A-Za-z0-9_-]+)")


def forgetful(request: Request) -> Response:  # noqa: ARG001 - a backend's signature
    """The backend where none is given: 200 without CORS headers, as of a function that forgot them."""
    return Response(200, {"Content-Type": JSON}, b'{"message":"no CORS headers here"}')


class Endpoint:
    """A method's integration, with what can be worked out once.

    Raises:
        TemplateError: Only a deployment knows what it is.
    """

    def __init__(self, api: Api, method: Method) -> None:
        self._api, self._method = api, method
        self._integration = method.integration
        self._static: Response | None = None
        self._type = self._title = ""
        self._answers = MappedAnswers(api, method)
        if method.integration is None:
            return
        self._type = decided(method.integration.type, method.source, f"what {method.name} calls").upper()
        title = "MOCK" if self._type == "MOCK" else f"{_backend(method.integration)} of the {self._type}"
        self._title = f"{title} integration"
        self._static = self._same_for_all()

    def answer(self, invocation: Invocation) -> Steps:
        """Calls the integration.

        Yields:
            A call of the kind `backend`, unless the integration is a MOCK.

        Raises:
            RefusalError: API Gateway answers by itself.
            TemplateError: Only a deployment knows what it would answer.
        """
        integration = self._integration
        if integration is None:
            raise RefusalError("API_CONFIGURATION_ERROR", f"{self._method.name} has no integration")
        if self._type.endswith("_PROXY"):
            request = Request(
                invocation.request.method,
                invocation.path + (f"?{invocation.query}" if invocation.query else ""),
                invocation.request.headers,
                invocation.request.body,
            )
            call = Call("backend", self._api, self._method, request, invocation)
            return self._passed_on((yield from _called(call)), invocation)
        if (
            self._static is not None
            and not invocation.request.body
            and "content-type" not in invocation.request.headers
        ):
            return _identified(self._static, invocation)
        overrides = Overrides()
        body = self._request_body(integration, invocation, overrides)
        if self._type == "MOCK":
            status = status_code(body.decode("utf-8", "replace"))
            if status is None:
                raise RefusalError(
                    "DEFAULT_5XX",
                    f"{invocation.name}: the request template of the MOCK integration has to give JSON with an integer "
                    f"statusCode, and gives {_shown(body)}",
                )
            backend = Response(status)
        else:
            backend = yield from _called(self._backend_call(integration, invocation, body, overrides))
        why = self._why(invocation, backend.status)
        return self._answers.response(backend, invocation, overrides, why, is_service=self._type == "AWS")

    def _same_for_all(self) -> Response | None:
        """The answer of a MOCK integration that reads nothing of a request without body and Content-Type."""
        integration = self._integration
        if integration is None or self._type != "MOCK" or self._api.binary_media_types:
            return None
        template = next((it for name, it in integration.request_templates.items() if name == JSON), None)
        if not isinstance(template, str) or not mapping.template(template).is_static:
            return None
        status = status_code(template)
        if status is None or not self._answers.are_selections_known:
            return None
        answer = self._answers.for_status(status)
        if answer is None or not answer.is_static:
            return None
        return answer.response(
            _NOBODY, Response(status), Overrides(), None, self._why(_NOBODY, status, self._method.name)
        )

    def _why(self, invocation: Invocation, status: int, name: str | None = None) -> str:
        given = (
            " (a stand-in without CORS headers, since no backend= is given; at a shell, --backend-header)"
            if invocation.meets_stand_in and self._type != "MOCK"
            else ""
        )
        return f"{name or invocation.name}: the {self._title}{given} answered {status}"

    def _request_body(self, integration: Integration, invocation: Invocation, overrides: Overrides) -> bytes:
        request = invocation.request
        media_type = content_type(request.headers)
        given = request_template(integration, media_type, invocation.name, self._method.source)
        question = f"whether {media_type} is a binary media type"
        body, handling = request.body, integration.content_handling
        is_encoded = bool(self._api.binary_media_types) and is_binary(self._api, media_type, question)
        if handling is not None or is_encoded:
            handling = None if handling is None else decided(handling, self._method.source, question)
            if is_encoded and handling != conversions.TO_TEXT and (given is not None or self._type == "MOCK"):
                types = ", ".join(map(str, self._api.binary_media_types))
                raise RefusalError(
                    "DEFAULT_5XX",
                    f"{invocation.name}: {media_type} is binary for this API ({types}), and no template is run for it: "
                    "the integration has to say CONVERT_TO_TEXT",
                )
            if is_encoded or given is None:
                body = conversions.request_body(body, handling, invocation.name, is_binary=is_encoded)
        if given is None:
            return body
        template = mapping.template(given)
        if template.is_static:
            return template.named(template.text).encode("utf-8", "replace")
        return written(template, invocation, body, overrides, f"the request template of {self._method.name}").encode(
            "utf-8", "replace"
        )

    def _backend_call(
        self, integration: Integration, invocation: Invocation, body: bytes, overrides: Overrides
    ) -> Call:
        """What a backend behind a mapping gets: only what is mapped."""
        found: dict[str, dict[str, str]] = mapped_parameters(integration, invocation)
        for kind, values in found.items():
            overridden = overrides.request.get(kind)
            values.update({str(name): str(value) for name, value in overridden.items()} if overridden else {})
        path = invocation.path
        for name, value in found["path"].items():
            path = path.replace(f"{{{name}}}", quote(value, safe="", errors="replace"))
        headers = {"Content-Type": content_type(invocation.request.headers), **found["header"]}
        query = f"?{urlencode(found['querystring'], errors='replace')}" if found["querystring"] else ""
        request = Request(invocation.request.method, path + query, headers, body)
        return Call("backend", self._api, self._method, request, invocation, found)

    def _passed_on(self, backend: Response, invocation: Invocation) -> Response:
        why = f"{self._why(invocation, backend.status)}, and a proxy integration passes that on as it is"
        if backend.status >= _FIRST_ERROR:
            why += "; the error is the backend's, and not API Gateway's"
        lines = [*backend.headers.lines, ("x-amzn-RequestId", invocation.arrival.request_id)]
        return Response(backend.status, Headers(lines), backend.body, why=why)


def _backend(integration: Integration | None) -> str:
    """What is behind an integration: a function by its name, as far as that is known."""
    if integration is None:
        return "backend"
    if integration.function is not None:
        return f"function {integration.function.source.logical_id}"
    named = _FUNCTION.search(str(integration.uri))
    return f"function {named[1]}" if named else "backend"


def _called(call: Call) -> Generator[Call, object, Response]:
    try:
        response = yield call
    except TimeoutError as error:
        raise RefusalError("INTEGRATION_TIMEOUT", f"{call.name}: the {_backend(call.integration)} timed out") from error
    except OSError as error:
        why = f"{call.name}: the {_backend(call.integration)} could not be reached: {error}"
        raise RefusalError("INTEGRATION_FAILURE", why) from error
    if not _is_answer(response):
        raise RefusalError(
            "DEFAULT_5XX",
            f"{call.name}: the backend's answer is malformed: it is no Response with a status of 100 to 599 and bytes "
            f"as its body, but {_shown(response)}",
            status=502,
        )
    return response


def _identified(response: Response, invocation: Invocation) -> Response:
    """The same answer with this request's id."""
    identity = invocation.arrival.request_id
    if identity == REQUEST_ID:
        return response
    lines = [(name, identity if value == REQUEST_ID else value) for name, value in response.headers.lines]
    return Response(response.status, Headers(lines), response.body, why=response.why)


def _is_answer(response: object) -> TypeGuard[Response]:
    if not isinstance(response, Response):
        return False
    status, body = response.status, response.body
    return type(status) is int and 100 <= status <= 599 and type(body) is bytes  # noqa: PLR2004 - what a status is


def _shown(value: object) -> str:
    text = value.decode("utf-8", "replace") if isinstance(value, bytes) else repr(value)
    shortened = text if len(text) <= 80 else f"{text[:80]}..."  # noqa: PLR2004 - a line's worth
    return shortened or "nothing"
