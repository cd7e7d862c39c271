"""Request validators: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-method-request-validation.html.

They look at parameters and bodies if they say so, and at nothing else. Every method can have one: a preflight that
reaches such a method (an `ANY`, say) is looked at as any other request.
"""

from collections.abc import Generator
from typing import TYPE_CHECKING, Final

from cors_constructs.simulate.gateway.calls import Call
from cors_constructs.simulate.gateway.invocation import Invocation
from cors_constructs.simulate.gateway.refusals import RefusalError
from cors_constructs.simulate.gateway.undecided import decided
from cors_constructs.simulate.model import Api, Method

if TYPE_CHECKING:
    from cors_constructs.simulate.gateway.bodies import Bodies

_WORDS: Final = 4  # method.request.kind.name


class Validation:
    """The request validators of methods."""

    def __init__(self) -> None:
        self._bodies: dict[int, Bodies] = {}

    def check(self, api: Api, method: Method, invocation: Invocation) -> Generator[Call, object, None]:
        """Lets the request pass the method's validator: its parameters first, then its body.

        Yields:
            A call of the kind `work`, where a body takes long and such calls are asked for.

        Raises:
            RefusalError: A required parameter is missing, or the body is not as its model says.
            TemplateError: Only a deployment knows whether what is wrong is looked at, or the model cannot be used.
        """
        if "params" in method.validates:
            _check_parameters(method, invocation)
        if method.request_models and "body" in method.validates:
            yield from self._of(method).check(api, invocation)

    def _of(self, method: Method) -> "Bodies":
        bodies = self._bodies.get(id(method))
        if bodies is None:
            from cors_constructs.simulate.gateway.bodies import Bodies  # noqa: PLC0415 - few templates have models

            bodies = self._bodies[id(method)] = Bodies(method)
        return bodies


def _check_parameters(method: Method, invocation: Invocation) -> None:
    missing: list[str] = []
    for place, required in method.request_parameters.items():
        words = place.split(".", 3)
        if len(words) != _WORDS or invocation.parameter(words[2], words[3]):
            continue
        if decided(required, method.source, f"whether {method.name} requires {place}"):
            missing.append(words[3])
    if not missing:
        return
    if decided(method.validates["params"], method.source, f"whether {method.name} validates parameters"):
        raise RefusalError(
            "BAD_REQUEST_PARAMETERS",
            f"{invocation.name}: the validator of {method.name} asks for {', '.join(missing)}{invocation.hint}",
            message=f"Missing required request parameters: [{', '.join(missing)}]",
        )
