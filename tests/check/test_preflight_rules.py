"""CORS2xx: for each rule a template that breaks it, and right ones that look like it."""

from collections.abc import Callable
from typing import Any

import pytest

from cors_constructs.check import Answer, Severity

from .asking import checked, findings_of
from .changes import (
    GONE,
    Change,
    both,
    having,
    knowing_nothing_of,
    not_sending,
    nothing,
    quoting,
    running,
    sending,
    with_resource,
    without,
)
from .right import (
    JSON,
    Json,
    authorizer,
    hand_written,
    method,
    of_several_origins,
    open_to_all,
    path_part,
    preflight,
    properties_of,
    ref,
    specified,
)

ONE, MANY, OPEN, BODY = hand_written, of_several_origins, open_to_all, specified
ORIGIN, METHODS, HEADERS = (
    "Access-Control-Allow-Origin",
    "Access-Control-Allow-Methods",
    "Access-Control-Allow-Headers",
)


def guarded(authorization: str, *names: str, authorizer_id: Any = None) -> Change:
    changes = [having(name, "AuthorizationType", value=authorization) for name in names]
    return both(*changes, *(having(name, "AuthorizerId", value=authorizer_id) for name in names if authorizer_id))


def by_lambda(source: str, kind: str = "TOKEN") -> Change:
    """A Lambda authorizer guards both methods."""
    return both(
        with_resource("Who", authorizer(kind, source)),
        guarded("CUSTOM", "GetUsers", "PutUsers", authorizer_id=ref("Who")),
    )


def any_instead(**properties: Any) -> Change:
    """ANY in the place of all methods of the path."""
    return both(
        without("GetUsers", "PutUsers", "UsersOptions"), with_resource("AnyUsers", method("ANY", "Users", **properties))
    )


def greedy(**properties: Any) -> Change:
    """An OPTIONS on /{proxy+}, and none on the path."""
    return both(
        without("UsersOptions"),
        with_resource("Proxy", path_part("{proxy+}")),
        with_resource("ProxyOptions", preflight("Proxy", **properties)),
    )


def operation(verb: str, **said: Any) -> Change:
    def change(document: Json) -> None:
        paths = properties_of(document, "Api")["Body"]["paths"]
        paths["/users"][verb] = {**paths["/users"][verb], **said}

    return change


def integrating(*path: str | int, value: Any) -> Change:
    return having("UsersOptions", "Integration", *path, value=value)


def answering(*path: str | int, value: Any) -> Change:
    return integrating("IntegrationResponses", 0, *path, value=value)


def by_status(document: Json) -> None:
    """The page that is meant gets the answer, and any other 403."""
    asked = "$input.params().header.get('Origin') == 'https://app.example.com'"
    integrating("RequestTemplates", JSON, value=f'#if({asked}){{"statusCode": 200}}#{{else}}{{"statusCode": 403}}#end')(
        document
    )
    integration = properties_of(document, "UsersOptions")["Integration"]
    integration["IntegrationResponses"].append({"StatusCode": "403", "SelectionPattern": "403"})
    properties_of(document, "UsersOptions")["MethodResponses"].append({"StatusCode": "403"})


BINARY = having("Api", "BinaryMediaTypes", value=["*/*"])


