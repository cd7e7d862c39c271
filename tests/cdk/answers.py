"""APIs that put answers together themselves, with each kind of integration that is no proxy; and who reads what."""

import functools
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import attrs
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_stepfunctions as stepfunctions
from constructs import Construct

from cors_constructs import CorsPolicy
from cors_constructs.simulate import Browser, Gateway, Request, Response, Verdict, model
from cors_constructs.simulate.browser import Credentials
from cors_constructs.simulate.template import read_template

from .synthesis import ORIGIN, OTHER_ORIGIN, Template

STRANGER: Final = "https://evil.test"
PREVIEW: Final = "https://pr-1.preview.example.com"
URL: Final = "https://backend.example.com/"

ONE: Final = CorsPolicy(allow_origins=[ORIGIN])
ANYBODY: Final = CorsPolicy(allow_origins=["*"], expose_headers=["x-total"])
CREDENTIALS: Final = CorsPolicy(allow_origins=[ORIGIN], allow_credentials=True, expose_headers=[])
SEVERAL: Final = CorsPolicy(allow_origins=[ORIGIN, OTHER_ORIGIN, "https://*.preview.example.com"])
SEVERAL_WITH_CREDENTIALS: Final = SEVERAL.evolve(allow_credentials=True, expose_headers=["x-total", "x-next"])
FIXED: Final = {"one origin": ONE, "any origin": ANYBODY, "one origin with credentials": CREDENTIALS}
CHOSEN: Final = {"several origins": SEVERAL, "several with credentials": SEVERAL_WITH_CREDENTIALS}
POLICIES: Final = {**FIXED, **CHOSEN}

TEMPLATE: Final = {"application/json": "$input.body"}
STATUSES: Final = {"200": None, "404": r"4\d\d", "500": r"5\d\d"}
"""The statuses of an integration's responses, and what selects each."""


def responses(templates: Mapping[str, str] | None = None, **more: Any) -> list[apigateway.IntegrationResponse]:
    """An integration response for each status."""
    return [
        apigateway.IntegrationResponse(
            status_code=status,
            selection_pattern=pattern,
            response_templates=None if templates is None else dict(templates),
            **more,
        )
        for status, pattern in STATUSES.items()
    ]


def aws(_scope: Construct, templates: Mapping[str, str] | None) -> apigateway.Integration:
    options = apigateway.IntegrationOptions(integration_responses=responses(templates))
    return apigateway.AwsIntegration(service="s3", path="bucket/key", options=options)


def aws_with_a_role(scope: Construct, templates: Mapping[str, str] | None) -> apigateway.Integration:
    from aws_cdk import aws_iam as iam  # noqa: PLC0415 - few tests need it

    role = iam.Role(scope, "Role", assumed_by=iam.ServicePrincipal("apigateway.amazonaws.com"))
    options = apigateway.IntegrationOptions(credentials_role=role, integration_responses=responses(templates))
    return apigateway.AwsIntegration(service="sqs", path="111122223333/queue", options=options)


def http(_scope: Construct, templates: Mapping[str, str] | None) -> apigateway.Integration:
    options = apigateway.IntegrationOptions(integration_responses=responses(templates))
    return apigateway.HttpIntegration(URL, proxy=False, options=options)


def mock(_scope: Construct, templates: Mapping[str, str] | None) -> apigateway.Integration:
    """It answers with the status that it is asked for."""
    asked = {"application/json": "{\"statusCode\": $input.params().querystring.get('status')}"}
    return apigateway.MockIntegration(request_templates=asked, integration_responses=responses(templates))


def function(scope: Construct, templates: Mapping[str, str] | None) -> apigateway.Integration:
    arn = "arn:aws:lambda:eu-west-1:111122223333:function:fn"
    handler = lambda_.Function.from_function_attributes(scope, "Fn", function_arn=arn, same_environment=True)
    return apigateway.LambdaIntegration(handler, proxy=False, integration_responses=responses(templates))


def machine(scope: Construct, _templates: Mapping[str, str] | None) -> apigateway.Integration:
    """Its templates, and its method responses, are the CDK's own."""
    it = stepfunctions.StateMachine(
        scope,
        "Machine",
        definition_body=stepfunctions.DefinitionBody.from_chainable(stepfunctions.Pass(scope, "Pass")),
        state_machine_type=stepfunctions.StateMachineType.EXPRESS,
    )
    return apigateway.StepFunctionsIntegration.start_execution(it)


