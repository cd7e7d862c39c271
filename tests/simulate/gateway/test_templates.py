"""Mapping templates within the gateway: what they read, and what they override."""

import json
from typing import Any

import pytest

from cors_constructs.simulate.messages import Request, Response
from cors_constructs.simulate.model import Integration, IntegrationResponse, Stage
from cors_constructs.simulate.values import Unresolved

from .models import JSON, SITE, gateway, mock, mocked, send, source

A, B = "https://a.example.com", "https://b.example.com"
STAGE = Stage(source("Stage"), "prod", variables={"color": "green", "host": Unresolved({"Ref": "Host"})})
# What aws-cdk-lib 2.275 writes for two allowed origins.
PLAIN_CDK = """#set($origin = $input.params().header.get("Origin"))
#if($origin == "")
  #set($origin = $input.params().header.get("origin"))
#end
#if($origin == "https://b.example.com")
  #set($context.responseOverride.header.Access-Control-Allow-Origin = $origin)
#end"""
# What the Serverless Framework writes.
SERVERLESS = """#set($origin = $input.params("Origin"))
#if($origin == "") #set($origin = $input.params("origin")) #end
#if($origin.matches("https://a.example.com") || $origin.matches("https://b.example.com"))
  #set($context.responseOverride.header.Access-Control-Allow-Origin = $origin)
#end"""


def answered(
    template: Any,
    name: str = "OPTIONS /users/7?x=1&x=2&name=a%20b",
    headers: dict[str, str] | None = None,
    body: bytes = b"",
    *,
    status: str = "200",
    mapped: dict[str, str] | None = None,
) -> Response:
    integration = mock(mapped or {}, template=template, status=status)
    given = gateway(mocked("OPTIONS /users/{id}", integration), stages=(STAGE,))
    return send(given, name, {"Origin": SITE, "X-Case": "1", **(headers or {})}, body)


@pytest.mark.parametrize(
    ("template", "output"),
    [
        pytest.param("$input.params('id')", "7", id="a path parameter"),
        pytest.param("$input.params('x')", "2", id="the last of a query parameter"),
        pytest.param("$input.params('name')", "a b", id="a query parameter, decoded"),
        pytest.param("$input.params('Origin')", SITE, id="a header"),
        pytest.param("[$input.params('none')]", "[]", id="a parameter that is not there is empty"),
        pytest.param("$input.params('x-case')", "", id="headers are case-sensitive"),
        pytest.param("$input.params().path.id", "7", id="the path's map"),
        pytest.param("$input.params().querystring.get('x')", "2", id="the query's map"),
        pytest.param("$input.params().header.get('Origin')", SITE, id="the headers' map"),
        pytest.param("$!input.params().header.get('origin')|", "|", id="which is case-sensitive"),
        pytest.param(
            "$input.params().header.get('X-None')", "$input.params().header.get('X-None')", id="null is not empty"
        ),
        pytest.param("#foreach($k in $input.params().keySet())$k #end", "path querystring header ", id="the kinds"),
        pytest.param("$input.body", "{}", id="the body of a backend without any"),
        pytest.param("$input.json('$')", "{}", id="its JSON"),
        pytest.param(
            "$context.httpMethod $context.stage $context.resourcePath", "OPTIONS prod /users/{id}", id="context"
        ),
        pytest.param("$context.identity.sourceIp", "127.0.0.1", id="below identity"),
        pytest.param("$context.path", "/prod/users/7", id="the path with the stage"),
        pytest.param("$context.none $!context.none.at.all|", "$context.none |", id="what context has not"),
        pytest.param("$stageVariables.color ${stageVariables.host}", "green ${Host}", id="stage variables"),
        pytest.param("$stageVariables.get('color')", "green", id="a stage variable by its name"),
    ],
)
def test_a_response_template_reads(template: str, output: str) -> None:
    assert answered(template).body.decode() == output


BODY = json.dumps({"a": {"b": ["x", 1, True, None]}, "c": 'it\'s "so"', "list": [{"n": 1}, {"n": 2}]}).encode()


