"""What a function's answer becomes: one table for the runtime in Python and in Node.js.

Every value is one that JSON has; `python -m tests.runtime.cases` prints the table, for languages other than this one.
"""

import enum
import json
from collections.abc import Mapping
from typing import Any, Final

import attrs

from cors_constructs import CorsPolicy

APP: Final = "https://app.example.com"
ADMIN: Final = "https://admin.example.com"
STRANGER: Final = "https://evil.test"
EXPOSED: Final = "retry-after,x-amzn-errortype,x-amzn-requestid"
ASKED: Final = (
    "authorization,content-type,x-amz-content-sha256,x-amz-date,x-amz-security-token,x-amz-user-agent,x-api-key"
)
FAILED: Final = '{"message":"Internal server error"}'


class Outcome(enum.Enum):
    READABLE = "the page may read the answer"
    OPAQUE = "the answer says nothing to the page's browser"
    OWN = "the handler's own Allow-Origin stands"
    PREFLIGHT = "the preflight is answered, and the handler not called"
    FAILED = "the handler raised, and the page may read that it did"
    UNHARMED = "what the handler returned is handed on: the very same object"
    RAISED = "what the handler raised is raised on"


class Warned(enum.Enum):
    """What is logged, once for each process: a piece of the line."""

    EVENT = "no REST API proxy event"
    ANSWER = "no proxy answer"
    MISSING = "CORS_CONSTRUCTS_POLICY is not set"
    BROKEN = "is no policy"


class Raises:
    """In an answer's place: the handler raises."""


RAISES: Final = Raises()


@attrs.frozen(kw_only=True)
class Case:
    """One call of a wrapped handler.

    Attributes:
        id: What holds, in words.
        policy: What the variable says; a string is its very text, None: it is not set.
        event: What the handler is called with.
        answer: What it returns.
        expected: What comes out of the wrapped one; None where `outcome` says that it raises.
        outcome: What that means for the page.
        warned: What is logged.
        catch_errors: What the wrapper is told.
    """

    id: str
    policy: CorsPolicy | Mapping[str, object] | str | None
    event: Any
    answer: Any = attrs.field(factory=lambda: {"statusCode": 200, "body": "hi"})
    expected: Any = None
    outcome: Outcome
    warned: Warned | None = None
    catch_errors: bool = True

    @property
    def variable(self) -> str | None:
        """The variable's text; None where it is not set."""
        if self.policy is None or isinstance(self.policy, str):
            return self.policy
        return json.dumps(self.policy.to_dict() if isinstance(self.policy, CorsPolicy) else self.policy)

    @property
    def raises(self) -> bool:
        """Whether the handler raises."""
        return self.answer is RAISES

    def to_dict(self) -> dict[str, object]:
        """The case as values that JSON has."""
        return {
            "id": self.id,
            "variable": self.variable,
            "event": self.event,
            "raises": self.raises,
            "answer": None if self.raises else self.answer,
            "catch_errors": self.catch_errors,
            "expected": self.expected,
            "outcome": self.outcome.name,
            "warned": self.warned and self.warned.value,
        }


@attrs.frozen(kw_only=True)
class OriginCase:
    """An Origin header's value, before a list of origins: what `headers_for` says, in every language."""

    id: str
    allow_origins: tuple[str, ...]
    origin: str | None
    allowed: bool
    """Whether Allow-Origin is this origin."""

    @property
    def policy(self) -> CorsPolicy:
        """The policy; whatever is insecure in it is meant."""
        return CorsPolicy(
            allow_origins=self.allow_origins,
            expose_headers=[],
            dangerously_allow_insecure_origins=True,
            dangerously_allow_public_suffix_patterns=True,
        )

    @property
    def event(self) -> dict[str, Any]:
        """A proxy event from that origin."""
        return proxy(self.origin)

    def to_dict(self) -> dict[str, object]:
        """The case as values that JSON has."""
        return {
            "id": self.id,
            "policy": self.policy.to_dict(),
            "event": self.event,
            "expected": self.policy.headers_for(self.origin),
        }


def proxy(origin: str | None = APP, method: str = "GET", **changes: Any) -> dict[str, Any]:
    """A REST API's proxy event, in the shape that API Gateway gives it.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html#api-gateway-simple-proxy-for-lambda-input-format
    """
    headers = {"Accept": "*/*", "Host": "api.example.com"} | ({} if origin is None else {"origin": origin})
    event = {
        "resource": "/items/{id}",
        "path": "/items/1",
        "httpMethod": method,
        "headers": headers,
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "queryStringParameters": None,
        "multiValueQueryStringParameters": None,
        "pathParameters": {"id": "1"},
        "stageVariables": None,
        "requestContext": {"resourcePath": "/items/{id}", "httpMethod": method, "stage": "prod", "identity": {}},
        "body": None,
        "isBase64Encoded": False,
    }
    return {name: value for name, value in (event | changes).items() if value is not MISSING}


MISSING: Final = object()


def preflight(origin: str | None = APP, asked: str | None = "PUT", **changes: Any) -> dict[str, Any]:
    """A preflight that strays to the function."""
    event = proxy(origin, "OPTIONS", **changes)
    if asked is not None and "headers" not in changes:
        event["headers"]["access-control-request-method"] = asked
        event["multiValueHeaders"]["access-control-request-method"] = [asked]
    return event


def sent(headers: object, multi: object = MISSING) -> dict[str, Any]:
    """A proxy event with these headers."""
    return proxy(headers=headers, multiValueHeaders=multi)


