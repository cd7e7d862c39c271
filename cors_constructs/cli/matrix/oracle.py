"""What the template says of a call."""

import enum
from collections.abc import Mapping
from typing import Final

import attrs

from cors_constructs.check.functions import FunctionFacts
from cors_constructs.cli.diagnosis import message_of
from cors_constructs.cli.matrix.calls import Call
from cors_constructs.cli.matrix.differences import listed
from cors_constructs.cli.matrix.heard import Heard, judged_answer, preflight
from cors_constructs.cli.matrix.pages import Kind
from cors_constructs.cli.wording import at_a_shell
from cors_constructs.simulate.browser.cors_check import (
    ALLOW_CREDENTIALS,
    ALLOW_HEADERS,
    ALLOW_ORIGIN,
    check_access,
    get,
)
from cors_constructs.simulate.gateway import Gateway
from cors_constructs.simulate.gateway.refusals import KINDS
from cors_constructs.simulate.gateway.routing import Router
from cors_constructs.simulate.messages import Headers, Request, Response
from cors_constructs.simulate.model import Api, Method, Template
from cors_constructs.simulate.values import TemplateError, Unresolved

_UNKNOWN: Final = "${"
_SERVER_ERROR: Final = 500
_GIVE_IT: Final = "which only a deployment knows: where that is a parameter, give it by --parameter"


class UntoldError(Exception):
    """The template does not say; the message tells why."""


class By(enum.Enum):
    """Who answers, by the template."""

    GATEWAY = enum.auto()
    """API Gateway by itself: it refuses the call."""
    TEMPLATE = enum.auto()
    """The integration, with headers that the template decides."""
    BACKEND = enum.auto()
    """The backend, whose headers nothing in the template decides: it is held to what the preflight promises."""


@attrs.frozen
class Told:
    """What the template says of an answer.

    Attributes:
        heard: The answer, and whether the page reads it.
        by: Who answers.
    """

    heard: Heard
    by: By


