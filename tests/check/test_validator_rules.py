"""CORS220: what a request validator asks of a preflight, held against the simulator."""

from collections.abc import Callable
from typing import Any, Final

import pytest

from cors_constructs.check import Answer
from cors_constructs.simulate import Browser, Gateway, Request, Response, TemplateError
from cors_constructs.simulate.template import read_template

from .asking import checked
from .changes import GONE, Change, both, having, knowing_nothing_of, nothing, with_resource, without
from .right import Json, hand_written, method, open_to_all, path_part, preflight, properties_of, ref, specified

RULE: Final = "CORS220"
ORIGIN: Final = "https://app.example.com"
TENANT: Final = {"method.request.header.X-Tenant": True}
USER: Final = {"application/json": "User"}


def validator(*, body: Any = GONE, params: Any = GONE) -> Json:
    flags = {"ValidateRequestBody": body, "ValidateRequestParameters": params}
    given = {name: flag for name, flag in flags.items() if flag is not GONE}
    return {"Type": "AWS::ApiGateway::RequestValidator", "Properties": {"RestApiId": ref("Api"), **given}}


def model(name: str = "User", schema: Any = None) -> Json:
    described = {"type": "object"} if schema is None else schema
    return {
        "Type": "AWS::ApiGateway::Model",
        "Properties": {"RestApiId": ref("Api"), "Name": name, "Schema": described},
    }


def validating(what: Json, resource: str = "AnyUsers", **properties: Any) -> Change:
    """A method gets a validator, and what it looks at."""

    def change(document: Json) -> None:
        with_resource("Validator", what)(document)
        with_resource("User", model())(document)
        properties_of(document, resource).update(RequestValidatorId=ref("Validator"), **properties)

    return change


def with_any(**properties: Any) -> Change:
    """ANY in the place of all methods of the path."""
    return both(
        without("GetUsers", "PutUsers", "UsersOptions"), with_resource("AnyUsers", method("ANY", "Users", **properties))
    )


def any_validating(what: Json, **properties: Any) -> Change:
    return both(with_any(), validating(what, **properties))


def options_validating(what: Json, **properties: Any) -> Change:
    return validating(what, "UsersOptions", **properties)


def document_validating(**said: Any) -> Change:
    """An OpenAPI document whose operations all are validated, with an ANY and, if it is said, an OPTIONS."""

    def change(document: Json) -> None:
        body = properties_of(document, "Api")["Body"]
        users = body["paths"]["/users"]
        body["x-amazon-apigateway-request-validators"] = {
            "all": {"validateRequestBody": True, "validateRequestParameters": True}
        }
        body["x-amazon-apigateway-request-validator"] = "all"
        opened = {name: value for name, value in users["put"].items() if name != "security"}
        tenant = {"name": "X-Tenant", "in": "header", "required": True, "schema": {"type": "string"}}
        options = {"options": users["options"]} if said.get("options") else {}
        shared = {"parameters": [tenant]} if said.get("shared") else {}
        own = {} if said.get("shared") else {"parameters": [tenant]}
        body["paths"]["/users"] = {"x-amazon-apigateway-any-method": {**opened, **own}, **options, **shared}
        for name in ("Plan", "Key", "PlanKey"):
            del document["Resources"][name]

    return change


def answered(document: Json) -> int | None:
    """The status of the answer to a page's preflight; None where only a deployment knows."""

    def willing(request: Request) -> Response:
        origin = request.headers.get("origin", "")
        allow = {"Access-Control-Allow-Methods": "PUT", "Access-Control-Allow-Headers": "x-tenant,content-type"}
        return Response(200, {"Access-Control-Allow-Origin": origin, **allow})

    statuses = []
    gateway = Gateway.from_template(read_template(document), backend=willing)

    def transport(request: Request) -> Response:
        response = gateway(request)
        if request.method == "OPTIONS":
            statuses.append(response.status)
        return response

    headers = {"x-tenant": "7", "content-type": "application/json"}
    try:
        Browser(transport).fetch("PUT", "/users?page=1", origin=ORIGIN, headers=headers, body="{}")
    except TemplateError:
        return None
    (status,) = statuses
    return status


OPEN, KEYED, BODY = open_to_all, hand_written, specified
PARAMS, BODIES, BOTH = validator(params=True), validator(body=True), validator(body=True, params=True)