ONE = CorsPolicy(allow_origins=[APP])
ANY = CorsPolicy(allow_origins=["*"])
SEVERAL = CorsPolicy(allow_origins=[APP, ADMIN])
WITH_CREDENTIALS = SEVERAL.evolve(allow_credentials=True)
PATTERN = CorsPolicy(allow_origins=["https://*.preview.example.com", "http://localhost:*"])
BARE = SEVERAL.evolve(expose_headers=[])
PREVIEW = "https://pr-7.preview.example.com"
BRANCHES: dict[str, object] = {
    "allow_origins": [APP],
    "branches": {
        "/admin": {"allow_origins": [ADMIN], "allow_credentials": True},
        "/admin/public": {"allow_origins": ["*"], "expose_headers": []},
        "/items/{id}/notes": {"allow_origins": [APP, ADMIN], "expose_headers": ["x-notes"], "max_age": 0},
    },
}

HI: Final[dict[str, Any]] = {"statusCode": 200, "body": "hi"}
TO_APP: Final = {"Access-Control-Allow-Origin": APP, "Access-Control-Expose-Headers": EXPOSED}
TO_APP_VARY: Final = {**TO_APP, "Vary": "Origin"}
TO_ALL: Final = {"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": EXPOSED}
VARY: Final = {"Vary": "Origin"}
ALL_METHODS: Final = "DELETE,GET,HEAD,PATCH,POST,PUT"
PREFLIGHT_TO_APP: Final = {
    "Access-Control-Allow-Origin": APP,
    "Access-Control-Allow-Methods": ALL_METHODS,
    "Access-Control-Allow-Headers": ASKED,
    "Access-Control-Max-Age": "7200",
}


def hi(**headers: object) -> dict[str, object]:
    """The usual answer, with headers: underscores stand for hyphens."""
    return {**HI, "headers": {name.replace("_", "-"): value for name, value in headers.items()}}


def answered(headers: Mapping[str, object], status: int = 204) -> dict[str, object]:
    """A preflight's answer."""
    return {"statusCode": status, "headers": dict(headers), "body": ""}


def _readable(id: str, policy: Any, event: Any, answer: Any, expected: Any) -> Case:  # noqa: A002 - a case's own word
    return Case(id=id, policy=policy, event=event, answer=answer, expected=expected, outcome=Outcome.READABLE)


def _opaque(id: str, policy: Any, event: Any, answer: Any, expected: Any) -> Case:  # noqa: A002 - likewise
    return Case(id=id, policy=policy, event=event, answer=answer, expected=expected, outcome=Outcome.OPAQUE)


def _own(id: str, policy: Any, event: Any, answer: Any, expected: Any) -> Case:  # noqa: A002 - likewise
    return Case(id=id, policy=policy, event=event, answer=answer, expected=expected, outcome=Outcome.OWN)


def _unharmed(id: str, answer: Any, warned: Warned | None, *, policy: Any = SEVERAL, event: Any = None) -> Case:  # noqa: A002 - likewise
    event = proxy() if event is None else event
    return Case(
        id=id, policy=policy, event=event, answer=answer, expected=answer, outcome=Outcome.UNHARMED, warned=warned
    )


def _preflight(id: str, policy: Any, event: Any, expected: Any) -> Case:  # noqa: A002 - likewise
    return Case(id=id, policy=policy, event=event, expected=expected, outcome=Outcome.PREFLIGHT)


HEADERS_ADDED = (
    _readable("one origin", ONE, proxy(), HI, {**HI, "headers": TO_APP}),
    _readable("one of several origins", SEVERAL, proxy(), HI, {**HI, "headers": TO_APP_VARY}),
    _readable("any origin", ANY, proxy(STRANGER), HI, {**HI, "headers": TO_ALL}),
    _readable(
        "credentials",
        WITH_CREDENTIALS,
        proxy(),
        HI,
        {**HI, "headers": {**TO_APP_VARY, "Access-Control-Allow-Credentials": "true"}},
    ),
    _readable(
        "credentials and one origin",
        ONE.evolve(allow_credentials=True),
        proxy(),
        HI,
        {**HI, "headers": {**TO_APP, "Access-Control-Allow-Credentials": "true"}},
    ),
    _readable(
        "an origin of a pattern", PATTERN, proxy(PREVIEW), HI,
        {**HI, "headers": {**TO_APP_VARY, "Access-Control-Allow-Origin": PREVIEW}},
    ),
    _readable(
        "any port", PATTERN, proxy("http://localhost:5173"), HI,
        {**HI, "headers": {**TO_APP_VARY, "Access-Control-Allow-Origin": "http://localhost:5173"}},
    ),
    _readable("nothing exposed", BARE, proxy(), HI, hi(Access_Control_Allow_Origin=APP, Vary="Origin")),
    _readable(
        "names left out have the policy's defaults", {"allow_origins": [APP, ADMIN]}, proxy(), HI,
        {**HI, "headers": TO_APP_VARY},
    ),
    _readable(
        "names of later versions are ignored", {"allow_origins": [APP], "allow_teapots": 418}, proxy(), HI,
        {**HI, "headers": TO_APP},
    ),
    _opaque("a stranger is told nothing but Vary", SEVERAL, proxy(STRANGER), HI, {**HI, "headers": VARY}),
    _opaque("a stranger is told of no credentials", WITH_CREDENTIALS, proxy(STRANGER), HI, {**HI, "headers": VARY}),
    _opaque("the pattern's own domain is a stranger", PATTERN, proxy("https://preview.example.com"), HI,
            {**HI, "headers": VARY}),
    _opaque("a request without an origin", SEVERAL, proxy(None), HI, {**HI, "headers": VARY}),
    _opaque("one origin stands for everybody, and a stranger's browser refuses it", ONE, proxy(STRANGER), HI,
            {**HI, "headers": TO_APP}),
    _opaque("one origin stands for everybody, also without an origin", ONE, proxy(None), HI, {**HI, "headers": TO_APP}),
)  # fmt: skip

