"""Integration responses of the app's own, and what they answer once they are deployed."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from cors_constructs.simulate import Gateway, Request, Response

PREFIX: Final = "method.response.header."
ORIGIN: Final = "Access-Control-Allow-Origin"
CREDENTIALS: Final = "Access-Control-Allow-Credentials"
EXPOSED: Final = "Access-Control-Expose-Headers"
CORS: Final = frozenset(name.lower() for name in (ORIGIN, CREDENTIALS, EXPOSED))

# How a template may begin, so that whatever stands before it spoils it: an #end swallows an end of line, letters and
# brackets make another word of what they follow.
BEGINNINGS: Final = {
    "text": "text",
    "the word end": "end of story",
    "an end of line": '\n{"a": 1}',
    "blanks and an end of line": '  \n{"a": 1}',
    "a tab and an end of line": '\t\n{"a": 1}',
    "an end of line of Windows": '\r\n{"a": 1}',
    "blanks": '  {"a": 1}',
    "nothing but an end of line": "\n",
    "an object": '{"a": [1, {}]}',
    "a list": "[1, 2]",
    "a dot": ".5",
    "a bracket": "(a)",
    "a brace": "}{",
    "a hyphen": "-1",
    "a set": '#set($x = "1")$x and $x',
    "a set with an end of line": '#set($x = "1")\n$x\n',
    "an if": "#if(1 == 1)yes#{else}no#end",
    "a comment": "## of mine\nbody",
    "a comment of Windows": "## of mine\r\nbody",
    "a block comment": "#* of\nmine *#body",
    "a formal comment": "#** of\nmine *#body",
    "a reference": "$context.httpMethod",
    "an unknown reference": "$nobody.knows",
    "a quoted text": "'it' \"is\"",
    "our own variable": "$!corsOrigin$!corsHeaders$!{corsEnd}|",
    "its own variable of our name": "#set($corsOrigin = 'mine')$corsOrigin",
    "a loop": "#foreach($corsEach in [1, 2])$corsEach#end",
}


def gateway(
    kind: str,
    *,
    parameters: Mapping[str, Any],
    templates: Mapping[str, Any] | None,
    declared: Iterable[str],
    backend: Response,
    more: Mapping[str, Any] | None = None,
) -> Gateway:
    """An API whose `GET /` has one integration response."""
    response = {"StatusCode": "200", "ResponseParameters": dict(parameters), **(more or {})}
    if templates is not None:
        response["ResponseTemplates"] = dict(templates)
    integration: dict[str, Any] = {"Type": kind, "IntegrationResponses": [response]}
    if kind == "MOCK":
        integration["RequestTemplates"] = {"application/json": '{"statusCode": 200}'}
    else:
        integration |= {"Uri": "https://backend.example", "IntegrationHttpMethod": "GET"}
    api = {"Ref": "Api"}
    resources = {
        "Api": {"Type": "AWS::ApiGateway::RestApi", "Properties": {"Name": "Api"}},
        "Method": {
            "Type": "AWS::ApiGateway::Method",
            "Properties": {
                "RestApiId": api,
                "ResourceId": {"Fn::GetAtt": ["Api", "RootResourceId"]},
                "HttpMethod": "GET",
                "AuthorizationType": "NONE",
                "Integration": integration,
                "MethodResponses": [
                    {"StatusCode": "200", "ResponseParameters": {f"{PREFIX}{name}": True for name in declared}}
                ],
            },
        },
    }
    return Gateway.from_template({"Resources": resources}, backend=lambda _: backend)


def headers(response: Response) -> dict[str, str]:
    """The headers of a response, in lower case; each of them is there once."""
    names = [name.lower() for name, _ in response.headers.lines]
    assert len(names) == len(set(names)), f"a header is there twice: {names}"
    return {name.lower(): value for name, value in response.headers.lines}


def get(api: Gateway, origin: str | None, **more: str) -> Response:
    """What a page of an origin is answered."""
    return api(Request("GET", "/", {**({} if origin is None else {"Origin": origin}), **more}))


def lowered(given: Mapping[str, str]) -> dict[str, str]:
    """Headers, with their names in lower case."""
    return {name.lower(): value for name, value in given.items()}
