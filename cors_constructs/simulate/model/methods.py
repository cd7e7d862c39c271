"""Methods: a path and a verb, who may call it, and with what."""

from collections.abc import Mapping
from typing import Any

import attrs

from cors_constructs.simulate.model.integrations import Function, Integration
from cors_constructs.simulate.model.responses import MethodResponse
from cors_constructs.simulate.model.source import Source
from cors_constructs.simulate.values import Flag, Text, Unresolved


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
