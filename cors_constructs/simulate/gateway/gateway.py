"""API Gateway, by its template: a request goes in, its answer comes out, with the step that gave it."""

import os
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

from cors_constructs.simulate.gateway.arguments import check_arguments, check_callables, check_request, read
from cors_constructs.simulate.gateway.arrival import ANY_ARRIVAL, Arrival
from cors_constructs.simulate.gateway.calls import Call, Steps
from cors_constructs.simulate.gateway.decisions import Access, Decision
from cors_constructs.simulate.gateway.destination import destination
from cors_constructs.simulate.gateway.guards import Authorize, check_guard
from cors_constructs.simulate.gateway.integrations import Backend, Endpoint, forgetful
from cors_constructs.simulate.gateway.invocation import Invocation
from cors_constructs.simulate.gateway.keyring import Keyring
from cors_constructs.simulate.gateway.nowhere import why_nowhere
from cors_constructs.simulate.gateway.refusals import KINDS, RefusalError, Refusals, no_stage
from cors_constructs.simulate.gateway.routing import Router
from cors_constructs.simulate.gateway.selection import the_api, the_stage
from cors_constructs.simulate.gateway.undecided import decided
from cors_constructs.simulate.gateway.validation import Validation
from cors_constructs.simulate.messages import Request, Response
from cors_constructs.simulate.model import Api, Method, Stage, Template

# https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html
_MAX_BODY: Final = 10 * 1024 * 1024

Limits: TypeAlias = Callable[[Call], None]
"""Is asked once a request has its key, and raises a `RefusalError` (`THROTTLED`, `QUOTA_EXCEEDED`) to refuse it."""