READING_THE_ORIGIN = (
    _readable("the header's name in lower case", SEVERAL, sent({"origin": APP}), HI, {**HI, "headers": TO_APP_VARY}),
    _readable("the header's name capitalised", SEVERAL, sent({"Origin": APP}), HI, {**HI, "headers": TO_APP_VARY}),
    _readable("the header's name in upper case", SEVERAL, sent({"ORIGIN": APP}), HI, {**HI, "headers": TO_APP_VARY}),
    _readable("only multi-value headers", SEVERAL, sent(MISSING, {"Origin": [APP]}), HI, {**HI,
              "headers": TO_APP_VARY}),
    _readable("headers are null", SEVERAL, sent(None, {"Origin": [APP]}), HI, {**HI, "headers": TO_APP_VARY}),
    _readable("the same origin twice", SEVERAL, sent({"origin": APP, "Origin": APP}, {"origin": [APP, APP]}), HI,
              {**HI, "headers": TO_APP_VARY}),
    _opaque("two origins by two spellings", SEVERAL, sent({"origin": APP, "Origin": ADMIN}), HI,
            {**HI, "headers": VARY}),
    _opaque("two origins in a list", SEVERAL, sent(MISSING, {"origin": [APP, ADMIN]}), HI, {**HI, "headers": VARY}),
    _opaque("the last of two origins alone is in headers", SEVERAL, sent({"origin": APP}, {"origin": [STRANGER, APP]}),
            HI, {**HI, "headers": VARY}),
    _opaque("two origins in one value", SEVERAL, proxy(f"{APP}, {ADMIN}"), HI, {**HI, "headers": VARY}),
    _opaque("no headers at all", SEVERAL, sent(None, None), HI, {**HI, "headers": VARY}),
    _opaque("no headers' names", SEVERAL, sent(MISSING), HI, {**HI, "headers": VARY}),
    _opaque("headers that are a list", SEVERAL, sent([APP], "x"), HI, {**HI, "headers": VARY}),
    _opaque("an origin that is a number", SEVERAL, sent({"origin": 5}, {"origin": 5}), HI, {**HI, "headers": VARY}),
    _opaque("an origin that is null", SEVERAL, sent({"origin": None}, {"origin": None}), HI, {**HI, "headers": VARY}),
    _opaque("an origin in the query", SEVERAL, proxy(None, queryStringParameters={"origin": APP}), HI,
            {**HI, "headers": VARY}),
    _opaque("the word null", {"allow_origins": ["null", APP, ADMIN]}, proxy("null"), HI, {**HI, "headers": VARY}),
)  # fmt: skip

KEEPING_WHAT_IS_THERE = (
    _readable("other headers stay", SEVERAL, proxy(), hi(X_Id="7"), {**HI, "headers": {"X-Id": "7", **TO_APP_VARY}}),
    _readable("headers are null in the answer", SEVERAL, proxy(), {**HI, "headers": None}, {**HI,
              "headers": TO_APP_VARY}),
    _readable("an empty answer", SEVERAL, proxy(), {}, {"headers": TO_APP_VARY}),
    _readable("an answer of a status alone", SEVERAL, proxy(), {"statusCode": 204},
              {"statusCode": 204, "headers": TO_APP_VARY}),
    _readable("an answer of headers alone", SEVERAL, proxy(), {"headers": {}}, {"headers": TO_APP_VARY}),
    _readable("an answer with names of its own", SEVERAL, proxy(), {**HI, "cookies": [], "x": 1},
              {**HI, "cookies": [], "x": 1, "headers": TO_APP_VARY}),
    _readable("a binary answer", ONE, proxy(), {"body": "aGk=", "isBase64Encoded": True},
              {"body": "aGk=", "isBase64Encoded": True, "headers": TO_APP}),
    _readable("the handler's own error", SEVERAL, proxy(), {"statusCode": 404, "body": ""},
              {"statusCode": 404, "body": "", "headers": TO_APP_VARY}),
    _readable("a status that is text", ONE, proxy(), {"statusCode": "200"}, {"statusCode": "200", "headers": TO_APP}),
    _readable("a header's value of an odd type stays", ONE, proxy(), hi(X_Id=7, X_On=True, X_None=None),
              {**HI, "headers": {"X-Id": 7, "X-On": True, "X-None": None, **TO_APP}}),
    _readable("the handler's own Expose-Headers stays", ONE, proxy(), hi(access_control_expose_headers="x-id"),
              hi(access_control_expose_headers="x-id", Access_Control_Allow_Origin=APP)),
    _readable("the handler's own Allow-Credentials stays", WITH_CREDENTIALS, proxy(),
              hi(ACCESS_CONTROL_ALLOW_CREDENTIALS="true"),
              {**HI, "headers": {"ACCESS-CONTROL-ALLOW-CREDENTIALS": "true", **TO_APP_VARY}}),
    _own("the handler's own Allow-Origin stays", ONE, proxy(), hi(Access_Control_Allow_Origin=ADMIN),
         hi(Access_Control_Allow_Origin=ADMIN)),
    _own("the handler's own Allow-Origin in lower case", ANY, proxy(), hi(access_control_allow_origin=APP),
         hi(access_control_allow_origin=APP)),
    _own("nothing is added to the handler's own Allow-Origin but Vary", WITH_CREDENTIALS, proxy(),
         hi(access_control_allow_origin="*"), hi(access_control_allow_origin="*", Vary="Origin")),
    _own("not even for a stranger", SEVERAL, proxy(STRANGER), hi(Access_Control_Allow_Origin=STRANGER),
         hi(Access_Control_Allow_Origin=STRANGER, Vary="Origin")),
    _own("the handler's own Allow-Origin among multi-value headers", SEVERAL, proxy(),
         {**HI, "multiValueHeaders": {"access-control-allow-origin": ["*"]}},
         {**HI, "multiValueHeaders": {"access-control-allow-origin": ["*"], "Vary": ["Origin"]}}),
    _own("the handler's own Allow-Origin, in the other map", SEVERAL, proxy(),
         {**HI, "headers": {"X-Id": "7"}, "multiValueHeaders": {"Access-Control-Allow-Origin": [APP]}},
         {**HI, "headers": {"X-Id": "7", "Vary": "Origin"},
         "multiValueHeaders": {"Access-Control-Allow-Origin": [APP]}}),
)  # fmt: skip