@pytest.mark.parametrize(
    ("base", "change"),
    [
        pytest.param(OPEN, any_validating(PARAMS, RequestParameters=TENANT), id="ANY requires a header"),
        pytest.param(
            OPEN,
            any_validating(PARAMS, RequestParameters={"method.request.header.Content-Type": True}),
            id="ANY requires a type",
        ),
        pytest.param(
            OPEN,
            any_validating(PARAMS, RequestParameters={"method.request.header.Cookie": True}),
            id="ANY requires a cookie",
        ),
        pytest.param(OPEN, any_validating(BODIES, RequestModels=USER), id="ANY requires a body"),
        pytest.param(OPEN, any_validating(BODIES, RequestModels={"$default": "User"}), id="ANY requires any body"),
        pytest.param(OPEN, any_validating(BODIES, RequestModels={"application/json": "Error"}), id="a model of AWS's"),
        pytest.param(
            OPEN,
            any_validating(BOTH, RequestModels=USER, RequestParameters=TENANT),
            id="ANY requires a header and a body",
        ),
        pytest.param(KEYED, options_validating(PARAMS, RequestParameters=TENANT), id="OPTIONS requires a header"),
        pytest.param(KEYED, options_validating(BODIES, RequestModels=USER), id="OPTIONS requires a body"),
        pytest.param(
            OPEN,
            both(
                without("UsersOptions"),
                with_resource("Proxy", path_part("{proxy+}")),
                with_resource("AnyUsers", method("ANY", "Proxy")),
                validating(PARAMS, RequestParameters=TENANT),
            ),
            id="an ANY at /{proxy+} requires a header",
        ),
        pytest.param(BODY, document_validating(), id="a document's ANY requires a header"),
        pytest.param(BODY, document_validating(options=True, shared=True), id="a document's path requires a header"),
    ],
)
def test_a_validator_that_refuses_every_preflight_is_found(base: Callable[[], Json], change: Change) -> None:
    document = base()
    change(document)
    found = checked(document, select=[RULE])
    assert [finding.answer for finding in found] == [Answer.WRONG]
    assert answered(document) == 400


@pytest.mark.parametrize(
    ("base", "change"),
    [
        pytest.param(OPEN, with_any(RequestParameters=TENANT), id="a required header, and no validator"),
        pytest.param(OPEN, any_validating(BODIES, RequestParameters=TENANT), id="a validator of bodies alone"),
        pytest.param(OPEN, any_validating(PARAMS, RequestModels=USER), id="a validator of parameters alone"),
        pytest.param(
            OPEN,
            any_validating(PARAMS, RequestParameters={"method.request.header.X-Tenant": False}),
            id="a header that may be left out",
        ),
        pytest.param(
            OPEN,
            any_validating(PARAMS, RequestParameters={"method.request.querystring.page": True}),
            id="a query, which a preflight has as well",
        ),
        pytest.param(
            OPEN,
            any_validating(PARAMS, RequestParameters={"method.request.header.Origin": True}),
            id="a header that preflights have",
        ),
        pytest.param(
            OPEN, any_validating(BODIES, RequestModels={"application/json": "Empty"}), id="an empty body will do"
        ),
        pytest.param(OPEN, any_validating(BODIES, RequestModels={"text/csv": "User"}), id="a model of another type"),
        pytest.param(
            OPEN,
            both(any_validating(PARAMS, RequestParameters=TENANT), with_resource("Beside", preflight("Users"))),
            id="an OPTIONS beside the ANY",
        ),
        pytest.param(KEYED, validating(BOTH, "PutUsers", RequestModels=USER, RequestParameters=TENANT), id="a PUT's"),
        pytest.param(BODY, document_validating(options=True), id="a document's OPTIONS beside its ANY"),
        pytest.param(KEYED, nothing, id="no validator"),
    ],
)
def test_one_that_lets_preflights_pass_is_not(base: Callable[[], Json], change: Change) -> None:
    document = base()
    change(document)
    assert checked(document, select=[RULE]) == []
    assert answered(document) in {200, 204}


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(
            knowing_nothing_of(lambda it: any_validating(validator(params=it), RequestParameters=TENANT)),
            id="whether parameters are validated",
        ),
        pytest.param(
            knowing_nothing_of(
                lambda it: any_validating(PARAMS, RequestParameters={"method.request.header.X-Tenant": it})
            ),
            id="whether a header is required",
        ),
        pytest.param(
            knowing_nothing_of(lambda it: any_validating(validator(body=it), RequestModels=USER)),
            id="whether bodies are validated",
        ),
        pytest.param(
            knowing_nothing_of(lambda it: any_validating(BODIES, RequestModels={"application/json": it})),
            id="which model there is",
        ),
        pytest.param(
            knowing_nothing_of(
                lambda it: both(
                    any_validating(PARAMS, RequestParameters=TENANT), having("AnyUsers", "RequestValidatorId", value=it)
                )
            ),
            id="which validator there is",
        ),
    ],
)
def test_what_only_a_deployment_knows_cannot_be_told(change: Change) -> None:
    document = open_to_all()
    change(document)
    (finding,) = checked(document, select=[RULE])
    assert finding.answer is Answer.CANNOT_TELL
    assert "depends on ${Given}" in finding.message
    assert answered(document) is None