@pytest.mark.parametrize(
    ("rule", "base", "change"),
    [
        pytest.param("CORS201", ONE, having("UsersOptions", "ApiKeyRequired", value=True), id="OPTIONS asks for a key"),
        pytest.param(
            "CORS201", BODY, operation("options", security=[{"api_key": []}]), id="OPTIONS asks for a key in OpenAPI"
        ),
        pytest.param("CORS202", ONE, guarded("AWS_IAM", "UsersOptions"), id="OPTIONS is signed"),
        pytest.param(
            "CORS202",
            ONE,
            both(with_resource("Who", authorizer()), guarded("CUSTOM", "UsersOptions", authorizer_id=ref("Who"))),
            id="OPTIONS is guarded by a function",
        ),
        pytest.param("CORS203", ONE, any_instead(ApiKeyRequired=True), id="a keyed ANY"),
        pytest.param("CORS203", OPEN, any_instead(AuthorizationType="AWS_IAM"), id="a signed ANY"),
        pytest.param(
            "CORS203",
            ONE,
            both(
                without("UsersOptions"),
                with_resource("Proxy", path_part("{proxy+}")),
                with_resource("Any", method("ANY", "Proxy", ApiKeyRequired=True)),
            ),
            id="a keyed ANY on /{proxy+} takes other paths' preflights",
        ),
        pytest.param("CORS204", ONE, without("UsersOptions"), id="no OPTIONS beside keyed methods"),
        pytest.param("CORS204", OPEN, without("UsersOptions"), id="no OPTIONS beside PUT"),
        pytest.param(
            "CORS204",
            OPEN,
            both(without("UsersOptions", "PutUsers"), guarded("AWS_IAM", "GetUsers")),
            id="no OPTIONS beside a signed GET",
        ),
        pytest.param(
            "CORS204",
            ONE,
            both(with_resource("Root", method("PUT", "/")), greedy()),
            id="an OPTIONS on /{proxy+} does not answer for /",
        ),
        pytest.param(
            "CORS205", ONE, sending(HEADERS, "'authorization,content-type'"), id="the key's header is not allowed"
        ),
        pytest.param("CORS205", ONE, not_sending(HEADERS), id="no header is allowed"),
        pytest.param(
            "CORS205",
            MANY,
            running(
                "#set($context.responseOverride.header.Access-Control-Allow-Origin = '*')"
                "#set($context.responseOverride.header.Access-Control-Allow-Headers = 'content-type')"
            ),
            id="a template allows other headers",
        ),
        pytest.param(
            "CORS206",
            ONE,
            both(guarded("AWS_IAM", "PutUsers"), sending(HEADERS, "'x-api-key'")),
            id="a signature's header is not allowed",
        ),
        pytest.param(
            "CORS206",
            ONE,
            both(by_lambda("method.request.header.X-Token"), sending(HEADERS, "'authorization,x-api-key'")),
            id="a token's header is not allowed",
        ),
        pytest.param(
            "CORS207", ONE, sending(METHODS, "'OPTIONS'"), id="only OPTIONS is allowed, as the console's recipe has it"
        ),
        pytest.param("CORS207", ONE, not_sending(METHODS), id="no method is allowed"),
        pytest.param("CORS207", ONE, sending(METHODS, "'GET,POST,DELETE'"), id="PUT is left out"),
        pytest.param(
            "CORS208",
            ONE,
            sending(ORIGIN, f"integration.response.header.{ORIGIN}"),
            id="the origin is copied from nobody's answer",
        ),
        pytest.param(
            "CORS208", ONE, sending(ORIGIN, "stageVariables.origin"), id="the origin is a variable that no stage sets"
        ),
        pytest.param("CORS208", ONE, not_sending(ORIGIN), id="no origin is allowed"),
        pytest.param(
            "CORS208",
            ONE,
            both(
                answering("ResponseParameters", value={}),
                having("UsersOptions", "MethodResponses", value=[{"StatusCode": "204"}]),
            ),
            id="no CORS header at all",
        ),
        pytest.param(
            "CORS209",
            ONE,
            both(
                answering("StatusCode", value="302"),
                having("UsersOptions", "MethodResponses", 0, "StatusCode", value="302"),
            ),
            id="a redirect",
        ),
        pytest.param("CORS209", ONE, integrating("IntegrationResponses", value=[]), id="no integration response"),
        pytest.param(
            "CORS209", ONE, answering("SelectionPattern", value="404"), id="an integration response for another status"
        ),
        pytest.param("CORS209", ONE, having("UsersOptions", "Integration", value=GONE), id="no integration"),
        pytest.param("CORS210", ONE, integrating("RequestTemplates", value=GONE), id="no request template"),
        pytest.param(
            "CORS210",
            ONE,
            integrating("RequestTemplates", value={"text/plain": '{"statusCode": 200}'}),
            id="a request template for another type",
        ),
        pytest.param(
            "CORS210", ONE, integrating("RequestTemplates", JSON, value="{}"), id="a request template without a status"
        ),
        pytest.param(
            "CORS210",
            ONE,
            integrating("RequestTemplates", JSON, value='{"statusCode": "200"}'),
            id="a status that is text",
        ),
        pytest.param(
            "CORS211",
            ONE,
            integrating("RequestTemplates", JSON, value="{ statusCode: 200 }"),
            id="the CDK's request template",
        ),
        pytest.param(
            "CORS212", ONE, integrating("PassthroughBehavior", value="WHEN_NO_MATCH"), id="other types go through"
        ),
        pytest.param(
            "CORS212", ONE, integrating("PassthroughBehavior", value=GONE), id="other types go through by default"
        ),
        pytest.param(
            "CORS213", ONE, both(BINARY, integrating("ContentHandling", value=GONE)), id="all types are binary"
        ),
        pytest.param(
            "CORS213",
            ONE,
            both(
                having("Api", "BinaryMediaTypes", value=["application/json"]),
                integrating("ContentHandling", value="CONVERT_TO_BINARY"),
            ),
            id="JSON is binary",
        ),
        pytest.param(
            "CORS213",
            MANY,
            both(BINARY, answering("ContentHandling", value=GONE)),
            id="all types are binary, and the response has a template",
        ),
        pytest.param("CORS216", MANY, not_sending("Vary"), id="no Vary"),
        pytest.param("CORS216", MANY, sending("Vary", "'Accept'"), id="a Vary that names something else"),
        pytest.param("CORS218", ONE, sending(HEADERS, "'x-api-key'"), id="content-type is not allowed"),
        pytest.param("CORS218", OPEN, not_sending(HEADERS), id="no header is allowed, and none is needed but this"),
        pytest.param(
            "CORS218",
            OPEN,
            both(
                without("GetUsers", "PutUsers"),
                with_resource("AnyUsers", method("ANY", "Users")),
                sending(METHODS, "'PUT,PATCH,DELETE'"),
                sending(HEADERS, "'x-trace'"),
            ),
            id="content-type is not allowed beside ANY",
        ),
        pytest.param("CORS219", ONE, not_sending("Access-Control-Max-Age"), id="no Max-Age"),
    ],
)
def test_a_broken_rule_is_found_and_nothing_else(rule: str, base: Callable[[], Json], change: Change) -> None:
    document = base()
    change(document)
    assert findings_of(document) == [(rule, Answer.WRONG)]


