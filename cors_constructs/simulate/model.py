"""REST APIs as a template describes them, whoever wrote it: plain values that the gateway and the checker read.

Names are API Gateway's (https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_ApiGateway.html). A
value that the template does not decide is `Unresolved`. Everything is immutable.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeAlias

import attrs

from cors_constructs.simulate.values import Flag, TemplateError, Text, Unresolved


@attrs.frozen
class Source:
    """Where something stands.

    Attributes:
        file: The template's file, as the caller named it or as found below the folder named; None for a mapping.
        logical_id: The resource's logical id.
        place: What inside the resource, such as `Properties.Body.paths./users.get`; empty for all of it.
        construct: The construct's path, from `aws:cdk:path`; None where there is none.
        written: Where the template says what a transform made this of, such as
            `Resources.ListUsers.Properties.Events.Get` in a SAM template; None where it stands as it is written.
    """

    file: str | None
    logical_id: str
    place: str = ""
    construct: str | None = None
    written: str | None = None


@attrs.frozen
class MethodResponse:
    """What a method declares for a status: `AWS::ApiGateway::Method.MethodResponses[]`.

    Attributes:
        status: `"204"`.
        headers: Declared response headers by name as written (no `method.response.header.`), and whether required.
    """

    status: Text
    headers: Mapping[str, Flag] = attrs.field(factory=dict)


@attrs.frozen
class IntegrationResponse:
    """How a backend's answer becomes the method's.

    Attributes:
        status: The method response's status.
        selection_pattern: Regular expression over the backend's status or error; None for the default response.
        headers: The mapping expression by response header name: `"'*'"`, `"integration.response.header.X"`.
        templates: The template by content type.
        content_handling: `CONVERT_TO_TEXT`, `CONVERT_TO_BINARY` or None.
    """

    status: Text
    selection_pattern: Text | None = None
    headers: Mapping[str, Text] = attrs.field(factory=dict)
    templates: Mapping[str, Text] = attrs.field(factory=dict)
    content_handling: Text | None = None


@attrs.frozen
class Function:
    """A Lambda function.

    Attributes:
        source: Where it stands.
        name: Its name; None where CloudFormation makes one up.
        runtime: `python3.13`, `nodejs22.x`, ...; None for a container image.
        handler: What the runtime calls, such as `index.handler`; None for a container image.
        variables: The environment variables; None where only a deployment knows them.
        layers: The layers' ARNs; None where only a deployment knows them.
        code: The code that stands in the template; None where it is elsewhere.
        folder: The folder whose files are its code, where that is here.
        archive: The zip file that is its code, where that is here.
        layer_files: Of each layer, in order, the folder or the zip file that it is, where that is here; else None.
        timeout: Seconds; None for the default of 3.
        memory: Megabytes; None for the default of 128.
    """

    source: Source
    name: Text | None = None
    runtime: Text | None = None
    handler: Text | None = None
    variables: Mapping[str, Text] | None = attrs.field(factory=dict)
    layers: tuple[Text, ...] | None = ()
    code: Text | None = None
    folder: Path | None = None
    archive: Path | None = None
    layer_files: tuple[Path | None, ...] = ()
    timeout: int | Unresolved | None = None
    memory: int | Unresolved | None = None


@attrs.frozen
class Integration:
    """What a method calls.

    Attributes:
        type: `MOCK`, `HTTP`, `HTTP_PROXY`, `AWS` or `AWS_PROXY`, in upper case.
        http_method: The backend's method; None where there is none.
        uri: The backend's address; None where there is none.
        passthrough_behavior: `WHEN_NO_MATCH` (the default), `WHEN_NO_TEMPLATES` or `NEVER`, in upper case.
        request_templates: The template by content type.
        request_parameters: The mapping expression by `integration.request.{path,querystring,header}.name`.
        content_handling: `CONVERT_TO_TEXT`, `CONVERT_TO_BINARY` or None.
        responses: The integration responses, in order.
        timeout_ms: Milliseconds; None for the default of 29 seconds.
        function: The Lambda function that its address names, whatever version or alias of it; None where the templates
            have none of that name.
    """

    type: Text
    http_method: Text | None = None
    uri: Text | None = None
    passthrough_behavior: Text = "WHEN_NO_MATCH"
    request_templates: Mapping[str, Text] = attrs.field(factory=dict)
    request_parameters: Mapping[str, Text] = attrs.field(factory=dict)
    content_handling: Text | None = None
    responses: tuple[IntegrationResponse, ...] = ()
    timeout_ms: int | Unresolved | None = None
    function: Function | None = None


@attrs.frozen
class Authorizer:
    """An authorizer.

    Attributes:
        source: Where it stands.
        name: Its name.
        type: `TOKEN`, `REQUEST` or `COGNITO_USER_POOLS`.
        identity_source: `method.request.header.Authorization`, several joined by commas; None where there is none.
        validation: Regular expression that a token must match (`IdentityValidationExpression`); None for any.
        uri: The address of what decides; None where there is none.
        function: The Lambda function that its address names; None where the templates have none of that name.
    """

    source: Source
    name: Text
    type: Text
    identity_source: Text | None = None
    validation: Text | None = None
    uri: Text | None = None
    function: Function | None = None


@attrs.frozen
class RequestModel:
    """What the bodies of a content type have to be like: `AWS::ApiGateway::Model`, or a schema of an OpenAPI document.

    Attributes:
        source: Where it stands.
        name: Its name; empty for a schema that stands in an operation itself.
        schema: JSON Schema draft 4, with all that it refers to among its `definitions`, and without what says nothing
            of a body. `Unresolved` where only a deployment knows a part of it.
        problem: What is wrong with it, as a clause; empty where nothing is known to be.
    """

    source: Source
    name: str
    schema: Mapping[str, Any] | Unresolved = attrs.field(factory=dict)
    problem: str = ""


@attrs.frozen
class Method:
    """A method: a path and a verb.

    Attributes:
        source: Where it stands.
        path: Its whole path, such as `/users/{id}`; `/` for the root.
        verb: `GET`, or `ANY`.
        api_key_required: Whether a key is asked for; False where the template is silent.
        authorization: `NONE` (also where the template is silent), `AWS_IAM`, `CUSTOM` or `COGNITO_USER_POOLS`.
        authorizer: The authorizer, where the template has it.
        integration: What it calls; None where nothing is set (API Gateway answers 500).
        responses: The declared method responses.
        request_parameters: `method.request.header.X` and whether it is required.
        validates: What its request validator looks at, `"params"` or `"body"`: True, or `Unresolved` where only a
            deployment knows. What it does not look at is not in it.
        request_models: What bodies have to be like, by content type; `$default` for all that are not named. Empty
            unless a request validator (perhaps) looks at them.
    """

    source: Source
    path: str
    verb: str
    api_key_required: Flag = False
    authorization: Text = "NONE"
    authorizer: Authorizer | None = None
    integration: Integration | None = None
    responses: tuple[MethodResponse, ...] = ()
    request_parameters: Mapping[str, Flag] = attrs.field(factory=dict)
    validates: Mapping[str, Flag] = attrs.field(factory=dict)
    request_models: Mapping[str, RequestModel] = attrs.field(factory=dict)

    @property
    def name(self) -> str:
        """Verb and path: `"GET /users"`."""
        return f"{self.verb} {self.path}"


@attrs.frozen
class GatewayResponse:
    """What the gateway answers when it answers by itself.

    Attributes:
        source: Where it stands.
        type: `DEFAULT_4XX`, `INVALID_API_KEY`, ...
        status: Another status than the type's own; None for that one.
        headers: The mapping expression by header name: `"'*'"`, `"method.request.header.Origin"`.
        templates: The body template by content type.
    """

    source: Source
    type: str
    status: Text | None = None
    headers: Mapping[str, Text] = attrs.field(factory=dict)
    templates: Mapping[str, Text] = attrs.field(factory=dict)


@attrs.frozen
class MethodSetting:
    """Limits of some methods of a stage: `AWS::ApiGateway::Stage.MethodSettings[]`.

    Attributes:
        path: The resource's path (`/*` for all), as it reads once `~1` is decoded.
        verb: The method, `*` for all.
        rate: Requests a second; None for the account's limit.
        burst: Requests at once; None for the account's limit.
    """

    path: str
    verb: str
    rate: float | Unresolved | None = None
    burst: int | Unresolved | None = None


@attrs.frozen
class Deployment:
    """A snapshot of an API.

    Attributes:
        source: Where it stands.
        depends_on: The logical ids it waits for, those of resources it refers to and all that those wait for included.
        nested: The templates' files of the nested stacks among them, and of those nested there: it waits for all that
            they have.
    """

    source: Source
    depends_on: frozenset[str] = frozenset()
    nested: frozenset[str] = frozenset()

    def waits_for(self, source: Source) -> bool:
        """Whether it is made after a resource."""
        if source.file == self.source.file:
            return source.logical_id in self.depends_on
        return source.file in self.nested


@attrs.frozen
class Stage:
    """A stage.

    Attributes:
        source: Where it stands: the Stage, or the Deployment that makes one by `StageName`.
        name: Its name, the first segment of an invoke URL's path.
        deployment: What it shows; None where the template does not say.
        variables: The stage variables.
        settings: The method settings.
    """

    source: Source
    name: Text
    deployment: Deployment | None = None
    variables: Mapping[str, Text] = attrs.field(factory=dict)
    settings: tuple[MethodSetting, ...] = ()


@attrs.frozen
class Throttle:
    """A rate and a burst.

    Attributes:
        rate: Requests a second; None for no limit.
        burst: Requests at once; None for no limit.
    """

    rate: float | Unresolved | None = None
    burst: int | Unresolved | None = None


@attrs.frozen
class MethodThrottle:
    """What a usage plan lets a key call one method: `AWS::ApiGateway::UsagePlan.ApiStages[].Throttle`.

    Attributes:
        api: The API's logical id as in `Api.source`.
        stage: The stage's name.
        method: Path and verb as the template has them: `/pets/GET`.
        throttle: The limits.
    """

    api: str
    stage: Text
    method: str
    throttle: Throttle


@attrs.frozen
class ApiKey:
    """An API key.

    Attributes:
        source: Where it stands.
        name: Its name; None where CloudFormation makes one up.
        names: Everything a client may call it: its name, its logical id, its construct's, a client's.
        value: What a client sends; None where API Gateway makes it up.
        enabled: Whether it is.
    """

    source: Source
    name: Text | None = None
    names: frozenset[str] = frozenset()
    value: Text | None = None
    enabled: Flag = True


@attrs.frozen
class UsagePlan:
    """A usage plan.

    Attributes:
        source: Where it stands.
        name: Its name; None where CloudFormation makes one up.
        stages: The stages it covers: the API's logical id as in `Api.source`, and the stage's name.
        keys: The keys in it, by logical id.
        other_keys: Whether keys are in it that the template does not have (added by id).
        throttle: The plan's throttle.
        quota: Requests a period, and the period (`DAY`, `WEEK`, `MONTH`); None for no quota.
        method_throttles: Limits of single methods.
    """

    source: Source
    name: Text | None = None
    stages: tuple[tuple[str, Text], ...] = ()
    keys: tuple[ApiKey, ...] = ()
    other_keys: bool = False
    throttle: Throttle | None = None
    quota: tuple[int | Unresolved, Text] | None = None
    method_throttles: tuple[MethodThrottle, ...] = ()


@attrs.frozen
class BasePath:
    """Where a custom domain shows an API: a base path mapping, or an API mapping.

    Attributes:
        source: Where it stands.
        domain: The domain's name, such as `api.example.com` or `*.example.com`.
        path: What paths begin with, without slashes around it: `shop/v1`; empty for those that no other mapping takes.
        stage: The stage's name; None where paths have it after the base path.
        wants_certificate: Whether the domain asks its clients for a certificate (mutual TLS).
    """

    source: Source
    domain: Text
    path: Text = ""
    stage: Text | None = None
    wants_certificate: bool = False


@attrs.frozen
class Api:
    """A REST API.

    Attributes:
        source: Where it stands. An API that the template only refers to (imported) has the id as its logical id.
        name: Its name.
        methods: Its methods, in the template's order.
        paths: Every path that has a resource, methods or not.
        binary_media_types: Its binary media types.
        api_key_source: `HEADER` or `AUTHORIZER`.
        gateway_responses: Its gateway responses by type.
        authorizers: Its authorizers.
        deployments: Its deployments.
        stages: Its stages.
        plans: The usage plans that cover one of its stages.
        base_paths: Where custom domains show it.
        specified: Whether an OpenAPI document made (some of) it.
        imported: Whether the template only refers to the API, so that it may have methods not seen here.
        unreadable: What of it could not be read, a sentence each: a Body that is an object in a bucket, say. No check
            may then say that something is missing.
    """

    source: Source
    name: Text
    methods: tuple[Method, ...] = ()
    paths: frozenset[str] = frozenset()
    binary_media_types: tuple[Text, ...] = ()
    api_key_source: Text = "HEADER"
    gateway_responses: Mapping[str, GatewayResponse] = attrs.field(factory=dict)
    authorizers: tuple[Authorizer, ...] = ()
    deployments: tuple[Deployment, ...] = ()
    stages: tuple[Stage, ...] = ()
    plans: tuple[UsagePlan, ...] = ()
    base_paths: tuple[BasePath, ...] = ()
    specified: bool = False
    imported: bool = False
    unreadable: tuple[str, ...] = ()

    def at(self, path: str) -> dict[str, Method]:
        """The methods of a path, by verb."""
        return {method.verb: method for method in self.methods if method.path == path}


Resources: TypeAlias = Mapping[str, Any]


@attrs.frozen
class Template:
    """What was read: one file, or all templates of a folder.

    Attributes:
        files: The files read.
        apis: The REST APIs in them.
        plans: Every usage plan, those of no API among them.
        keys: Every API key.
        functions: Every Lambda function.
        resources: The resources by file (or `""` for a mapping) and logical id, resolved as far as can be.
        unreadable: The files of a folder that could not be read, or places in them. (A file that is named by itself
            and cannot be read raises instead.)
    """

    files: tuple[str, ...] = ()
    apis: tuple[Api, ...] = ()
    plans: tuple[UsagePlan, ...] = ()
    keys: tuple[ApiKey, ...] = ()
    functions: tuple[Function, ...] = ()
    resources: Mapping[str, Resources] = attrs.field(factory=dict)
    unreadable: tuple[TemplateError, ...] = ()
