"""What comes back from behind the API, and what the gateway answers when it answers by itself."""

from typing import Final

from ..backend import ANSWER_HEADER, STATUS_HEADER
from ..templates import Template
from .calls import APP, JSON, STRANGER, UNKNOWN_KEY, Call, Key, Scenario, preflights, requests
from .handwritten import Properties, Written, answer, http, mock, proxy, quoted

MAPPED = {
    "Access-Control-Allow-Origin": "integration.response.header.Access-Control-Allow-Origin",
    "Access-Control-Expose-Headers": "'x-request-id'",
}
# An HTTP integration sends on what it is told to, and the backend is steered by headers.
STEERED: Final[Properties] = {
    "RequestParameters": {f"method.request.header.{name}": False for name in (STATUS_HEADER, ANSWER_HEADER)}
}
STEERING: Final[Properties] = {
    "RequestParameters": {
        f"integration.request.header.{name}": f"method.request.header.{name}" for name in (STATUS_HEADER, ANSWER_HEADER)
    }
}


def _integrations() -> Template:
    api = Written()
    api.method("GET", "/proxy", proxy("/proxied"))
    api.method("POST", "/proxy", proxy("/proxied", "POST"))
    api.method("GET", "/mapped", http("/mapped", "GET", answer(200, MAPPED), **STEERING), **STEERED)
    api.method(
        "POST",
        "/mapped",
        http(
            "/mapped",
            "POST",
            answer(201, quoted({"Access-Control-Allow-Origin": APP})),
            answer(400, quoted({"Access-Control-Allow-Origin": "*"}), pattern="400"),
            answer(502, None, {"application/json": '{"oh": "no"}'}, pattern=r"5\d{2}"),
            **STEERING,
        ),
        **STEERED,
    )
    api.method(
        "GET",
        "/parameters",
        http(
            "/parameters",
            "GET",
            answer(200, quoted({"Access-Control-Allow-Origin": "*"})),
            RequestParameters={
                "integration.request.header.X-From": "method.request.header.Origin",
                "integration.request.querystring.said": "method.request.querystring.q",
                "integration.request.header.X-Static": "'fixed'",
            },
        ),
        RequestParameters={"method.request.header.Origin": False, "method.request.querystring.q": False},
    )
    api.method("GET", "/silent", http("/silent", "GET", answer(200), **STEERING), **STEERED)
    return api.template()


SENT = f"Access-Control-Allow-Origin: {APP}"
INTEGRATIONS = Scenario(
    "integrations",
    _integrations,
    (
        *requests("GET", "/proxy", "/mapped", "/silent", "/parameters?q=1"),
        *requests("GET", "/proxy", "/mapped", "/silent", more={ANSWER_HEADER: SENT}),
        *requests("GET", "/proxy", more={ANSWER_HEADER: "Vary: Origin"}),
        *requests("GET", "/proxy", more={ANSWER_HEADER: "Access-Control-Expose-Headers: x-page"}),
        *(
            call
            for status in ("201", "204", "302", "400", "404", "500", "503")
            for call in requests("GET", "/proxy", more={STATUS_HEADER: status, ANSWER_HEADER: SENT})
        ),
        *(
            call
            for status in ("200", "400", "404", "500", "503")
            for call in requests("POST", "/mapped", more={**JSON, STATUS_HEADER: status}, body=b'{"a": 1}')
        ),
        *requests("POST", "/proxy", more=JSON, body=b'{"a": 1}'),
        *requests("POST", "/proxy", more={"Content-Type": "text/plain"}, body=b"a"),
        *requests("GET", "/parameters", origins=[None, STRANGER]),
    ),
)

ERROR_HEADERS = quoted({"Access-Control-Allow-Origin": APP, "Vary": "Origin"})


def _errors() -> Template:
    api = Written()
    api.method("GET", "/keyed", proxy("/keyed"), key=True)
    api.method("OPTIONS", "/keyed", mock(answer(204, quoted({"Access-Control-Allow-Origin": APP}))))
    api.method("OPTIONS", "/broken", mock(answer(204), request={"application/json": "no json"}))
    api.method("GET", "/iam", proxy("/iam"), AuthorizationType="AWS_IAM")
    api.error("DEFAULT_4XX", ERROR_HEADERS)
    api.error("DEFAULT_5XX", {"Access-Control-Allow-Origin": "method.request.header.Origin"})
    api.error("INVALID_API_KEY", {"X-Why": "'key'"}, body='{"kind": "$context.error.responseType"}')
    api.error("UNSUPPORTED_MEDIA_TYPE", {"Access-Control-Allow-Origin": "method.request.header.Origin"}, status=406)
    return api.template("Web")


def _default_errors() -> Template:
    api = Written()
    api.method("GET", "/keyed", proxy("/keyed"), key=True)
    api.method("OPTIONS", "/keyed", mock(answer(204)))
    api.error(
        "DEFAULT_4XX", quoted({"Access-Control-Allow-Origin": "*"}), body='{"said": $context.error.messageString}'
    )
    api.error("MISSING_AUTHENTICATION_TOKEN", quoted({"Access-Control-Allow-Origin": "*"}), status=404)
    return api.template("Web")


ERRORS = Scenario(
    "errors",
    _errors,
    (
        *requests("GET", "/keyed", origins=[APP, STRANGER, None], keys=(None, UNKNOWN_KEY, Key("Web"))),
        *requests("GET", "/nothing", origins=[APP, None]),
        *requests("DELETE", "/keyed", origins=[APP, None]),
        *requests("GET", "/iam"),
        *preflights("/keyed", more={"Content-Type": "text/plain"}),
        *preflights("/broken"),
        Call("POST", "/", (("Origin", APP),)),
    ),
)
DEFAULTS = Scenario(
    "default errors",
    _default_errors,
    (
        *requests("GET", "/keyed", origins=[APP, None], keys=(None, UNKNOWN_KEY, Key("Web"))),
        *requests("GET", "/nothing", "/keyed/further"),
        *requests("PUT", "/keyed"),
        *preflights("/keyed", more={"Content-Type": "text/plain"}),
    ),
)
SCENARIOS = (INTEGRATIONS, ERRORS, DEFAULTS)