@pytest.mark.parametrize(
    ("template", "output"),
    [
        pytest.param("$input.body", BODY.decode(), id="the body"),
        pytest.param("$input.json('$.a')", '{"b":["x",1,true,null]}', id="a part as JSON"),
        pytest.param("$input.json('$.c')", json.dumps('it\'s "so"'), id="a string as JSON"),
        pytest.param("$input.json('$.none')", "null", id="nothing as JSON"),
        pytest.param("$input.path('$.c')", 'it\'s "so"', id="a value"),
        pytest.param("$input.path('$.a.b[0]')", "x", id="an element"),
        pytest.param("$input.path('$.a.b[-1]')|", "$input.path('$.a.b[-1]')|", id="null"),
        pytest.param("$input.path('$.a').b.size()", "4", id="an attribute of a value"),
        pytest.param("$input.path('$').list[1].n", "2", id="an attribute of an element"),
        pytest.param("$input.path('$.list[*].n')", "[1,2]", id="all elements"),
        pytest.param("$input.path('$..n')", "[1,2]", id="anywhere"),
        pytest.param("$input.path(\"$['a']['b'][1]\")", "1", id="brackets"),
        pytest.param("$input.path('$.list')", '[{"n":1},{"n":2}]', id="a list is written as JSON"),
        pytest.param("#foreach($i in $input.path('$.list'))$i.n;#end", "1;2;", id="a loop"),
        pytest.param("$util.escapeJavaScript($input.path('$.c'))", 'it\\\'s \\"so\\"', id="escaped"),
        pytest.param("$util.urlEncode('a b/é&')$util.urlDecode('%C3%A9+b')", "a+b%2F%C3%A9%26é b", id="URLs"),
        pytest.param("$util.base64Encode('é')$util.base64Decode('w6k=')", "w6k=é", id="Base64"),
        pytest.param("$util.parseJson('{\"a\":[1]}').a[0]", "1", id="parsed"),
    ],
)
def test_a_request_template_reads(template: str, output: str) -> None:
    seen: list[Request] = []

    def backend(request: Request) -> Response:
        seen.append(request)
        return Response(200)

    http = Integration("HTTP", request_templates={JSON: template}, responses=(IntegrationResponse("200"),))
    given = gateway(mocked("POST /users", http), settings={"backend": backend})
    assert send(given, "POST /users", body=BODY).status == 200
    assert seen[0].body.decode() == output


@pytest.mark.parametrize(
    ("template", "words"),
    [
        pytest.param("$input.path('$.a[?(@.b)]')", "none that can be simulated", id="a filter"),
        pytest.param("$util.parseJson('{')", "no JSON", id="no JSON"),
        pytest.param("$util.base64Decode('?')", "no Base64", id="no Base64"),
        pytest.param("$util.urlEncode()", "urlEncode fails", id="an argument is missing"),
        pytest.param("#if($context.none == null)#end", "not Velocity", id="null is no word"),
    ],
)
def test_a_template_that_fails_is_an_internal_error(template: str, words: str) -> None:
    response = answered(template)
    assert (response.status, response.body) == (500, b'{"message":"Internal server error"}')
    assert words in response.why
    assert "the response template of OPTIONS /users/{id} fails" in response.why


def test_a_body_that_is_no_json_cannot_be_read_as_such() -> None:
    integration = mock(request={JSON: "$input.json('$')"})
    given = gateway(mocked("OPTIONS /users", integration))
    assert "it reads the body as JSON, which it is not" in send(given, "OPTIONS /users", body=b"{").why


def override(name: str, value: str) -> str:
    return f"#set($context.responseOverride.{name} = {value})"


@pytest.mark.parametrize(
    ("template", "headers"),
    [
        pytest.param(override("header.X-Own", "'1'"), {"x-own": "1"}, id="a header"),
        pytest.param(override("header['X-Own']", "'1'"), {"x-own": "1"}, id="by a key"),
        pytest.param("$!context.responseOverride.header.put('X-Own','1')", {"x-own": "1"}, id="by a method"),
        pytest.param(override("header.X-Own", "true"), {"x-own": "true"}, id="a truth"),
        pytest.param(override("header.X-Own", "5"), {"x-own": "5"}, id="a number"),
        pytest.param(override("header.X-Own", "$none"), {"x-own": None}, id="null sets nothing"),
        pytest.param(override("header.vary", "'Accept'"), {"vary": "Accept"}, id="it goes before what is mapped"),
        pytest.param(override("header.content-type", "'text/html'"), {"content-type": "text/html"}, id="and the type"),
        pytest.param(
            "#if(false)" + override("header.X-Own", "'1'") + "#end", {"x-own": None}, id="not where not reached"
        ),
        pytest.param("#if($none)#else" + override("header.X-Own", "'1'") + "#end", {"x-own": "1"}, id="in an else"),
    ],
)
def test_a_header_is_overridden(template: str, headers: dict[str, str | None]) -> None:
    response = answered(template, mapped={"Vary": "'Origin'"})
    assert {name: response.headers.get(name) for name in headers} == headers
    assert all(len(response.headers.all(name)) <= 1 for name in headers)
    assert response.body == b""