MULTI_VALUE_HEADERS = (
    _readable("multi-value headers alone take ours", SEVERAL, proxy(), {**HI,
              "multiValueHeaders": {"Set-Cookie": ["a=1", "b=2"]}},
              {**HI, "multiValueHeaders": {"Set-Cookie": ["a=1", "b=2"], **{k: [v] for k, v in TO_APP_VARY.items()}}}),
    _readable("multi-value headers beside null", ONE, proxy(), {**HI, "headers": None,
              "multiValueHeaders": {"X": ["1"]}},
              {**HI, "headers": None, "multiValueHeaders": {"X": ["1"], **{k: [v] for k, v in TO_APP.items()}}}),
    _readable("beside headers, those take ours", ONE, proxy(), {**HI, "headers": {}, "multiValueHeaders": {"X": ["1"]}},
              {**HI, "headers": TO_APP, "multiValueHeaders": {"X": ["1"]}}),
    _readable("empty multi-value headers", ONE, proxy(), {**HI, "multiValueHeaders": {}},
              {**HI, "headers": TO_APP, "multiValueHeaders": {}}),
    _readable("multi-value headers that are null", ONE, proxy(), {**HI, "multiValueHeaders": None},
              {**HI, "headers": TO_APP, "multiValueHeaders": None}),
    _readable("a multi-value header's own kind of value stays", ONE, proxy(), {"multiValueHeaders": {"X": "1"}},
              {"multiValueHeaders": {"X": "1", **{k: [v] for k, v in TO_APP.items()}}}),
    _readable("an Expose-Headers in the other map", ONE, proxy(),
              {"headers": {"a": "b"}, "multiValueHeaders": {"Access-Control-Expose-Headers": ["x-id"]}},
              {"headers": {"a": "b", "Access-Control-Allow-Origin": APP},
               "multiValueHeaders": {"Access-Control-Expose-Headers": ["x-id"]}}),
)  # fmt: skip


def _merged(id: str, before: str, after: str) -> Case:  # noqa: A002 - likewise
    return _readable(id, BARE, proxy(), hi(Vary=before), hi(Vary=after, Access_Control_Allow_Origin=APP))


def _multi_merged(id: str, before: object, after: object) -> Case:  # noqa: A002 - likewise
    return _readable(
        id,
        BARE,
        proxy(),
        {"multiValueHeaders": {"vary": before}},
        {"multiValueHeaders": {"vary": after, "Access-Control-Allow-Origin": [APP]}},
    )


MERGING_VARY = (
    _merged("Vary gets Origin", "Accept", "Accept, Origin"),
    _merged("Vary with a list gets Origin", "Accept, Accept-Encoding", "Accept, Accept-Encoding, Origin"),
    _merged("Vary has Origin already", "Origin", "Origin"),
    _merged("Vary has origin already, in lower case", "accept,origin", "accept,origin"),
    _merged("Vary has Origin in the middle", "Accept , ORIGIN , X", "Accept , ORIGIN , X"),
    _merged("Vary with a name like Origin", "X-Origin, Original", "X-Origin, Original, Origin"),
    _merged("Vary of everything", "*", "*"),
    _merged("Vary of everything and more", "Accept, *", "Accept, *"),
    _merged("an empty Vary", "", "Origin"),
    _merged("a blank Vary", "  ", "Origin"),
    _readable("Vary keeps its spelling", BARE, proxy(), hi(VARY="Accept"),
              hi(VARY="Accept, Origin", Access_Control_Allow_Origin=APP)),
    _readable("Vary stays as it is for one origin", ONE, proxy(), hi(vary="Accept"), {**HI,
              "headers": {"vary": "Accept", **TO_APP}}),
    _opaque("a stranger's Vary is merged too", SEVERAL, proxy(STRANGER), hi(vary="Accept"), hi(vary="Accept, Origin")),
    _multi_merged("multi-value Vary gets Origin", ["Accept"], ["Accept", "Origin"]),
    _multi_merged("multi-value Vary with a list in one value", ["Accept, X", "Y"], ["Accept, X", "Y", "Origin"]),
    _multi_merged("multi-value Vary has origin already", ["Accept, origin", "X"], ["Accept, origin", "X"]),
    _multi_merged("multi-value Vary of everything", ["Accept", "*"], ["Accept", "*"]),
    _multi_merged("an empty multi-value Vary", [], ["Origin"]),
    _readable("Vary in both maps: the list gets Origin", BARE, proxy(),
              {"headers": {"Vary": "Accept"}, "multiValueHeaders": {"vary": ["X"]}},
              {"headers": {"Vary": "Accept", "Access-Control-Allow-Origin": APP}, "multiValueHeaders": {"vary": ["X",
              "Origin"]}}),
    _readable("Vary in the list alone, beside headers", BARE, proxy(),
              {"headers": {"X": "1"}, "multiValueHeaders": {"Vary": ["X"]}},
              {"headers": {"X": "1", "Access-Control-Allow-Origin": APP}, "multiValueHeaders": {"Vary": ["X",
              "Origin"]}}),
)  # fmt: skip

