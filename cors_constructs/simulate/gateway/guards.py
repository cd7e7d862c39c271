"""Who may call: authorizers and AWS signatures, decided by the caller of the simulation."""

from collections.abc import Callable, Generator, Sequence
from typing import TypeAlias

from cors_constructs.simulate.gateway.calls import Call
from cors_constructs.simulate.gateway.decisions import Access, Decision
from cors_constructs.simulate.gateway.expressions import expression
from cors_constructs.simulate.gateway.invocation import Invocation
from cors_constructs.simulate.gateway.refusals import RefusalError
from cors_constructs.simulate.gateway.undecided import decided
from cors_constructs.simulate.messages import Request
from cors_constructs.simulate.model import Api, Method
from cors_constructs.simulate.vtl.error import MappingError
from cors_constructs.simulate.vtl.java_regex import fullmatch

Authorize: TypeAlias = Callable[[Request, Method], "Decision | Access | bool"]


def check_guard(api: Api, method: Method, invocation: Invocation) -> Generator[Call, object, None]:
    """Lets the request pass the method's guard, which it asks for.

    A request without what the authorizer reads (its identity sources) is answered 401, and the authorizer is not asked
    (https://docs.aws.amazon.com/apigateway/latest/developerguide/configure-api-gateway-lambda-authorization.html). One
    without an AWS signature is told that a token is missing.

    Yields:
        A call of the kind `authorizer`. It is answered by a `Decision`, an `Access` or a bool; an `OSError` thrown in
        is an authorizer that fails.

    Raises:
        RefusalError: It does not pass.
        TemplateError: Only a deployment knows whether there is a guard.
        TypeError: The caller's decision is none.
    """
    kind = decided(method.authorization, method.source, f"whether {method.name} is guarded").upper()
    if kind == "NONE":
        return
    if kind == "AWS_IAM":
        _check_signature(method, invocation)
    else:
        _check_sources(method, invocation)
    try:
        answer = yield Call("authorizer", api, method, invocation.request, invocation)
    except OSError as error:
        why = (
            f"{invocation.name}: the authorizer {_title(method)} gives no answer: {str(error) or type(error).__name__}"
        )
        raise RefusalError("AUTHORIZER_FAILURE", why) from error
    decision = _decision(answer, kind)
    if decision.access is Access.ALLOWED:
        invocation.decision = decision
        return
    raise RefusalError(
        {
            Access.DENIED: "ACCESS_DENIED",
            Access.UNAUTHORIZED: "UNAUTHORIZED",
            Access.FAILED: "AUTHORIZER_FAILURE",
        }[decision.access],
        f"{invocation.name}: the authorizer {_title(method)} says {decision.access.value}",
    )


def _check_signature(method: Method, invocation: Invocation) -> None:
    given = invocation.parameter("header", "authorization")
    if given is not None and not given.startswith("AWS4-"):
        raise RefusalError(
            "INVALID_SIGNATURE",
            f"{invocation.name}: {method.name} asks for an AWS signature, and Authorization is none",
        )
    if given is None and "X-Amz-Signature" not in invocation.query_parameters:
        raise RefusalError(
            "MISSING_AUTHENTICATION_TOKEN",
            f"{invocation.name}: {method.name} asks for an AWS signature, and the request has none{_hint(method)}",
        )


def _check_sources(method: Method, invocation: Invocation) -> None:
    for source in _identity_sources(method):
        read = expression(source, "integration")
        value = None if read is None else read(invocation, None)
        if not value:
            raise RefusalError(
                "UNAUTHORIZED",
                f"{invocation.name}: the authorizer {_title(method)} of {method.name} reads {source}, and the request "
                f"has none{_hint(method)}",
            )
        if not _is_valid(method, value):
            raise RefusalError(
                "UNAUTHORIZED",
                f"{invocation.name}: the token in {source} does not match the authorizer {_title(method)}'s validation",
            )


def _hint(method: Method) -> str:
    if method.verb not in {"OPTIONS", "ANY"}:
        return ""
    return ", as a preflight never has: give OPTIONS a method without authorization"


def _identity_sources(method: Method) -> Sequence[str]:
    authorizer = method.authorizer
    if authorizer is None or authorizer.identity_source is None:
        # A REQUEST authorizer may read nothing; the others read this header, and so may one of another template.
        if authorizer is not None and authorizer.type == "REQUEST":
            return ()
        return ("method.request.header.Authorization",)
    question = f"what the authorizer {_title(method)} reads"
    given = decided(authorizer.identity_source, authorizer.source, question)
    return [source.strip() for source in given.split(",") if source.strip()]


def _is_valid(method: Method, value: str) -> bool:
    authorizer = method.authorizer
    if authorizer is None or authorizer.validation is None:
        return True
    pattern = decided(authorizer.validation, authorizer.source, f"which tokens {_title(method)} takes")
    try:
        return fullmatch(value, pattern)
    except MappingError as error:
        raise RefusalError("AUTHORIZER_CONFIGURATION_ERROR", f"the authorizer {_title(method)}: {error}") from error


def _title(method: Method) -> str:
    return str(method.authorization) if method.authorizer is None else str(method.authorizer.name)


def _decision(answer: object, kind: str) -> Decision:
    if isinstance(answer, Decision):
        return answer
    if isinstance(answer, Access):
        return Decision(answer)
    if isinstance(answer, bool):
        # Cognito tells no caller apart: a token is valid or not.
        no = Access.UNAUTHORIZED if kind == "COGNITO_USER_POOLS" else Access.DENIED
        return Decision(Access.ALLOWED if answer else no)
    raise TypeError(f"an authorizer decides by True, False, an Access or a Decision, not by {answer!r}")