@pytest.mark.parametrize(
    ("first", "second"),
    [
        pytest.param(override("header.X-Own", "'1'"), override("header.X-Own", "'1'"), id="a header"),
        pytest.param(override("header.X-Own", "'1'"), override("header.x-own", "'2'"), id="in another case"),
        pytest.param(override("status", "200"), override("status", "201"), id="the status"),
    ],
)
def test_an_override_may_be_set_once(first: str, second: str) -> None:
    assert answered(first).status == 200
    response = answered(first + second)
    assert response.status == 500
    assert "twice, and an override may be set once" in response.why


@pytest.mark.parametrize(
    ("value", "status"),
    [
        pytest.param("403", 403, id="another"),
        pytest.param("99", 200, id="too small"),
        pytest.param("600", 200, id="too large"),
        pytest.param("'403'", 200, id="a string"),
    ],
)
def test_the_status_is_overridden(value: str, status: int) -> None:
    assert answered(override("status", value)).status == status


def test_what_a_request_template_overrides_holds_for_the_response() -> None:
    integration = mock(request={JSON: override("header.X-Own", "'1'") + '{"statusCode":200}'})
    assert send(gateway(mocked("OPTIONS /users", integration)), "OPTIONS /users").headers["x-own"] == "1"


def test_an_answer_of_204_has_no_body() -> None:
    assert answered("\n  text", status="204").body == b""


@pytest.mark.parametrize(
    ("template", "headers", "query", "allowed"),
    [
        pytest.param(PLAIN_CDK, {"Origin": B}, "", B, id="the CDK's second"),
        pytest.param(PLAIN_CDK, {"Origin": A}, "", A, id="the CDK's first"),
        pytest.param(PLAIN_CDK, {"Origin": "https://evil.example"}, "", A, id="the CDK's stranger"),
        # A missing header is null, and null is not "": the CDK's second try is never made.
        pytest.param(PLAIN_CDK, {"origin": B}, "", A, id="in lower case"),
        pytest.param(SERVERLESS, {"Origin": B}, "", B, id="Serverless's second"),
        pytest.param(SERVERLESS, {"origin": B}, "", B, id="in lower case too"),
        pytest.param(SERVERLESS, {}, "", A, id="Serverless without an origin"),
        pytest.param(
            SERVERLESS, {"Origin": "https://evil.example"}, f"?Origin={B}", B,
            id="a link chooses for Serverless",
        ),
        pytest.param(
            SERVERLESS, {"Origin": "https://bXexample.com"}, "", "https://bXexample.com", id="a dot is any character"
        ),
    ],
)  # fmt: skip
def test_templates_of_others(template: str, headers: dict[str, str], query: str, allowed: str) -> None:
    integration = mock({"Access-Control-Allow-Origin": "'https://a.example.com'"}, template=template)
    response = send(gateway(mocked("OPTIONS /users", integration)), f"OPTIONS /users{query}", headers)
    assert (response.status, response.headers["access-control-allow-origin"]) == (204, allowed)


def test_unknown_parts_of_a_template_are_not_read_by_velocity() -> None:
    odd = Unresolved({"Ref": "#if($x)'\""})
    template = Unresolved({}, ("#set($o='", odd, "')" + override("header.X-Own", "$o") + '{"o":"$o"}'))
    response = answered(template)
    assert response.headers["x-own"] == "${#if($x)'\"}"
    assert response.body.decode() == '{"o":"${#if($x)\'"}"}'
    assert "which only a deployment knows: give what is a parameter a value" in response.why


def test_a_template_that_sets_nothing_is_named() -> None:
    assert "its response template sets no header for this request" in answered("#if(false)#end").why


def test_one_that_is_the_same_for_all_requests_is_not_blamed_for_headers() -> None:
    response = answered("{}", mapped={"Access-Control-Allow-Origin": f"'{SITE}'"})
    assert response.headers["access-control-allow-origin"] == SITE
    assert "sets no header" not in response.why


def test_a_header_of_several_lines_reads_as_its_last() -> None:
    given = gateway(mocked("OPTIONS /users", mock(template="$input.params('X')", status="200")))
    assert send(given, "OPTIONS /users", {"X": ["1", "2"]}).body == b"2"
