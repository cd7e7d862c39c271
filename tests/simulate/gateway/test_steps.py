"""The gateway's way as a generator: whoever drives it makes the calls."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cors_constructs.simulate.gateway import Access, Arrival, Call, Decision, Gateway, RefusalError, outgoing
from cors_constructs.simulate.messages import Request, Response
from cors_constructs.simulate.model import Integration, IntegrationResponse, Method, Stage
from cors_constructs.simulate.values import TemplateError, Unresolved

from .models import JSON, answer, answers, api, api_key, authorizer, gateway, method, mock, mocked, plan, send, source

OK = Response(200, {"X-Given": "yes"}, b"ok")
DEFAULT = (IntegrationResponse("200"),)


def drive(to: Gateway, request: Request, *given: object, arrival: Arrival | None = None) -> tuple[Response, list[Call]]:
    """The response, and the calls on the way to it: each is answered by what is given, or thrown an exception."""
    steps = to.steps(request) if arrival is None else to.steps(request, arrival)
    calls: list[Call] = []
    waiting = list(given)
    try:
        calls.append(next(steps))
        while True:
            it = waiting.pop(0)
            calls.append(steps.throw(it) if isinstance(it, Exception) else steps.send(it))
    except StopIteration as done:
        assert not waiting, "more was given than was asked for"
        response: Response = done.value
        return response, calls


def called(integration: Integration, url: str = "/users/7?a=1&a=2", **given: Any) -> Call:
    """The call of the backend behind GET /users/{id}."""
    to = gateway(method("GET /users/{id}", integration), **given)
    request = Request("GET", url, {"X-One": ["1", "2"], "Accept": JSON})
    return drive(to, request, OK)[1][0]


class TestBackends:
    def test_the_answer_that_is_sent_is_the_responses(self) -> None:
        response, calls = drive(
            gateway(method("GET /users")), Request("GET", "/users?a=1", {"X-One": "1"}, b"body"), OK
        )
        assert (response.status, response.body, response.headers["X-Given"]) == (200, b"ok", "yes")
        (call,) = calls
        assert (call.kind, call.name, call.request.url) == ("backend", "GET /users", "/users?a=1")
        assert (call.request.headers["x-one"], call.request.body) == ("1", b"body")

    def test_the_gateways_own_backend_is_not_called(self) -> None:
        def never(_: Request) -> Response:
            raise AssertionError("called")

        to = gateway(method("GET /users"), settings={"backend": never, "authorizer": False})
        assert drive(to, Request("GET", "/users"), OK)[0].status == 200

    def test_nothing_is_said_of_a_stand_in(self) -> None:
        to = gateway(method("GET /users"))
        assert "stand-in" not in drive(to, Request("GET", "/users"), OK)[0].why
        assert "stand-in" in send(to, "GET /users").why

    @pytest.mark.parametrize(
        ("given", "status", "error", "why"),
        [
            pytest.param(TimeoutError(), 504, "InternalServerErrorException", "timed out", id="too slow"),
            pytest.param(OSError("no route"), 504, "InternalServerErrorException", "no route", id="not there"),
            pytest.param(None, 502, "InternalServerErrorException", "malformed", id="nothing"),
            pytest.param({"statusCode": 200}, 502, "InternalServerErrorException", "malformed", id="no Response"),
            pytest.param(Response(99), 502, "InternalServerErrorException", "malformed", id="no status"),
            pytest.param(
                RefusalError("DEFAULT_5XX", "no ruby here", status=501),
                501,
                "InternalServerErrorException",
                "no ruby here",
                id="a refusal",
            ),
            pytest.param(
                RefusalError("WAF_FILTERED", "a filter"), 403, "ForbiddenException", "a filter", id="another refusal"
            ),
        ],
    )
    @pytest.mark.parametrize("type_", ["HTTP_PROXY", "AWS_PROXY", "HTTP", "AWS"])
    def test_what_goes_wrong_is_answered_by_a_gateway_response(
        self, type_: str, given: object, status: int, error: str, why: str
    ) -> None:
        to = gateway(method("GET /users", Integration(type_, "GET", "https://example.com", responses=DEFAULT)))
        response, _ = drive(to, Request("GET", "/users"), given)
        assert (response.status, response.headers["x-amzn-errortype"]) == (status, error)
        assert why in response.why

    def test_a_refusals_headers_are_the_answers_unless_its_gateway_response_has_them(self) -> None:
        own = answers(answer("THROTTLED", headers={"retry-after": "'60'", "Access-Control-Allow-Origin": "'*'"}))
        refusal = RefusalError("THROTTLED", "too many", headers={"Retry-After": "1"})
        request = Request("GET", "/users")
        plain, _ = drive(gateway(method("GET /users")), request, refusal)
        assert plain.headers.all("Retry-After") == ("1",)
        changed, _ = drive(gateway(method("GET /users"), gateway_responses=own), request, refusal)
        assert changed.headers.all("Retry-After") == ("60",)
        assert changed.headers["Access-Control-Allow-Origin"] == "*"

    def test_a_mock_calls_nobody(self) -> None:
        response, calls = drive(gateway(mocked("OPTIONS /users", mock({"X-A": "'1'"}))), Request("OPTIONS", "/users"))
        assert (response.status, calls) == (204, [])

    def test_other_exceptions_pass(self) -> None:
        with pytest.raises(ZeroDivisionError):
            drive(gateway(method("GET /users")), Request("GET", "/users"), ZeroDivisionError())

    def test_what_only_a_deployment_knows_is_asked_for(self) -> None:
        to = gateway(method("GET /users", api_key_required=Unresolved({"Ref": "Keyed"})))
        with pytest.raises(TemplateError, match="Keyed"):
            drive(to, Request("GET", "/users"))

    def test_what_is_no_request_is_refused_when_it_is_begun(self) -> None:
        with pytest.raises(TypeError, match="takes a Request"):
            next(gateway().steps("/users"))  # type: ignore[arg-type]


class TestAuthorizers:
    def test_it_is_asked_with_the_request_and_then_the_backend(self) -> None:
        guarded = method("GET /users", authorization="CUSTOM", authorizer=authorizer())
        decision = Decision(principal="ann", context={"tenant": "acme", "level": 3})
        request = Request("GET", "/users", {"Authorization": "Bearer abc"})
        response, (first, second) = drive(gateway(guarded), request, decision, OK)
        assert response.status == 200
        assert (first.kind, first.authorizer, first.original) == ("authorizer", guarded.authorizer, request)
        assert (second.kind, second.decision) == ("backend", decision)
        assert second.invocation.context["authorizer"] == {"tenant": "acme", "level": 3, "principalId": "ann"}

    def test_templates_read_what_it_hands_over(self) -> None:
        integration = Integration(
            "AWS",
            "POST",
            "arn",
            request_templates={JSON: "$context.authorizer.tenant of $context.authorizer.principalId"},
            responses=DEFAULT,
        )
        to = gateway(method("GET /users", integration, authorization="CUSTOM", authorizer=authorizer()))
        given = Decision(principal="ann", context={"tenant": "acme"})
        _, calls = drive(to, Request("GET", "/users", {"Authorization": "Bearer abc"}), given, OK)
        assert calls[1].request.body == b"acme of ann"

    def test_it_is_not_asked_without_its_identity_source(self) -> None:
        guarded = method("GET /users", authorization="CUSTOM", authorizer=authorizer())
        response, calls = drive(gateway(guarded), Request("GET", "/users"))
        assert (response.status, calls) == (401, [])

    @pytest.mark.parametrize(
        ("given", "status"),
        [
            pytest.param(True, 200, id="yes"),
            pytest.param(False, 403, id="no"),
            pytest.param(Access.UNAUTHORIZED, 401, id="unauthorized"),
            pytest.param(Access.FAILED, 500, id="failed"),
            pytest.param(TimeoutError(), 500, id="too slow"),
            pytest.param(ConnectionRefusedError("nobody there"), 500, id="not there"),
            pytest.param(RefusalError("AUTHORIZER_CONFIGURATION_ERROR", "malformed"), 500, id="a malformed policy"),
        ],
    )
    def test_it_decides(self, given: object, status: int) -> None:
        guarded = method("GET /users", authorization="CUSTOM", authorizer=authorizer())
        request = Request("GET", "/users", {"Authorization": "Bearer abc"})
        more = (OK,) if status == 200 else ()
        assert drive(gateway(guarded), request, given, *more)[0].status == status

    def test_a_signature_is_asked_for_too(self) -> None:
        to = gateway(method("GET /users", authorization="AWS_IAM"))
        request = Request("GET", "/users", {"Authorization": "AWS4-HMAC-SHA256 Credential=..."})
        _, calls = drive(to, request, False)  # noqa: FBT003 - a decision
        assert [(call.kind, call.method.authorization) for call in calls] == [("authorizer", "AWS_IAM")]

    def test_a_context_is_a_mapping_by_name(self) -> None:
        with pytest.raises(TypeError, match="by name"):
            Decision(context={1: "one"})  # type: ignore[dict-item]


class TestWhatACallTells:
    def test_path_query_stage_and_key(self) -> None:
        web = api_key()
        stage = Stage(source("ApiProd"), "prod", variables={"table": "records"})
        to = gateway(method("GET /users/{id}", api_key_required=True), plans=(plan(web),), stages=(stage,), keys=(web,))
        request = Request("GET", "/users/a%2Fb?a=1&a=2&b=", {"x-api-key": to.key("web")})
        _, (call,) = drive(to, request, OK)
        assert (call.api.name, call.stage, call.method.path) == ("shop", stage, "/users/{id}")
        assert call.invocation.path_parameters == {"id": "a/b"}
        assert call.query == {"a": ["1", "2"], "b": [""]}
        assert call.invocation.stage_variables == {"table": "records"}
        assert (call.key, call.api_key) == (to.key("web"), web)

    def test_how_the_request_came(self) -> None:
        came = Arrival("id-1", "10.1.2.3", 1_700_000_000.5, api_id="a1b2", domain_name="a1b2.localhost")
        response, (call,) = drive(gateway(method("GET /users")), Request("GET", "/users"), OK, arrival=came)
        context = call.invocation.context
        assert call.arrival == came
        assert response.headers["x-amzn-RequestId"] == context["requestId"] == "id-1"
        assert (context["identity"]["sourceIp"], context["apiId"]) == ("10.1.2.3", "a1b2")
        assert (context["domainName"], context["domainPrefix"]) == ("a1b2.localhost", "a1b2")
        assert (context["requestTime"], context["requestTimeEpoch"]) == (
            "14/Nov/2023:22:13:20 +0000",
            1_700_000_000_500,
        )

    @pytest.mark.parametrize("name", ["GET /users", "GET /nowhere", "OPTIONS /users", "PUT /users"])
    def test_every_answer_has_its_id(self, name: str) -> None:
        failing = mocked("PUT /users", mock(template="#", request={JSON: "{"}))
        to = gateway(method("GET /users"), mocked("OPTIONS /users", mock({"X-A": "'1'"})), failing)
        verb, path = name.split()
        answered = (OK,) if name == "GET /users" else ()
        response, _ = drive(to, Request(verb, path), *answered, arrival=Arrival("id-2"))
        assert response.headers.all("x-amzn-RequestId") == ("id-2",)

    def test_a_host_without_a_stage_gets_its_id_too(self) -> None:
        response, _ = drive(
            gateway(), Request("GET", "https://a.execute-api.us-east-1.amazonaws.com/"), arrival=Arrival("id-3")
        )
        assert (response.status, response.headers["x-amzn-RequestId"]) == (403, "id-3")

    def test_a_body_that_was_not_read_is_too_large(self) -> None:
        to = gateway(method("GET /users"))
        response, calls = drive(to, Request("GET", "/users"), arrival=Arrival(is_too_large=True))
        assert (response.status, calls) == (413, [])
        assert drive(to, Request("GET", "/nowhere"), arrival=Arrival(is_too_large=True))[0].status == 403

    @pytest.mark.parametrize(
        ("milliseconds", "seconds"), [pytest.param(None, 29, id="the default"), pytest.param(1500, 1.5, id="its own")]
    )
    def test_how_long_the_backend_may_take(self, milliseconds: int | None, seconds: float) -> None:
        assert called(Integration("HTTP_PROXY", "GET", "https://a.example", timeout_ms=milliseconds)).timeout == seconds

    def test_a_time_that_only_a_deployment_knows_is_asked_for(self) -> None:
        call = called(Integration("HTTP_PROXY", "GET", "https://a.example", timeout_ms=Unresolved({"Ref": "Wait"})))
        with pytest.raises(TemplateError, match="Wait"):
            _ = call.timeout

    @pytest.mark.parametrize(
        ("types", "sent", "accept", "is_binary", "accepts"),
        [
            pytest.param((), "image/png", "image/png", False, False, id="none are binary"),
            pytest.param(("image/png",), "image/png", "image/png, */*", True, True, id="both are"),
            pytest.param(("image/png",), JSON, "*/*, image/png", False, False, id="the first of Accept counts"),
            pytest.param(("*/*",), JSON, JSON, True, True, id="all are"),
        ],
    )
    def test_what_is_binary(
        self, types: tuple[str, ...], sent: str, accept: str, is_binary: bool, accepts: bool
    ) -> None:
        to = gateway(method("POST /users"), binary_media_types=types)
        request = Request("POST", "/users", {"Content-Type": sent, "Accept": accept}, b"x")
        _, (call,) = drive(to, request, OK)
        assert (call.is_binary, call.accepts_binary) == (is_binary, accepts)


class TestHttpRequests:
    @pytest.mark.parametrize(
        ("integration", "url", "wanted"),
        [
            pytest.param(
                Integration("HTTP_PROXY", "GET", "https://a.example/x"),
                "/users/7",
                "https://a.example/x",
                id="as it is",
            ),
            pytest.param(
                Integration("HTTP_PROXY", "GET", "https://a.example/x?b=2"),
                "/users/7?a=1&a=2",
                "https://a.example/x?b=2&a=1&a=2",
                id="a proxy passes the query on",
            ),
            pytest.param(
                Integration(
                    "HTTP_PROXY",
                    "GET",
                    "https://a.example/{n}",
                    request_parameters={"integration.request.path.n": "method.request.path.id"},
                ),
                "/users/a%2Fb%20c",
                "https://a.example/a%2Fb%20c",
                id="a path parameter",
            ),
            pytest.param(
                Integration(
                    "HTTP_PROXY",
                    "GET",
                    "https://a.example/",
                    request_parameters={"integration.request.querystring.a": "'&'"},
                ),
                "/users/7?b=2&a=1&%61=2",
                "https://a.example/?b=2&a=%26",
                id="a mapped parameter takes the place of those sent",
            ),
            pytest.param(
                Integration(
                    "HTTP",
                    "GET",
                    "https://a.example/{n}",
                    request_parameters={
                        "integration.request.path.n": "method.request.path.id",
                        "integration.request.querystring.c": "method.request.querystring.a",
                    },
                    responses=DEFAULT,
                ),
                "/users/7?a=1&b=2",
                "https://a.example/7?c=1",
                id="others get what is mapped",
            ),
            pytest.param(
                Integration("HTTP_PROXY", "GET", "https://${stageVariables.host}/${stageVariables.none}x"),
                "/users/7",
                "https://b.example/x",
                id="a stage variable",
            ),
            pytest.param(
                Integration("HTTP_PROXY", "GET", Unresolved({"Ref": "Url"}, ("https://", Unresolved({"Ref": "Host"})))),
                "/users/7",
                "https://${Host}",
                id="a part that only a deployment knows",
            ),
        ],
    )
    def test_the_address(self, integration: Integration, url: str, wanted: str) -> None:
        stage = Stage(source("ApiProd"), "prod", variables={"host": "b.example"})
        assert outgoing(called(integration, url, stages=(stage,))).url == wanted

    def test_a_greedy_parameter_keeps_its_slashes(self) -> None:
        integration = Integration(
            "HTTP_PROXY",
            "ANY",
            "https://a.example/{proxy}",
            request_parameters={"integration.request.path.proxy": "method.request.path.proxy"},
        )
        to = gateway(method("ANY /{proxy+}", integration))
        _, (call,) = drive(to, Request("PATCH", "/a/b%20c/d"), OK)
        assert (outgoing(call).method, outgoing(call).url) == ("PATCH", "https://a.example/a/b%20c/d")

    @pytest.mark.parametrize(
        ("http_method", "wanted"),
        [
            pytest.param("POST", "POST", id="its own"),
            pytest.param("ANY", "GET", id="any"),
            pytest.param(None, "GET", id="none"),
        ],
    )
    def test_the_method_is_the_integrations(self, http_method: str | None, wanted: str) -> None:
        assert outgoing(called(Integration("HTTP_PROXY", http_method, "https://a.example"))).method == wanted

    def test_a_proxy_passes_headers_on_but_for_those_that_are_mapped(self) -> None:
        mapped = {"integration.request.header.accept": "'text/csv'", "integration.request.header.X-New": "'n'"}
        sent = outgoing(called(Integration("HTTP_PROXY", "GET", "https://a.example", request_parameters=mapped)))
        assert sent.headers.lines == (("X-One", "1"), ("X-One", "2"), ("accept", "text/csv"), ("X-New", "n"))

    def test_others_send_what_is_mapped_and_the_templates_output(self) -> None:
        integration = Integration(
            "HTTP",
            "POST",
            "https://a.example",
            request_templates={JSON: '#set($context.requestOverride.header.X-Two = "2")id is $input.params("id")'},
            request_parameters={"integration.request.header.X-Two": "'1'"},
            responses=DEFAULT,
        )
        sent = outgoing(called(integration))
        assert (sent.body, sent.headers["X-Two"], "X-One" in sent.headers) == (b"id is 7", "2", False)

    def test_a_function_has_no_address(self) -> None:
        with pytest.raises(ValueError, match="GET /users/7 calls no HTTP backend"):
            outgoing(called(Integration("AWS_PROXY", "POST", "arn")))

    @given(st.text(min_size=1))
    def test_a_path_parameter_stays_one_segment(self, value: str) -> None:
        integration = Integration(
            "HTTP_PROXY",
            "GET",
            "https://a.example/{n}/end",
            request_parameters={"integration.request.path.n": "'" + value.replace("'", "") + "'"},
        )
        path = outgoing(called(integration, "/users/7")).url.removeprefix("https://a.example/")
        assert path.count("/") == 1
        assert path.isascii()


def _flaky(request: Request) -> Response:
    kind = request.headers.get("x-kind", "")
    if kind == "slow":
        raise TimeoutError
    if kind == "away":
        raise OSError("away")
    return Response(500 if kind == "bad" else 200, {"Content-Type": JSON}, request.body or b"{}")


def _methods() -> tuple[Method, ...]:
    plain = Integration(
        "HTTP",
        "GET",
        "https://a.example",
        request_parameters={"integration.request.header.x-kind": "method.request.header.x-kind"},
        responses=(IntegrationResponse("200"), IntegrationResponse("502", selection_pattern="5..")),
    )
    return (
        method("GET /users"),
        method("POST /users", api_key_required=True),
        method("GET /plain", plain),
        method("GET /mine", authorization="CUSTOM", authorizer=authorizer()),
        mocked("OPTIONS /users", mock({"Access-Control-Allow-Origin": "'*'"})),
    )


@given(
    st.sampled_from(["GET", "POST", "OPTIONS", "PUT"]),
    st.sampled_from(["/users", "/plain", "/mine", "/nowhere"]),
    st.sampled_from(["", "slow", "away", "bad"]),
    st.frozensets(st.sampled_from(["key", "token"])),
    st.sampled_from([True, False, Access.FAILED]),
)
def test_driven_by_hand_the_gateway_answers_as_when_it_is_called(
    verb: str, path: str, kind: str, brings: frozenset[str], decision: bool | Access
) -> None:
    web = api_key()
    to = gateway(*_methods(), plans=(plan(web),), keys=(web,), settings={"backend": _flaky, "authorizer": decision})
    headers = {
        **({"x-kind": kind} if kind else {}),
        **({"x-api-key": to.key("web")} if "key" in brings else {}),
        **({"Authorization": "Bearer abc"} if "token" in brings else {}),
    }
    request = Request(verb, path, headers)
    answered, why = _by_hand(to, request, _flaky, decision)
    expected = to(request)
    assert (answered, why) == (expected, expected.why)


def _by_hand(
    to: Gateway, request: Request, backend: Callable[[Request], Response], decision: bool | Access
) -> tuple[Response, str]:
    steps = to.steps(request)
    try:
        call = next(steps)
        while True:
            try:
                it: object = decision if call.kind == "authorizer" else backend(call.request)
            except OSError as error:  # noqa: PERF203 - each call's own
                call = steps.throw(error)
            else:
                call = steps.send(it)
    except StopIteration as done:
        response: Response = done.value
        return response, response.why


class TestLimits:
    def test_they_are_asked_once_the_key_is_known(self) -> None:
        web, seen = api_key(), list[Call]()
        methods = (method("GET /users", api_key_required=True), mocked("OPTIONS /users", mock()))
        to = gateway(*methods, plans=(plan(web),), keys=(web,), settings={"limits": seen.append})
        for name, headers in (
            ("GET /users", {}),
            ("GET /users", {"x-api-key": "wrong"}),
            ("GET /nowhere", {}),
            ("GET /users", {"x-api-key": to.key("web")}),
            ("OPTIONS /users", {}),
        ):
            send(to, name, headers)
        assert [(call.kind, call.name, call.api_key) for call in seen] == [
            ("limits", "GET /users", web),
            ("limits", "OPTIONS /users", None),
        ]

    def test_what_they_refuse_is_answered_by_the_gateway_response(self) -> None:
        def full(call: Call) -> None:
            raise RefusalError("QUOTA_EXCEEDED", f"{call.name}: no more")

        own = answers(answer("QUOTA_EXCEEDED", headers={"Access-Control-Allow-Origin": "'*'"}))
        response = send(gateway(method("GET /users"), gateway_responses=own, settings={"limits": full}), "GET /users")
        assert (response.status, response.headers["Access-Control-Allow-Origin"]) == (429, "*")
        assert response.body == b'{"message":"Limit Exceeded"}'
        assert response.why.startswith("GET /users: no more")

    def test_they_are_callable(self) -> None:
        with pytest.raises(TypeError, match="limits= takes a callable"):
            gateway(method("GET /users"), settings={"limits": 5})


class TestKeys:
    def test_a_disabled_key_stays_disabled_and_a_good_one_stays_good(self) -> None:
        web, off = api_key(), api_key("off", enabled=False)
        to = gateway(method("GET /users", api_key_required=True), plans=(plan(web, off),), keys=(web, off))
        for _ in range(3):
            assert send(to, "GET /users", {"x-api-key": to.key("web")}).status == 200
            assert send(to, "GET /users", {"x-api-key": to.key("off")}).status == 403

    def test_a_key_opens_the_stages_of_its_plan_alone(self) -> None:
        web = api_key()
        stages = (Stage(source("A"), "prod"), Stage(source("B"), "test"))
        one = api(method("GET /users", api_key_required=True), plans=(plan(web),), stages=stages)
        to = gateway(*one.methods, plans=one.plans, stages=stages, keys=(web,), settings={"stage": "prod"})
        host = "https://a.execute-api.us-east-1.amazonaws.com"
        key = {"x-api-key": to.key("web")}
        for _ in range(2):
            assert send(to, f"GET {host}/prod/users", key).status == 200
            assert send(to, f"GET {host}/test/users", key).status == 403

    @pytest.mark.parametrize("value", ["", "\udcff", "ключ", "x" * 5000], ids=["empty", "no text", "Cyrillic", "long"])
    def test_any_value_may_be_sent(self, value: str) -> None:
        web = api_key()
        to = gateway(method("GET /users", api_key_required=True), plans=(plan(web, other_keys=True),), keys=(web,))
        assert send(to, "GET /users", {"x-api-key": value}).status == 403