@pytest.mark.parametrize(
    ("base", "change"),
    [
        pytest.param(ONE, nothing, id="keyed methods"),
        pytest.param(OPEN, nothing, id="open methods"),
        pytest.param(BODY, nothing, id="OpenAPI"),
        pytest.param(OPEN, any_instead(), id="an open ANY may answer preflights itself"),
        pytest.param(
            ONE,
            both(
                without("GetUsers", "PutUsers"), with_resource("AnyUsers", method("ANY", "Users", ApiKeyRequired=True))
            ),
            id="OPTIONS beside a keyed ANY",
        ),
        pytest.param(ONE, greedy(), id="one OPTIONS on /{proxy+} for all paths"),
        pytest.param(
            ONE,
            both(
                greedy(),
                with_resource("Root", method("PUT", "/", ApiKeyRequired=True)),
                with_resource("RootOptions", preflight("/")),
            ),
            id="one OPTIONS on / and one on /{proxy+} for all paths",
        ),
        pytest.param(OPEN, without("UsersOptions", "PutUsers"), id="an open GET needs no preflight"),
        pytest.param(
            OPEN,
            both(
                without("UsersOptions", "PutUsers"),
                with_resource("Who", authorizer("REQUEST", "method.request.querystring.signature")),
                guarded("CUSTOM", "GetUsers", authorizer_id=ref("Who")),
            ),
            id="an authorizer that reads the query needs no preflight",
        ),
        pytest.param(ONE, sending(METHODS, "'PUT'"), id="GET needs no listing"),
        pytest.param(
            ONE, both(without("PutUsers"), sending(HEADERS, "'x-api-key'")), id="a path without bodies needs no type"
        ),
        pytest.param(
            OPEN,
            both(
                without("PutUsers", "GetUsers"),
                with_resource("Drop", method("DELETE", "Users")),
                sending(METHODS, "'DELETE'"),
                not_sending(HEADERS),
            ),
            id="DELETE has no body",
        ),
        pytest.param(OPEN, sending(HEADERS, "'*'"), id="every header, content-type among them"),
        pytest.param(ONE, both(without("PutUsers"), not_sending(METHODS)), id="nothing but GET needs no Allow-Methods"),
        pytest.param(
            ONE,
            both(
                having("Api", "ApiKeySourceType", value="AUTHORIZER"),
                by_lambda("method.request.header.Authorization"),
                sending(HEADERS, "'authorization,content-type'"),
            ),
            id="keys from an authorizer need no header of their own",
        ),
        pytest.param(
            ONE,
            both(by_lambda("method.request.header.Cookie"), sending(HEADERS, "'content-type,x-api-key'")),
            id="an authorizer that reads a cookie",
        ),
        pytest.param(
            ONE,
            both(
                answering("StatusCode", value="200"),
                having("UsersOptions", "MethodResponses", 0, "StatusCode", value="200"),
            ),
            id="200",
        ),
        pytest.param(
            ONE,
            both(
                answering("StatusCode", value=200),
                having("UsersOptions", "MethodResponses", 0, "StatusCode", value=200),
            ),
            id="a status that is a number",
        ),
        pytest.param(
            ONE, answering("SelectionPattern", value="2\\d\\d"), id="an integration response for the mock's status"
        ),
        pytest.param(
            ONE,
            integrating("RequestTemplates", JSON, value='#if(true){"statusCode": 200}#end'),
            id="a request template that is run",
        ),
        pytest.param(
            ONE,
            both(sending(ORIGIN, "stageVariables.origin"), having("Stage", "Variables", value={"origin": "*"})),
            id="the origin is a stage variable",
        ),
        pytest.param(ONE, by_status, id="a request template that refuses strangers by another status"),
        pytest.param(ONE, integrating("PassthroughBehavior", value="WHEN_NO_TEMPLATES"), id="other types get 415"),
        pytest.param(ONE, BINARY, id="binary media types, and text"),
        pytest.param(MANY, BINARY, id="binary media types, and text in the response too"),
        pytest.param(
            ONE,
            both(having("Api", "BinaryMediaTypes", value=["image/png"]), integrating("ContentHandling", value=GONE)),
            id="binary images",
        ),
        pytest.param(MANY, sending("Vary", "'Accept-Encoding, origin'"), id="a Vary of several names"),
        pytest.param(ONE, sending("Vary", "'Origin'"), id="a Vary that is not needed"),
    ],
)
def test_nothing_is_found_where_all_is_right(base: Callable[[], Json], change: Change) -> None:
    document = base()
    change(document)
    assert findings_of(document) == []