PREFLIGHTS = (
    _preflight("one origin", ONE, preflight(), answered(PREFLIGHT_TO_APP)),
    _preflight("one origin, a stranger's", ONE, preflight(STRANGER), answered(PREFLIGHT_TO_APP)),
    _preflight("any origin", ANY, preflight(STRANGER),
               answered({**PREFLIGHT_TO_APP, "Access-Control-Allow-Origin": "*"})),
    _preflight("one of several origins", SEVERAL, preflight(), answered({**PREFLIGHT_TO_APP, **VARY})),
    _preflight("a stranger", SEVERAL, preflight(STRANGER), answered(VARY)),
    _preflight("credentials", WITH_CREDENTIALS, preflight(),
               answered({**PREFLIGHT_TO_APP, **VARY, "Access-Control-Allow-Credentials": "true"})),
    _preflight("an origin of a pattern", PATTERN, preflight(PREVIEW),
               answered({**PREFLIGHT_TO_APP, **VARY, "Access-Control-Allow-Origin": PREVIEW})),
    _preflight("methods, headers, age and status of the policy's own",
               CorsPolicy(allow_origins=[APP], allow_methods=["PUT", "GET"], allow_headers=["x-b", "x-a"], max_age=0,
                          status_code=200),
               preflight(),
               answered({"Access-Control-Allow-Origin": APP, "Access-Control-Allow-Methods": "GET,PUT",
                         "Access-Control-Allow-Headers": "x-a,x-api-key,x-b", "Access-Control-Max-Age": "0"}, 200)),
    _preflight("no headers to allow", {"allow_origins": [APP], "allow_headers": []}, preflight(),
               answered({name: value for name, value in PREFLIGHT_TO_APP.items() if not name.endswith("-Headers")})),
    _preflight("capitalised header names", SEVERAL,
               preflight(headers={"Origin": APP, "Access-Control-Request-Method": "GET"}),
               answered({**PREFLIGHT_TO_APP, **VARY})),
    _preflight("only multi-value headers", SEVERAL,
               preflight(headers=None, multiValueHeaders={"Origin": [APP], "Access-Control-Request-Method": ["GET"]}),
               answered({**PREFLIGHT_TO_APP, **VARY})),
    _preflight("two origins are a stranger's", SEVERAL,
               preflight(headers={"Origin": APP, "origin": ADMIN, "Access-Control-Request-Method": "GET"}),
               answered(VARY)),
    _preflight("a branch's own", BRANCHES, preflight(ADMIN, resource="/items/{id}/notes"),
               answered({**PREFLIGHT_TO_APP, **VARY, "Access-Control-Allow-Origin": ADMIN,
               "Access-Control-Max-Age": "0"})),
    _opaque("OPTIONS without an origin is the handler's", SEVERAL, preflight(None), HI, {**HI, "headers": VARY}),
    _readable("OPTIONS that asks for no method is the handler's", SEVERAL, preflight(asked=None), HI,
              {**HI, "headers": TO_APP_VARY}),
    _readable("what preflights say, in another method, is the handler's", SEVERAL,
              proxy(headers={"origin": APP, "access-control-request-method": "GET"}), HI, {**HI,
              "headers": TO_APP_VARY}),
)  # fmt: skip

BRANCHED = (
    _readable("a path of no branch", BRANCHES, proxy(), HI, {**HI, "headers": TO_APP}),
    _readable("a branch's top", BRANCHES, proxy(ADMIN, resource="/admin"), HI,
              {**HI, "headers": {"Access-Control-Allow-Origin": ADMIN, "Access-Control-Allow-Credentials": "true",
                                 "Access-Control-Expose-Headers": EXPOSED}}),
    _readable("below a branch", BRANCHES, proxy(ADMIN, resource="/admin/{id}/x"), HI,
              {**HI, "headers": {"Access-Control-Allow-Origin": ADMIN, "Access-Control-Allow-Credentials": "true",
                                 "Access-Control-Expose-Headers": EXPOSED}}),
    _readable("the innermost branch", BRANCHES, proxy(STRANGER, resource="/admin/public/{proxy+}"), HI,
              hi(Access_Control_Allow_Origin="*")),
    _readable("a name that begins as a branch's does", BRANCHES, proxy(resource="/administration"), HI,
              {**HI, "headers": TO_APP}),
    _readable("a branch below a parameter", BRANCHES, proxy(ADMIN, resource="/items/{id}/notes/{note}"), HI,
              hi(Access_Control_Allow_Origin=ADMIN, Access_Control_Expose_Headers="x-notes", Vary="Origin")),
    _readable("the path that was asked for does not count", BRANCHES, proxy(path="/admin"), HI, {**HI,
              "headers": TO_APP}),
    _readable("no resource", BRANCHES, proxy(resource=MISSING), HI, {**HI, "headers": TO_APP}),
    _readable("a resource of an odd type", BRANCHES, proxy(resource=7), HI, {**HI, "headers": TO_APP}),
    _readable("a branch at the root", {"allow_origins": [APP], "branches": {"/": {"allow_origins": ["*"]}}},
              proxy(STRANGER), HI, {**HI, "headers": TO_ALL}),
    _readable("no branches", {"allow_origins": [APP], "branches": {}}, proxy(), HI, {**HI, "headers": TO_APP}),
)  # fmt: skip

