"""Request validators: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-method-request-validation.html."""

from cors_constructs.simulate.gateway.invocation import Invocation
from cors_constructs.simulate.gateway.refusals import RefusalError
from cors_constructs.simulate.gateway.undecided import decided
from cors_constructs.simulate.model import Method


def check_parameters(method: Method, invocation: Invocation) -> None:
    """Lets the request pass the method's validator, as far as it looks at parameters; bodies are not looked at.

    Raises:
        RefusalError: A required parameter is missing.
        TemplateError: Only a deployment knows whether one that is missing is required.
    """
    if "params" not in method.validates:
        return
    missing = []
    for place, required in method.request_parameters.items():
        words = place.split(".", 3)
        if len(words) != 4 or invocation.parameter(words[2], words[3]):  # noqa: PLR2004 - method.request.kind.name
            continue
        if decided(required, method.source, f"whether {method.name} requires {place}"):
            missing.append(words[3])
    if missing:
        raise RefusalError(
            "BAD_REQUEST_PARAMETERS",
            f"{invocation.name}: the validator of {method.name} asks for {', '.join(missing)}",
            message=f"Missing required request parameters: [{', '.join(missing)}]",
        )