def keyed_perhaps(*names: str) -> Change:
    return knowing_nothing_of(lambda value: both(*(having(name, "ApiKeyRequired", value=value) for name in names)))


@pytest.mark.parametrize(
    ("rule", "base", "change"),
    [
        pytest.param("CORS201", ONE, keyed_perhaps("UsersOptions"), id="whether OPTIONS asks for a key"),
        pytest.param(
            "CORS202",
            ONE,
            knowing_nothing_of(lambda value: having("UsersOptions", "AuthorizationType", value=value)),
            id="whether OPTIONS is guarded",
        ),
        pytest.param("CORS203", ONE, both(any_instead(), keyed_perhaps("AnyUsers")), id="whether ANY asks for a key"),
        pytest.param(
            "CORS204",
            OPEN,
            both(without("UsersOptions", "PutUsers"), keyed_perhaps("GetUsers")),
            id="whether GET needs a preflight",
        ),
        pytest.param(
            "CORS205",
            OPEN,
            both(keyed_perhaps("GetUsers"), sending(HEADERS, "'content-type'")),
            id="whether GET needs the key's header",
        ),
        pytest.param(
            "CORS205",
            ONE,
            knowing_nothing_of(lambda value: sending(HEADERS, quoting(value))),
            id="which headers are allowed",
        ),
        pytest.param(
            "CORS206",
            OPEN,
            both(guarded("AWS_IAM", "GetUsers"), knowing_nothing_of(lambda value: sending(HEADERS, quoting(value)))),
            id="which headers are allowed, for a signature",
        ),
        pytest.param(
            "CORS207",
            ONE,
            knowing_nothing_of(lambda value: sending(METHODS, quoting(value))),
            id="which methods are allowed",
        ),
        pytest.param(
            "CORS208", MANY, running("#if($input.params().header.get('Origin')"), id="a template that cannot be read"
        ),
        pytest.param(
            "CORS210",
            ONE,
            knowing_nothing_of(lambda value: integrating("RequestTemplates", JSON, value=value)),
            id="how the mock answers",
        ),
        pytest.param(
            "CORS210",
            ONE,
            integrating("RequestTemplates", JSON, value='#foreach($i in [1..99999999])#end{"statusCode": 200}'),
            id="a request template that is too much to run",
        ),
        pytest.param(
            "CORS213",
            ONE,
            both(BINARY, knowing_nothing_of(lambda value: integrating("ContentHandling", value=value))),
            id="how binary media types are handled",
        ),
        pytest.param(
            "CORS218",
            OPEN,
            knowing_nothing_of(lambda value: sending(HEADERS, quoting(value))),
            id="which headers are allowed, for a body",
        ),
        pytest.param(
            "CORS217",
            ONE,
            both(
                integrating("Type", value="HTTP_PROXY"),
                integrating("Uri", value="https://backend.example/"),
                integrating("IntegrationHttpMethod", value="OPTIONS"),
            ),
            id="a backend answers the preflight",
        ),
    ],
)
def test_what_only_a_deployment_knows_cannot_be_told(rule: str, base: Callable[[], Json], change: Change) -> None:
    document = base()
    change(document)
    assert findings_of(document) == [(rule, Answer.CANNOT_TELL)]