def test_what_is_certain_is_said_beside_what_is_not() -> None:
    document = open_to_all()
    knowing_nothing_of(
        lambda it: any_validating(validator(body=it, params=True), RequestModels=USER, RequestParameters=TENANT)
    )(document)
    (finding,) = checked(document, select=[RULE])
    assert finding.answer is Answer.WRONG
    assert answered(document) == 400


def test_a_keyed_any_is_told_of_its_key_alone() -> None:
    document = hand_written()
    both(with_any(ApiKeyRequired=True), validating(PARAMS, RequestParameters=TENANT))(document)
    assert [finding.rule.id for finding in checked(document)] == ["CORS203"]


def test_a_keyed_options_is_told_of_both() -> None:
    document = hand_written()
    both(options_validating(PARAMS, RequestParameters=TENANT), having("UsersOptions", "ApiKeyRequired", value=True))(
        document
    )
    keyed, refused = checked(document)
    assert (keyed.rule.id, refused.rule.id) == ("CORS201", RULE)
    assert "every preflight would be answered 400" in refused.message
    assert answered(document) == 403


def test_an_api_made_elsewhere_may_have_an_options_beside_its_any() -> None:
    document = open_to_all()
    any_validating(PARAMS, RequestParameters=TENANT)(document)
    for name in ("Api", "Errors4xx", "Errors5xx", "Stage", "Deployment"):
        del document["Resources"][name]
    for resource in document["Resources"].values():
        resource["Properties"]["RestApiId"] = "abc123"
        if "ParentId" in resource["Properties"]:
            resource["Properties"]["ParentId"] = "root123"
    (finding,) = checked(document, select=[RULE])
    assert finding.answer is Answer.CANNOT_TELL


def test_a_model_that_validates_nothing_cannot_be_told_of() -> None:
    document = open_to_all()
    any_validating(BODIES, RequestModels=USER)(document)
    having("User", "Schema", value="no JSON")(document)
    (finding,) = checked(document, select=[RULE])
    assert finding.answer is Answer.CANNOT_TELL
    assert "depends on the model User, which cannot validate bodies (its Schema is no JSON)" in finding.message


def test_the_message_says_what_is_asked_for_and_the_fix_what_to_write() -> None:
    document = open_to_all()
    any_validating(PARAMS, RequestParameters=TENANT)(document)
    (finding,) = checked(document)
    assert (finding.rule.id, finding.source.logical_id, finding.path, finding.verb) == (
        RULE,
        "AnyUsers",
        "/users",
        "ANY",
    )
    assert finding.message == (
        "ANY /users takes the preflights of its path too, and its request validator asks for the header X-Tenant, "
        "which no preflight has: every preflight is answered 400 (BAD_REQUEST_PARAMETERS), and pages cannot make the "
        "call"
    )
    assert finding.fix == (
        "add an AWS::ApiGateway::Method with HttpMethod: OPTIONS beside it, on /users: a MOCK integration that answers "
        "with the CORS headers, ApiKeyRequired: false and AuthorizationType: NONE, and with no RequestValidatorId"
    )


def test_an_options_may_keep_its_parameters_or_its_validator() -> None:
    document = hand_written()
    options_validating(PARAMS, RequestParameters={**TENANT, "method.request.header.X-Id": True})(document)
    (finding,) = checked(document)
    assert finding.message.startswith(
        "the request validator of OPTIONS /users asks for the headers X-Tenant and X-Id, which no preflight has: every "
        "preflight is answered 400 (BAD_REQUEST_PARAMETERS)"
    )
    assert finding.fix == (
        "remove UsersOptions.RequestValidatorId, or write false for method.request.header.X-Tenant and "
        "method.request.header.X-Id in its RequestParameters"
    )


@pytest.mark.parametrize(
    ("change", "fix"),
    [
        pytest.param(
            document_validating(),
            "add an options operation beside it, on /users: a MOCK integration that answers with the CORS headers, "
            "security: [], and with no required parameters",
            id="ANY",
        ),
        pytest.param(
            document_validating(options=True, shared=True),
            "give OPTIONS /users no required header and no requestBody schema; or, in "
            "x-amazon-apigateway-request-validator, a validator that looks at neither",
            id="OPTIONS",
        ),
    ],
)
def test_an_openapi_document_is_told_in_its_own_words(change: Change, fix: str) -> None:
    document = specified()
    change(document)
    (finding,) = checked(document, select=[RULE])
    assert finding.fix == fix