class Gateway:
    """A simulated stage of a REST API: call it with a `Request` to get its `Response`, and `Response.why`.

    It goes API Gateway's way: stage and path, method, authorizer, API key and usage plan, request validator,
    integration. Where it answers by itself, it answers with the API's gateway responses. Two same requests get the
    same answer; nothing is counted unless `limits=` does, so no limit is reached (see `answering`).

    `steps` is the same way without the calls: for those who call backends and authorizers by themselves.

    Mapping templates, regular expressions and schemas that would take minutes are not run to their end: the request is
    answered 500 (a mapping template that writes more than a payload holds, say), and `Response.why` tells what was too
    much.

    What a template leaves to its deployment is not guessed: a header's or template's unknown part stands as `${Name}`,
    and where the answer itself depends on it (is a key required?), the call raises a `TemplateError`.
    """

    def __init__(
        self,
        template: Template,
        api: Api,
        stage: Stage,
        *,
        api_keys: Mapping[str, str] | None = None,
        authorizer: "Authorize | Decision | Access | bool" = True,
        backend: Backend = forgetful,
        limits: Limits | None = None,
    ) -> None:
        """Takes parts that are read already; `from_template` reads them."""
        self._api, self._stage = api, stage
        self._keys = Keyring(api, template.keys, api.plans, api_keys or {})
        self._authorizer, self._backend, self._limits = authorizer, backend, limits
        self._router = Router(api)
        self._refusals, self._validation = Refusals(api), Validation()
        self._endpoints: dict[int, Endpoint] = {}
        self._forced: str | None = None

    @classmethod
    def from_template(
        cls,
        template_or_path: "str | os.PathLike[str] | Mapping[str, Any] | Template",
        *,
        api: str | None = None,
        stage: str | None = None,
        api_keys: Mapping[str, str] | None = None,
        authorizer: "Authorize | Decision | Access | bool | None" = None,
        backend: Backend | None = None,
        limits: Limits | None = None,
        parameters: Mapping[str, str] | None = None,
    ) -> "Gateway":
        """The gateway that a template describes.

        Args:
            template_or_path: A template as a mapping, its file, a `cdk.out` folder, or a `Template` read already.
            api: The API's name, logical id or construct path. Left out: the only one.
            stage: The stage's name, for URLs that do not say it. Left out: the only one; one of an unknown name where
                the template has none.
            api_keys: Values of keys that the template does not hold, by the key's or client's name. Left out: values
                are made up, the same each time (see `key`).
            authorizer: What authorizers decide: a callable that takes the request and the method, or the decision
                itself. A bool allows or denies; see `Decision` for more. Left out: who brings what the authorizer
                reads may pass.
            backend: What integrations call, with the request that reaches them. `TimeoutError` and `OSError` are
                answered as API Gateway answers them; other exceptions pass. Left out: one that answers 200 without
                CORS headers.
            limits: Asked with each request that has found its method and brought its key; a `RefusalError` it raises is
                answered by the API's gateway response. Left out: nothing is counted.
            parameters: Values of the template's parameters, by name. Left out: their defaults.

        Raises:
            TemplateError: The template cannot be read, has no such API, stage or key, or several and none is named.
            TypeError: An argument is of another type.
        """
        check_arguments({"api": api, "stage": stage}, {"api_keys": api_keys, "parameters": parameters})
        check_callables(authorizer, backend, limits)
        template = read(template_or_path, parameters)
        chosen = the_api(template, api)
        return cls(
            template,
            chosen,
            the_stage(chosen, stage),
            api_keys=api_keys,
            authorizer=True if authorizer is None else authorizer,
            backend=backend or forgetful,
            limits=limits,
        )

    @property
    def api(self) -> Api:
        """The API, as the template describes it."""
        return self._api

    @property
    def stage(self) -> Stage:
        """The stage that URLs without one lead to."""
        return self._stage

    def key(self, name: str) -> str:
        """The value that a client sends as `x-api-key`.

        It is the template's, or the one given as `api_keys`, or else made up: the same for the same key each time.

        Args:
            name: The key's or client's name, or its logical id.

        Raises:
            TemplateError: No key, or several, have the name.
        """
        if not isinstance(name, str):
            raise TypeError(f"key() takes the key's name, a string, not {name!r:.200}")
        return self._keys.value(name)

    def answering(self, type: str) -> "Gateway":  # noqa: A002 - what AWS calls it
        """The same gateway in trouble: each request to a method other than OPTIONS gets that gateway response.

        Args:
            type: `THROTTLED`, `INTEGRATION_TIMEOUT`, `WAF_FILTERED`, ...: any of
                https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html

        Raises:
            ValueError: There is no such type.
        """
        if type not in KINDS:
            raise ValueError(f"{type!r} is no type of gateway response; there are {', '.join(KINDS)}")
        other = object.__new__(Gateway)
        vars(other).update(vars(self))
        other._forced = type
        return other

    def __call__(self, request: Request) -> Response:
        """The answer to a request.

        Args:
            request: Its URL may be a path alone, below the stage; `https://....execute-api..../prod/users` with a
                stage first; or on another host, which is a custom domain mapped to the stage.

        Raises:
            TemplateError: The answer depends on something that only a deployment knows.
        """
        steps = self._steps(request, ANY_ARRIVAL, meets_stand_in=self._backend is forgetful)
        try:
            call = next(steps)
        except StopIteration as done:
            return _returned(done)
        while True:
            failure, answer = None, None
            if call.kind == "authorizer":
                answer = self._decision(call)
            else:
                try:
                    answer = self._backend(call.request)
                except OSError as error:
                    failure = error
            try:
                call = steps.send(answer) if failure is None else steps.throw(failure)
            except StopIteration as done:
                return _returned(done)

    def steps(self, request: Request, arrival: Arrival = ANY_ARRIVAL, *, hands_over_work: bool = False) -> Steps:
        """The way of a request as a generator, which asks its caller for what it needs from outside.

        It yields a `Call` to an authorizer or a backend, and is sent the answer: for a `backend` a `Response` (anything
        else is a malformed answer, 502), for an `authorizer` a `Decision`, an `Access` or a bool. What goes wrong is
        thrown into it: a `TimeoutError` or another `OSError`, which API Gateway answers by 504 (an authorizer's: 500),
        or a `RefusalError`, which is answered by its gateway response. It returns the response. What was given as
        `backend=` and `authorizer=` is not called.

            steps = gateway.steps(request)
            call = next(steps)
            call = steps.send(answer(call))  # until StopIteration, whose value is the response

        Args:
            request: As for a call of the gateway.
            arrival: How the request came in. Left out: the same for every request.
            hands_over_work: Whether what may take a second, such as to validate a large body, is a `Call` as well, of
                the kind `work`: it is answered by what `call.work()` gives, in a thread beside an event loop, say; what
                that raises is thrown in. Left out: it is done between two calls.

        Raises:
            TypeError: The request is none.
        """
        return self._steps(request, arrival, hands_over_work=hands_over_work)

    def _steps(
        self, request: Request, arrival: Arrival, *, meets_stand_in: bool = False, hands_over_work: bool = False
    ) -> Steps:
        check_request(request)
        where = destination(request.url, self._api, self._stage)
        if where.stage is None:
            return no_stage(self._api, arrival)
        invocation = Invocation(request, where.stage, where.path, where.query, arrival)
        invocation.meets_stand_in, invocation.hands_over_work = meets_stand_in, hands_over_work
        try:
            return (yield from self._answer(invocation, where.stage))
        except RefusalError as refusal:
            return self._refusals.response(refusal, invocation)

    def _answer(self, invocation: Invocation, stage: Stage) -> Steps:
        request = invocation.request
        route = self._router.route(request.method, invocation.path)
        if route is None:
            why = why_nowhere(self._router, self._api, self._stage, invocation)
            raise RefusalError("MISSING_AUTHENTICATION_TOKEN", why)
        method = invocation.method = route.method
        invocation.path_parameters = route.parameters
        if self._forced is not None and request.method != "OPTIONS":
            raise RefusalError(self._forced, f"{invocation.name}: the gateway is told to answer so")
        if len(request.body) > _MAX_BODY or invocation.arrival.is_too_large:
            raise RefusalError("REQUEST_TOO_LARGE", f"{invocation.name}: the body has more than {_MAX_BODY:,} bytes")
        if method.authorization != "NONE":
            yield from check_guard(self._api, method, invocation)
        if method.api_key_required is not False:
            self._check_key(method, invocation, stage)
        if self._limits is not None:
            self._limits(Call("limits", self._api, method, request, invocation))
        if method.validates:
            yield from self._validation.check(self._api, method, invocation)
        return (yield from self._endpoint(method).answer(invocation))

    def _decision(self, call: Call) -> object:
        return self._authorizer(call.request, call.method) if callable(self._authorizer) else self._authorizer

    def _endpoint(self, method: Method) -> Endpoint:
        endpoint = self._endpoints.get(id(method))
        if endpoint is None:
            endpoint = self._endpoints[id(method)] = Endpoint(self._api, method)
        return endpoint

    def _check_key(self, method: Method, invocation: Invocation, stage: Stage) -> None:
        if not decided(method.api_key_required, method.source, f"whether {method.name} asks for an API key"):
            return
        source = decided(self._api.api_key_source, self._api.source, "where the API takes its keys from").upper()
        handed = None if invocation.decision is None else invocation.decision.usage_key
        value = handed if source == "AUTHORIZER" else invocation.parameter("header", "x-api-key")
        if value is None:
            preflight = invocation.request.method == "OPTIONS"
            brings = "a preflight never carries one: set its ApiKeyRequired to false" if preflight else _brings(source)
            raise RefusalError("INVALID_API_KEY", f"{_asks(method, invocation)}, and {brings}")
        key = self._keys.of_value(value)
        if why_not := self._keys.why_not(value, key, stage):
            raise RefusalError("INVALID_API_KEY", f"{_asks(method, invocation)}; {why_not}")
        invocation.key, invocation.api_key = value, key


def _returned(done: StopIteration) -> Response:
    response: Response = done.value
    return response


def _asks(method: Method, invocation: Invocation) -> str:
    called = "" if invocation.name == method.name else f"{invocation.name}: "
    return f"{called}{method.name} asks for an API key"


def _brings(source: str) -> str:
    if source == "AUTHORIZER":
        return "the authorizer hands none over: in Python, let authorizer= return Decision(usage_key=gateway.key(name))"
    return "the request has no x-api-key header"