KNOWN_AT_DEPLOYMENT = (
    _readable("a list in one string", {"allow_origins": [f"{ADMIN},{APP}"]}, proxy(), HI, {**HI,
              "headers": TO_APP_VARY}),
    _readable("blanks around a list's items", {"allow_origins": [f" {ADMIN} , {APP} "]}, proxy(), HI,
              {**HI, "headers": TO_APP_VARY}),
    _readable("a list of one", {"allow_origins": [APP]}, proxy(), HI, {**HI, "headers": TO_APP}),
    _readable("a list and an empty one", {"allow_origins": [APP, ""]}, proxy(), HI, {**HI, "headers": TO_APP}),
    _readable("an origin", {"allow_origins": [f"{APP},"]}, proxy(), HI, {**HI, "headers": TO_APP}),
    _readable("an origin that turns out to be *", {"allow_origins": ["*,"]}, proxy(STRANGER), HI,
              {**HI, "headers": TO_ALL}),
    _readable("a pattern beside a list", {"allow_origins": [f",{APP}", "https://*.preview.example.com"]},
              proxy(PREVIEW), HI, {**HI, "headers": {**TO_APP_VARY, "Access-Control-Allow-Origin": PREVIEW}}),
    _opaque("a pattern in a list is no origin", {"allow_origins": [f"{APP},{ADMIN},https://*.preview.example.com"]},
            proxy(PREVIEW), HI, {**HI, "headers": VARY}),
    _opaque("nor is one alone in a list", {"allow_origins": [",https://*.preview.example.com"]}, proxy(PREVIEW), HI,
            {**HI, "headers": VARY}),
    _opaque("nor an origin that turns out to be one", {"allow_origins": ["https://*.preview.example.com,"]},
            proxy(PREVIEW), HI, {**HI, "headers": VARY}),
    _opaque("* alone in a list is no origin", {"allow_origins": [",*"]}, proxy(STRANGER), HI, {**HI, "headers": VARY}),
    _opaque("nor is an origin that turns out to be * beside others", {"allow_origins": ["*,", APP, ADMIN]},
            proxy(STRANGER), HI, {**HI, "headers": VARY}),
    _opaque("a list that is empty lets nobody in", {"allow_origins": [""]}, proxy(), HI, {**HI, "headers": VARY}),
    _opaque("a list with null lets no null in", {"allow_origins": ["null,https://a.test"]}, proxy("null"), HI,
            {**HI, "headers": {"Access-Control-Allow-Origin": "https://a.test",
            "Access-Control-Expose-Headers": EXPOSED}}),
    _opaque("* in a list is no origin", {"allow_origins": [f"*,{APP},{ADMIN}"]}, proxy(STRANGER), HI,
            {**HI, "headers": VARY}),
    _opaque("a name is no origin", {"allow_origins": ["app.example.com", APP, ADMIN]}, proxy("app.example.com"), HI,
            {**HI, "headers": VARY}),
    _opaque("a wildcard in a label's middle is no pattern", {"allow_origins": ["https://app*.example.com"]},
            proxy("https://app1.example.com"), HI, {**HI, "headers": VARY}),
    _opaque("a wildcard alone is no pattern", {"allow_origins": ["https://*"]}, proxy(), HI, {**HI, "headers": VARY}),
    _opaque("a line break makes no header", {"allow_origins": [f"{APP}\r\nX-Evil: 1"]}, proxy(), HI,
            {**HI, "headers": VARY}),
)  # fmt: skip


def _failing(id: str, policy: Any, headers: Mapping[str, str], **changes: Any) -> Case:  # noqa: A002 - likewise
    answer = {"statusCode": 500, "headers": {"Content-Type": "application/json", **headers}, "body": FAILED}
    given: dict[str, Any] = {"event": proxy(), "outcome": Outcome.FAILED, "expected": answer, **changes}
    return Case(id=id, policy=policy, answer=RAISES, **given)


_RAISED_ON: Final[Mapping[str, Any]] = {"outcome": Outcome.RAISED, "expected": None}

ERRORS = (
    _failing("an error is answered, and readable", SEVERAL, TO_APP_VARY),
    _failing("an error under one origin", ONE, TO_APP),
    _failing("an error is not readable to a stranger", SEVERAL, VARY, event=proxy(STRANGER)),
    _failing("an error in a branch", BRANCHES, {"Access-Control-Allow-Origin": "*"},
             event=proxy(STRANGER, resource="/admin/public")),
    _failing("an error of an OPTIONS that is no preflight", SEVERAL, VARY, event=preflight(None)),
    _failing("errors left alone", SEVERAL, {}, catch_errors=False, **_RAISED_ON),
    _failing("an error behind another kind of event", SEVERAL, {}, event={"Records": []}, warned=Warned.EVENT,
             **_RAISED_ON),
    _failing("an error without a policy", None, {}, warned=Warned.MISSING, **_RAISED_ON),
    _failing("an error with a broken policy", "{", {}, warned=Warned.BROKEN, **_RAISED_ON),
)  # fmt: skip