def test_an_imported_api_may_have_what_is_not_in_the_template() -> None:
    document = open_to_all()
    for name in ("Api", "UsersOptions", "Errors4xx", "Errors5xx", "Stage", "Deployment"):
        del document["Resources"][name]
    for resource in document["Resources"].values():
        resource["Properties"]["RestApiId"] = "abc123"
        if "ParentId" in resource["Properties"]:
            resource["Properties"]["ParentId"] = "root123"
    assert {answer for _, answer in findings_of(document)} == {Answer.CANNOT_TELL}


def test_an_api_without_any_preflight_is_one_finding() -> None:
    document = hand_written()
    without("UsersOptions")(document)
    for name in ("orders", "carts"):
        with_resource(name.title(), path_part(name))(document)
        with_resource(f"Put{name}", method("PUT", name.title(), ApiKeyRequired=True))(document)
    (finding,) = checked(document)
    assert finding.rule.id == "CORS204"
    assert all(name in finding.message for name in ("PUT /users", "PUT /orders", "PUT /carts"))


def test_the_message_names_the_place_and_the_fix_says_what_to_write() -> None:
    document = hand_written()
    having("UsersOptions", "ApiKeyRequired", value=True)(document)
    (finding,) = checked(document)
    assert (finding.source.logical_id, finding.path, finding.verb) == ("UsersOptions", "/users", "OPTIONS")
    assert finding.message.startswith("OPTIONS /users asks for an API key")
    assert finding.fix == "in UsersOptions write ApiKeyRequired: false"
    assert finding.rule.severity is Severity.ERROR


def test_a_list_of_headers_that_lacks_several_has_one_fix() -> None:
    document = hand_written()
    sending(HEADERS, "'x-trace'")(document)
    (finding,) = checked(document)
    assert finding.rule.id == "CORS205"
    assert finding.fix == "add x-api-key, content-type to the Access-Control-Allow-Headers of OPTIONS /users"
