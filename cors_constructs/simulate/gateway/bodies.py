"""Bodies of requests, held against the models of a method.

https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-method-request-validation.html says: the
content type picks the model, `$default` stands in for those that have none, and without a model nothing is validated.
A request without a Content-Type is JSON (LocalStack's tests, which were run on AWS:
https://github.com/localstack/localstack/pull/7916).

What it does not say is taken from what users report. A body that is no JSON is refused, and so is an empty one: both
have "Unknown error parsing request body" for a reason, whatever the schema says. That the built-in model Empty takes
an empty body is assumed, since API Gateway takes it for a method without models, where an empty body passes
(https://github.com/localstack/localstack/pull/7846). A body of a binary media type is validated as it was sent, which
is assumed as well.
"""

import functools
import json
from collections.abc import Generator
from typing import Any, Final

from cors_constructs.simulate.gateway.calls import Call
from cors_constructs.simulate.gateway.invocation import Invocation
from cors_constructs.simulate.gateway.json_schema import JsonSchema, UnusableSchemaError
from cors_constructs.simulate.gateway.negotiation import content_type, media_type
from cors_constructs.simulate.gateway.refusals import RefusalError
from cors_constructs.simulate.gateway.schema_steps import MAX_STEPS, TooMuchError
from cors_constructs.simulate.gateway.undecided import decided, undecided
from cors_constructs.simulate.model import Api, Method, RequestModel, Source
from cors_constructs.simulate.values import TemplateError, Unresolved

_DEFAULT: Final = "$default"
_TAKES_NOTHING: Final = "Empty"
_UNREADABLE: Final = ["Unknown error parsing request body"]
# What takes some milliseconds at most is done at once, and never handed over.
_SMALL: Final = 64 * 1024  # bytes
_FEW_STEPS: Final = 2_000


class Bodies:
    """The models of a method."""

    def __init__(self, method: Method) -> None:
        self._method = method
        self._models = {media_type(type_): model for type_, model in method.request_models.items()}
        self._schemas: dict[str, JsonSchema] = {}

    def check(self, api: Api, invocation: Invocation) -> Generator[Call, object, None]:
        """Lets a request pass whose body is as the model of its content type says, or has no model.

        Yields:
            A call of the kind `work`, where it takes long and such calls are asked for.

        Raises:
            RefusalError: The body is not so; or it takes too long to tell (500).
            TemplateError: Only a deployment knows the model, or whether it is looked at; or the model cannot be used.
        """
        body, given = invocation.request.body, content_type(invocation.request.headers)
        type_ = given if given in self._models else _DEFAULT
        model = self._models.get(type_)
        if model is None or (not body and model.name == _TAKES_NOTHING):
            return
        reasons = yield from self._reasons(type_, model, api, invocation)
        if not reasons:
            return
        method = self._method
        if decided(method.validates["body"], method.source, f"whether {method.name} validates bodies"):
            told = f"[{', '.join(reasons)}]"
            raise RefusalError(
                "BAD_REQUEST_BODY",
                f"{invocation.name}: the body is not as the {title(model)} of {method.name} has it for {given}: {told}"
                f"{invocation.hint}",
                validation=told,
            )

    def _reasons(
        self, type_: str, model: RequestModel, api: Api, invocation: Invocation
    ) -> Generator[Call, object, list[str]]:
        schema = self._schemas.get(type_)
        if schema is None:
            schema = self._schemas[type_] = usable(model, self._method)
        body = invocation.request.body
        try:
            if not invocation.hands_over_work:
                return _reasons(schema, body)
            if (soon := _reasons_soon(schema, body)) is not None:
                return soon
            work = functools.partial(_reasons, schema, body)
            given = yield Call("work", api, self._method, invocation.request, invocation, work=work)
        except TooMuchError as error:
            why = f"{invocation.name}: whether the body is as the {title(model)} has it cannot be told here: {error}"
            raise RefusalError("DEFAULT_5XX", why) from error
        if not isinstance(given, list):
            raise TypeError(f"a call of the kind 'work' is answered by what its work() gives, not by {given!r:.200}")
        return given


def _reasons(schema: JsonSchema, body: bytes, most: int = MAX_STEPS) -> list[str]:
    """Why a body is not as a schema says.

    Raises:
        TooMuchError: It takes too long to tell.
    """
    try:
        document = json.loads(body, parse_constant=_refused)
    except (ValueError, RecursionError):
        return _UNREADABLE
    return schema.reasons(document, most)


def _reasons_soon(schema: JsonSchema, body: bytes) -> list[str] | None:
    """The same, where it does not take long; None where it does."""
    if len(body) > _SMALL:
        return None
    try:
        return _reasons(schema, body, _FEW_STEPS)
    except TooMuchError:
        return None


def usable(model: RequestModel, method: Method) -> JsonSchema:
    """The schema of a model.

    Raises:
        TemplateError: Only a deployment knows it, or it is none.
    """
    if isinstance(model.schema, Unresolved):
        raise undecided(model.schema, method.source, f"which bodies {method.name} takes")
    if model.problem:
        raise _broken(model, model.problem)
    try:
        return JsonSchema(model.schema)
    except UnusableSchemaError as error:
        raise _broken(model, str(error)) from error


def title(model: RequestModel) -> str:
    """What a model is called."""
    return f"model {model.name}" if model.name else "schema"


def _broken(model: RequestModel, problem: str) -> TemplateError:
    source: Source = model.source
    place = ".".join(part for part in (f"Resources.{source.logical_id}", source.place) if part)
    problem = f"the {title(model)} cannot validate bodies: {problem}"
    return TemplateError(source.file, place, problem, "write a JSON Schema draft 4")


def _refused(constant: str) -> Any:
    raise ValueError(constant)  # NaN and Infinity are no JSON
