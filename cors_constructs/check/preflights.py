"""What an OPTIONS method answers to a browser's preflight, as far as the template tells.

A MOCK integration picks its answer by the `statusCode` that its request template gives
(https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-mock-integration.html).
"""

import enum
import json
from functools import cached_property
from typing import TYPE_CHECKING

import attrs

from cors_constructs.check.answers import Answer
from cors_constructs.check.told import Told
from cors_constructs.simulate.gateway.lenient_json import status_code
from cors_constructs.simulate.messages import Request
from cors_constructs.simulate.model import Api, IntegrationResponse, Method, Source, Stage
from cors_constructs.simulate.values import Text, Unresolved
from cors_constructs.simulate.vtl.error import MappingError

if TYPE_CHECKING:
    from cors_constructs.check.welcome import Welcome

_JSON = "application/json"
_PROXIES = frozenset({"HTTP_PROXY", "AWS_PROXY"})
_STAGE = Stage(Source(None, ""), "stage")
_TRIED = 6  # so many origins tell how a template goes; templates with more are alike


class Mock(enum.Enum):
    """How a MOCK integration takes a preflight, which has no body and no Content-Type."""

    ANSWERS = enum.auto()
    """By the status that its request template gives."""
    ANSWERS_NO_JSON = enum.auto()
    """Likewise, though the template is not JSON."""
    NO_TEMPLATE = enum.auto()
    """There is no request template for it."""
    NO_STATUS = enum.auto()
    """The request template gives no status."""
    NO_RESPONSE = enum.auto()
    """No integration response takes the status."""
    UNKNOWN = enum.auto()
    """Only a deployment knows."""


@attrs.frozen
class _Answering:
    mock: Mock
    response: IntegrationResponse | None = None


class Preflight:
    """An OPTIONS method.

    Attributes:
        method: The method.
        api: The API that has it.
        serves: The calls whose preflights it answers.
    """

    def __init__(self, method: Method, api: Api, serves: tuple[Method, ...]) -> None:
        self.method = method
        self.api = api
        self.serves = serves

    @property
    def name(self) -> str:
        """`"OPTIONS /users"`."""
        return self.method.name

    @cached_property
    def is_shut(self) -> bool:
        """Whether it certainly asks for what no preflight has."""
        return is_shut(self.method)

    @cached_property
    def is_mock(self) -> bool:
        """Whether API Gateway answers by itself."""
        return self.method.integration is not None and self.method.integration.type == "MOCK"

    @cached_property
    def is_proxy(self) -> bool:
        """Whether a backend's answer goes out as it is."""
        return self.method.integration is not None and self.method.integration.type in _PROXIES

    @property
    def mock(self) -> Mock:
        """How its MOCK integration takes a preflight. Of no other integration to be asked."""
        return self._answering.mock

    @property
    def response(self) -> IntegrationResponse | None:
        """The integration response that answers a preflight; None where that is not known or none does."""
        return self._answering.response

    @cached_property
    def answer(self) -> Answer | None:
        """What it answers; None where the template does not tell."""
        return Answer(self.method, self.response) if self.is_mock and self.response is not None else None

    @property
    def welcome(self) -> "Welcome | None":
        """Who is told what, where a template decides it; None where everybody is told the same."""
        return self.answer.welcome if self.answer else None

    @property
    def told(self) -> Told | None:
        """What a page is told whose origin is allowed; None where that cannot be worked out."""
        return self.answer.told if self.answer else None

    @cached_property
    def _answering(self) -> _Answering:
        integration = self.method.integration
        if integration is None:
            return _Answering(Mock.NO_RESPONSE)
        template = integration.request_templates.get(_JSON)
        if template is None:
            return _Answering(Mock.NO_TEMPLATE)
        written = _written_by(template)
        status = None if written is None else status_code(written)
        if status is None:
            is_unknown = written is None or isinstance(template, Unresolved)
            return _Answering(Mock.UNKNOWN if is_unknown else Mock.NO_STATUS)
        for response in _by_closeness(integration.responses):
            if isinstance(response.selection_pattern, Unresolved):
                return _Answering(Mock.UNKNOWN)
            if _takes(response, str(status)):
                return _Answering(Mock.ANSWERS if _is_json(str(written)) else Mock.ANSWERS_NO_JSON, response)
        return _Answering(Mock.NO_RESPONSE)


def is_shut(method: Method) -> bool:
    """Whether a method certainly asks for what no preflight has: a key, or an authorization."""
    guarded = isinstance(method.authorization, str) and method.authorization != "NONE"
    return guarded or method.api_key_required is True


def _by_closeness(responses: tuple[IntegrationResponse, ...]) -> list[IntegrationResponse]:
    """Those with a pattern, in their order, then the default."""
    return sorted(responses, key=lambda response: not response.selection_pattern)


def _takes(response: IntegrationResponse, status: str) -> bool:
    pattern = response.selection_pattern
    if not isinstance(pattern, str) or pattern == "":
        return True
    from cors_constructs.simulate.vtl.java_regex import fullmatch  # noqa: PLC0415 - few templates need it

    try:
        return fullmatch(status, pattern)
    except MappingError:
        return False


def _written_by(template: Text) -> str | None:
    """What a request template writes for a preflight; None where it does not run.

    Where it names origins, what matters is how a page of theirs is answered.
    """
    text = template if isinstance(template, str) else template.filled(lambda _: "0")
    if ("#" not in text and "$" not in text) or status_code(text) is not None:
        return text
    from cors_constructs.check import probes  # noqa: PLC0415 - for templates that choose a status alone

    written = None
    for origin in [*probes.meant(text)[:_TRIED], ""]:
        written = _run(text, origin)
        if written is None or status_code(written) is not None:
            return written
    return written


def _run(template: str, origin: str) -> str | None:
    from cors_constructs.simulate.gateway import mapping  # noqa: PLC0415 - it loads Velocity, which few templates need
    from cors_constructs.simulate.gateway.invocation import Invocation  # noqa: PLC0415 - likewise

    request = Request("OPTIONS", "/", dict.fromkeys(("Origin", "origin"), origin) if origin else {})
    try:
        return mapping.run(mapping.template(template), Invocation(request, _STAGE, "/", ""), b"", mapping.Overrides())
    except MappingError:
        return None


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True