UNHARMED = (
    _unharmed("a string", "hello", Warned.ANSWER),
    _unharmed("nothing", None, Warned.ANSWER),
    _unharmed("a number", 7, Warned.ANSWER),
    _unharmed("a truth", True, Warned.ANSWER),  # noqa: FBT003 - the case itself
    _unharmed("a list", [HI], Warned.ANSWER),
    _unharmed("an empty list", [], Warned.ANSWER),
    _unharmed("an object that is no proxy answer", {"message": "hi"}, Warned.ANSWER),
    _unharmed("an authorizer's answer", {"principalId": "me", "policyDocument": {}}, Warned.ANSWER),
    _unharmed("headers that are a string", {**HI, "headers": "X: 1"}, Warned.ANSWER),
    _unharmed("headers that are a list", {**HI, "headers": [["X", "1"]]}, Warned.ANSWER),
    _unharmed("headers that are empty text", {**HI, "headers": ""}, Warned.ANSWER),
    _unharmed("headers that are false", {**HI, "headers": False}, Warned.ANSWER),
    _unharmed("multi-value headers that are a list", {**HI, "multiValueHeaders": ["X"]}, Warned.ANSWER),
    _unharmed("multi-value headers that are 0", {**HI, "multiValueHeaders": 0}, Warned.ANSWER),
    _unharmed("a Vary that is a list", hi(Vary=["Accept"]), Warned.ANSWER),
    _unharmed("a Vary that is null", hi(Vary=None), Warned.ANSWER),
    _unharmed("a Vary that is a number, where it would not matter", hi(vary=5), Warned.ANSWER, policy=ONE),
    _unharmed("a multi-value Vary that is a string", {**HI, "multiValueHeaders": {"Vary": "Accept"}}, Warned.ANSWER),
    _unharmed("a multi-value Vary of numbers", {**HI, "multiValueHeaders": {"Vary": [1]}}, Warned.ANSWER),
    _unharmed("an HTTP API's event", HI, Warned.EVENT,
              event={"version": "2.0", "routeKey": "GET /", "httpMethod": "GET", "headers": {"origin": APP}}),
    _unharmed("an event without a method", HI, Warned.EVENT, event={"headers": {"origin": APP}}),
    _unharmed("an event whose method is null", HI, Warned.EVENT, event=proxy(httpMethod=None)),
    _unharmed("an event whose method is a number", HI, Warned.EVENT, event=proxy(httpMethod=7)),
    _unharmed("an event that is a string", HI, Warned.EVENT, event="ping"),
    _unharmed("an event that is a list", HI, Warned.EVENT, event=[1]),
    _unharmed("an event that is a number", HI, Warned.EVENT, event=0),
    _unharmed("a queue's event", {"batchItemFailures": []}, Warned.EVENT, event={"Records": [{"body": "x"}]}),
    _unharmed("a preflight without a policy is the handler's", HI, Warned.MISSING, policy=None, event=preflight()),
    _unharmed("no variable", HI, Warned.MISSING, policy=None),
    _unharmed("an empty variable", HI, Warned.MISSING, policy=""),
    _unharmed("no variable, and a string", "hello", Warned.MISSING, policy=None),
    _unharmed("no variable, and another kind of event", HI, Warned.EVENT, policy=None, event={"Records": []}),
)  # fmt: skip

BROKEN = (
    _unharmed("no JSON", HI, Warned.BROKEN, policy="{allow_origins: *}"),
    _unharmed("no object", HI, Warned.BROKEN, policy="[]"),
    _unharmed("the word null", HI, Warned.BROKEN, policy="null"),
    _unharmed("a string", HI, Warned.BROKEN, policy='"*"'),
    _unharmed("no origins named", HI, Warned.BROKEN, policy={}),
    _unharmed("no origins", HI, Warned.BROKEN, policy={"allow_origins": []}),
    _unharmed("origins in one string", HI, Warned.BROKEN, policy={"allow_origins": APP}),
    _unharmed("origins that are numbers", HI, Warned.BROKEN, policy={"allow_origins": [APP, 7]}),
    _unharmed("* with credentials", HI, Warned.BROKEN, policy={"allow_origins": ["*"], "allow_credentials": True}),
    _unharmed("credentials as text", HI, Warned.BROKEN, policy={"allow_origins": [APP], "allow_credentials": "true"}),
    _unharmed("credentials as a number", HI, Warned.BROKEN, policy={"allow_origins": [APP], "allow_credentials": 1}),
    _unharmed("methods in one string", HI, Warned.BROKEN, policy={"allow_origins": [APP], "allow_methods": "GET"}),
    _unharmed("headers that are null", HI, Warned.BROKEN, policy={"allow_origins": [APP], "allow_headers": None}),
    _unharmed("exposed headers as an object", HI, Warned.BROKEN, policy={"allow_origins": [APP], "expose_headers": {}}),
    _unharmed("an age as text", HI, Warned.BROKEN, policy={"allow_origins": [APP], "max_age": "7200"}),
    _unharmed("an age that is a truth", HI, Warned.BROKEN, policy={"allow_origins": [APP], "max_age": True}),
    _unharmed("an age with a fraction", HI, Warned.BROKEN, policy={"allow_origins": [APP], "max_age": 0.5}),
    _unharmed("an age below 0", HI, Warned.BROKEN, policy={"allow_origins": [APP], "max_age": -1}),
    _unharmed("a status as text", HI, Warned.BROKEN, policy={"allow_origins": [APP], "status_code": "204"}),
    _unharmed("a status that preflights fail with", HI, Warned.BROKEN, policy={"allow_origins": [APP],
              "status_code": 302}),
    _unharmed("branches as a list", HI, Warned.BROKEN, policy={"allow_origins": [APP], "branches": []}),
    _unharmed("a broken branch breaks the whole", HI, Warned.BROKEN,
              policy={"allow_origins": [APP], "branches": {"/admin": {"allow_origins": []}}}),
)  # fmt: skip