Kind = Callable[[Construct, Mapping[str, str] | None], apigateway.Integration]
KINDS: Final[dict[str, Kind]] = {
    "aws": aws,
    "role": aws_with_a_role,
    "http": http,
    "mock": mock,
    "function": function,
    "machine": machine,
}
"""By what each is called in paths."""


def add_all(api: apigateway.IRestApi, scope: Construct, templates: Mapping[str, str] | None = None) -> None:
    """A path for each kind, with ANY and a proxy beside it. One status of the three is declared."""
    for name, kind in KINDS.items():
        resource = api.root.add_resource(name)
        declared = [] if name == "machine" else [apigateway.MethodResponse(status_code="200")]
        integration = kind(scope, templates)
        resource.add_method("GET", integration, method_responses=declared)
        resource.add_resource("any").add_method("ANY", integration)
        resource.add_resource("proxy").add_method("GET", apigateway.HttpIntegration(URL))


@attrs.frozen
class Backend:
    """What answers behind each kind of integration, with a status."""

    status: int

    def __call__(self, request: Request) -> Response:
        if request.url.startswith("/machine") and self.status == 200:
            return Response(200, {}, json.dumps({"status": "SUCCEEDED", "output": '"done"'}).encode())
        # A function's status is always 200: its errors are told by their messages.
        said = {"ok": True} if self.status == 200 else {"errorMessage": str(self.status), "error": "it failed"}
        return Response(self.status, {}, json.dumps(said).encode())


@attrs.frozen(eq=False, slots=False)
class Built:
    """An API that was synthesized, with a client `web` or without keys; it is read once."""

    template: Template
    parameters: Mapping[str, str] | None = None
    _gateways: dict[int, Gateway] = attrs.field(factory=dict, init=False)

    def asked(
        self, path: str, status: int = 200, *, origin: str = ORIGIN, verb: str = "GET", credentials: bool = False
    ) -> Verdict:
        """What comes of a page's call to a backend that answers with a status."""
        gateway = self._gateway(status)
        method = self.method_at(path, verb if (path, verb) in self._names else "ANY")
        headers = {"x-api-key": gateway.key("web")} if method.get("ApiKeyRequired") else {}
        said: Credentials = "include" if credentials else "omit"
        url = f"{path}?status={status}"
        return Browser(gateway).fetch(verb, url, origin=origin, headers=headers, credentials=said)

    def method_at(self, path: str, verb: str = "GET") -> Mapping[str, Any]:
        """The properties of a method."""
        name = self._names[path, verb]
        properties: Mapping[str, Any] = self.template["Resources"][name]["Properties"]
        return properties

    def mapped(self, path: str, status: str = "200") -> Mapping[str, Any]:
        """The headers that an integration response maps."""
        return _headers(self.method_at(path)["Integration"]["IntegrationResponses"], status)

    def declared(self, path: str, status: str = "200") -> Mapping[str, Any]:
        """The headers that a method response declares."""
        return _headers(self.method_at(path)["MethodResponses"], status)

    def _gateway(self, status: int) -> Gateway:
        if status not in self._gateways:
            self._gateways[status] = Gateway.from_template(self._read, backend=Backend(status))
        return self._gateways[status]

    @functools.cached_property
    def _read(self) -> model.Template:
        return read_template(self.template, parameters=self.parameters)

    @functools.cached_property
    def _names(self) -> dict[tuple[str, str], str]:
        return {(it.path, it.verb): str(it.source.logical_id) for api in self._read.apis for it in api.methods}


def _headers(responses: Sequence[Mapping[str, Any]], status: str) -> dict[str, Any]:
    (response,) = [it for it in responses if it["StatusCode"] == status]
    return {
        name.removeprefix("method.response.header."): value
        for name, value in response.get("ResponseParameters", {}).items()
    }


def answer_of(verdict: Verdict) -> Response:
    """The last answer of a conversation."""
    response = verdict.exchanges[-1].response
    assert response is not None, verdict
    return response


def cors_headers(response: Response) -> dict[str, str]:
    """The Access-Control headers and Vary, by name, in lower case."""
    return {
        name.lower(): response.headers[name]
        for name in response.headers
        if name.lower().startswith("access-control-") or name.lower() == "vary"
    }


def told(policy: CorsPolicy, origin: str) -> dict[str, str]:
    """What the policy says that an answer has."""
    return {name.lower(): value for name, value in policy.headers_for(origin).items()}