class Oracle:
    """The template's side: the simulated gateway, with backends that answer as they should."""

    def __init__(
        self, template: Template, *, api: str | None, stage: str | None, api_keys: Mapping[str, str] | None
    ) -> None:
        """Takes what `Gateway.from_template` takes.

        Raises:
            TemplateError: There is no such API, stage or key, or several and none is named.
        """
        self._gateway = Gateway.from_template(template, api=api, stage=stage, api_keys=api_keys, backend=self._backend)
        self._router = Router(self._gateway.api)
        self._headers: Headers | None = None  # what the backend answers with, while it is called
        self._reached = False

    @property
    def api(self) -> Api:
        """The API."""
        return self._gateway.api

    @property
    def stage(self) -> str:
        """The stage's name."""
        return str(self._gateway.stage.name)

    def has_preflight(self, call: Call) -> bool:
        """Whether the template has an OPTIONS method (or ANY) for the call's path."""
        return self._options(call) is not None

    def preflight(self, call: Call) -> Heard:
        """What comes of asking for a call's leave.

        Raises:
            UntoldError: The template does not say.
        """
        method = self._options(call)
        if method is not None and _is_proxy(method):
            raise UntoldError(f"a backend answers {method.name}, and the template does not say what")
        self._headers = Headers()
        try:
            heard = preflight(self._gateway, call)
        except TemplateError as error:
            raise UntoldError(at_a_shell(error)) from error
        _check_known(heard)
        if not heard.passes and call.page.kind is not Kind.STRANGER and method is not None and _is_in_part(method):
            raise UntoldError(f"whom {method.name} lets in depends on a value {_GIVE_IT}")
        return heard

    def allowed_headers(self, call: Call) -> set[str]:
        """The names of headers that the call's preflight allows; empty where the template does not say."""
        try:
            response = self.preflight(call).response if self.has_preflight(call) else None
        except UntoldError:
            return set()
        value = get(response.headers, ALLOW_HEADERS) if response else None
        return set() if response is None or _UNKNOWN in (value or "") else listed(ALLOW_HEADERS, response.headers)

    def answer(self, call: Call) -> Told:
        """What comes of a call itself.

        Raises:
            UntoldError: The template does not say.
        """
        shared = self._told_to_function(call)
        self._headers = shared if shared is not None or not _is_proxy(call.method) else self._as_promised(call)
        self._reached = False
        heard = self._heard(self._gateway, call)
        if not self._reached and not _is_mock(call.method):
            return Told(heard, By.GATEWAY)
        if self._headers is None:
            raise UntoldError(f"the backend of {call.name} decides its headers, and no preflight says what it should")
        return Told(heard, By.BACKEND if _is_proxy(call.method) and shared is None else By.TEMPLATE)

    def refusal(self, call: Call, response: Response) -> Told | None:
        """What the template says of an answer that API Gateway made by itself; None where it did not make it.

        Raises:
            UntoldError: The template does not say.
        """
        kind = _kind(response, keyed=call.method.api_key_required is True)
        return None if kind is None else Told(self._heard(self._gateway.answering(kind), call), By.GATEWAY)

    def _heard(self, gateway: Gateway, call: Call) -> Heard:
        try:
            heard = judged_answer(call, gateway(call.request()))
        except TemplateError as error:
            raise UntoldError(at_a_shell(error)) from error
        _check_known(heard)
        return heard

    def _options(self, call: Call) -> Method | None:
        route = self._router.route("OPTIONS", call.path)
        return route.method if route else None

    def _backend(self, _: Request) -> Response:
        self._reached = True
        return Response(200, {"Content-Type": "application/json", **(self._headers or {})}, b"{}")

    def _told_to_function(self, call: Call) -> Headers | None:
        """What a function adds that is told the API's policy; None where it is told none."""
        function = call.method.integration.function if call.method.integration else None
        policies = FunctionFacts(function).policies if function and _is_proxy(call.method) else None
        shared = policies.at(call.method.path) if policies else None
        if shared is None:
            return None
        allowed = shared.allows(call.page.origin)
        if allowed is None and (call.page.kind is not Kind.STRANGER or not shared.policy.depends_on_origin):
            raise UntoldError(f"whom the function of {call.name} lets in depends on a value {_GIVE_IT}")
        return Headers(shared.policy.headers_for(call.page.origin))

    def _as_promised(self, call: Call) -> Headers | None:
        """What lets those read who may ask: what the preflight says of the page's origin, and of credentials."""
        if not self.has_preflight(call):
            return None
        response = self.preflight(call).response
        if response is None or check_access(response.headers, call.page.origin, include=call.include):
            return Headers()
        names = (ALLOW_ORIGIN, ALLOW_CREDENTIALS)
        return Headers((name, value) for name in names if (value := get(response.headers, name)) is not None)


def _check_known(heard: Heard) -> None:
    headers = heard.response.headers if heard.response else {}
    value = headers.get(ALLOW_ORIGIN, "")
    if _UNKNOWN in value:
        raise UntoldError(f"{ALLOW_ORIGIN} is {value}, {_GIVE_IT}")


def _is_in_part(method: Method) -> bool:
    responses = method.integration.responses if method.integration else ()
    return any(isinstance(it, Unresolved) for response in responses for it in response.templates.values())


def _is_proxy(method: Method) -> bool:
    return method.integration is not None and str(method.integration.type).endswith("_PROXY")


def _is_mock(method: Method) -> bool:
    return method.integration is not None and method.integration.type == "MOCK"


def _kind(response: Response, *, keyed: bool) -> str | None:
    """The type of gateway response that an answer is; None where a backend made it."""
    error = response.headers.get("x-amzn-errortype", "").partition(":")[0]
    alike = [name for name, kind in KINDS.items() if kind.error == error]
    if not alike:
        return None
    if error == "ForbiddenException":
        return "INVALID_API_KEY" if keyed else "WAF_FILTERED"
    message = message_of(response)
    by_message = [name for name in alike if KINDS[name].message == message and not name.startswith("DEFAULT")]
    by_status = [name for name in alike if KINDS[name].status == response.status]
    default = "DEFAULT_4XX" if response.status < _SERVER_ERROR else "DEFAULT_5XX"
    return next(iter([*by_message, *by_status]), default)