def _group(name: str, cases: tuple[Case, ...]) -> list[Case]:
    return [attrs.evolve(case, id=f"{name}: {case.id}") for case in cases]


CASES: Final[tuple[Case, ...]] = (
    *_group("added", HEADERS_ADDED),
    *_group("the origin", READING_THE_ORIGIN),
    *_group("kept", KEEPING_WHAT_IS_THERE),
    *_group("multi-value", MULTI_VALUE_HEADERS),
    *_group("Vary", MERGING_VARY),
    *_group("preflight", PREFLIGHTS),
    *_group("branch", BRANCHED),
    *_group("deployed", KNOWN_AT_DEPLOYMENT),
    *_group("error", ERRORS),
    *_group("unharmed", UNHARMED),
    *_group("broken", BROKEN),
)
"""Calls of a wrapped handler; no two have one id."""

_LABELS = ("https://*.example.com",)
_DEEP = ("https://**.example.com",)
_PORTS = ("http://localhost:*", "https://*.example.com:*", "http://[::1]:*")


def _origins(group: str, allow_origins: tuple[str, ...], origins: Mapping[str | None, bool]) -> list[OriginCase]:
    return [
        OriginCase(id=f"{group}: {origin!r}", allow_origins=allow_origins, origin=origin, allowed=allowed)
        for origin, allowed in origins.items()
    ]


_LONG_LABEL = "a" * 63
_LONGEST = f"https://{'.'.join(['a' * 63, 'a' * 63, 'a' * 63, 'a' * 49])}.example.com"

ORIGINS: Final[tuple[OriginCase, ...]] = (
    *_origins("any", ("*",), {None: False, APP: False, "null": False}),
    *_origins("one", (APP,), {APP: True, None: False, STRANGER: False}),
    *_origins(
        "exact", (APP, ADMIN, "capacitor://localhost", "http://[::1]:8080"),
        {
            None: False, "": False, APP: True, ADMIN: True, "capacitor://localhost": True, "http://[::1]:8080": True,
            "null": False, "*": False, f"{APP}/": False, f"{APP}:443": False, APP.upper(): False,
            "https://App.example.com": False, "http://app.example.com": False, f" {APP}": False, f"{APP} ": False,
            f"{APP}\n": False, f"{APP}, {ADMIN}": False, f"{APP},{ADMIN}": False,
            "https://app.example.com.evil.test": False,
            "https://evilapp.example.com": False, "https://appxexample.com": False, "https://app.example.co": False,
            "https://app.example.com@evil.test": False,
        },
    ),
    *_origins(
        "one label", _LABELS,
        {
            "https://a.example.com": True, "https://a-b_c.example.com": True, "https://0.example.com": True,
            "https://xn--bcher-kva.example.com": True, f"https://{_LONG_LABEL}.example.com": True, None: False,
            "https://example.com": False, "https://.example.com": False, "https://a.b.example.com": False,
            f"https://{_LONG_LABEL}a.example.com": False, "https://A.example.com": False,
            "https://a.example.com:443": False,
            "https://a.example.com:8443": False, "http://a.example.com": False, "https://a.exampleXcom": False,
            "https://a.example.com.evil.test": False, "https://evil.test/.example.com": False,
            "https://evil.test#.example.com": False, "https://evil.test?.example.com": False,
            "https://evil.test\\.example.com": False, "https://u@a.example.com": False,
            "https://a.example.com\n": False,
            "\nhttps://a.example.com": False, "https://a.example.com\r\nX: 1": False, "https://*.example.com": False,
            "https://b\u00fccher.example.com": False, "https://\u0131.example.com": False,
            "https://\u017f.example.com": False,
            "https://\u0660.example.com": False, "https://a\u3002b.example.com": False,
            "https://%60.example.com": False,
        },
    ),
    *_origins(
        "labels", _DEEP,
        {
            "https://a.example.com": True, "https://a.b.c.example.com": True, "https://example.com": False,
            "https://a..example.com": False, "https://.a.example.com": False, _LONGEST: True,
            f"https://{'a.' * 124}example.com": True, f"https://{'a.' * 125}example.com": False,
            f"https://{'a.' * 2000}example.com": False,
        },
    ),
    *_origins(
        "ports", _PORTS,
        {
            "http://localhost": True, "http://localhost:1": True, "http://localhost:8080": True,
            "http://localhost:65535": True,
            "http://localhost:800": True, "http://localhost:80": False, "http://localhost:65536": False,
            "http://localhost:0": False, "http://localhost:080": False, "http://localhost:": False,
            "http://localhost:*": False,
            "http://localhost:99999": False, "http://localhost:\u0661": False, "https://localhost:1": False,
            "https://a.example.com:8443": True, "https://a.example.com:443": False, "https://a.example.com": True,
            "https://a.example.com:4430": True, "http://[::1]": True, "http://[::1]:3000": True,
            "http://[::1]:80": False,
            "http://[::2]:3000": False, "http://:::3000": False,
        },
    ),
)  # fmt: skip
"""Origins, and who lets them in."""


def main() -> None:
    """Prints both tables as JSON."""
    tables = {"cases": [case.to_dict() for case in CASES], "origins": [case.to_dict() for case in ORIGINS]}
    print(json.dumps(tables))  # noqa: T201 - that is what it is for


if __name__ == "__main__":
    main()
