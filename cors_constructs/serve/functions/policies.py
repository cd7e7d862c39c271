"""What an authorizer's function says: its policy, read as API Gateway reads it.

https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-output.html
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from cors_constructs.simulate.gateway.decisions import Access, Decision

_ACTION: Final = "execute-api:Invoke"


class MalformedPolicyError(ValueError):
    """An answer that is none of an authorizer; the message, one line, says why."""


def decision_of(payload: bytes, arn: str) -> Decision:
    """What an authorizer's answer means for a call.

    A statement that denies wins over those that allow; where none speaks of the call, it is denied. Statements with
    conditions are not understood, nor those of `NotAction` and `NotResource`.

    Args:
        payload: The answer, as JSON.
        arn: The ARN of what is called.

    Raises:
        MalformedPolicyError: It cannot be read, which API Gateway answers with 500.
    """
    answer = _parsed(payload)
    if not isinstance(answer, dict):
        raise MalformedPolicyError("it is to be an object with principalId and policyDocument")
    principal = answer.get("principalId")
    if not isinstance(principal, str):
        raise MalformedPolicyError("its principalId is to be a string")
    usage_key, context = answer.get("usageIdentifierKey"), answer.get("context") or {}
    if not isinstance(usage_key, str | None):
        raise MalformedPolicyError("its usageIdentifierKey is to be a string")
    if not isinstance(context, dict) or not all(isinstance(it, str | int | float | None) for it in context.values()):
        raise MalformedPolicyError("its context is to be an object of strings, numbers and booleans")
    effects = {effect for effect, actions, resources in _statements(answer) if _speaks(actions, resources, arn)}
    access = Access.ALLOWED if effects == {"Allow"} else Access.DENIED
    told = {name: _text(value) for name, value in context.items()}
    return Decision(access, usage_key, principal=principal, context=told)


def _parsed(payload: bytes) -> Any:
    try:
        return json.loads(payload)
    except (ValueError, RecursionError) as error:
        raise MalformedPolicyError("it is no JSON") from error


def _statements(answer: Mapping[str, Any]) -> Iterator[tuple[str, list[str], list[str]]]:
    policy = answer.get("policyDocument")
    statements = policy.get("Statement") if isinstance(policy, dict) else None
    if isinstance(statements, dict):
        statements = [statements]
    if not isinstance(statements, list) or not statements:
        raise MalformedPolicyError("its policyDocument is to have a list of Statement")
    for statement in statements:
        if not isinstance(statement, dict) or statement.get("Effect") not in {"Allow", "Deny"}:
            raise MalformedPolicyError("each Statement of its policyDocument is to have the Effect Allow or Deny")
        if beyond := sorted({"Condition", "NotAction", "NotResource"} & set(statement)):
            raise MalformedPolicyError(
                f"a Statement of its policyDocument has {', '.join(beyond)}, not understood here"
            )
        yield statement["Effect"], _texts(statement, "Action"), _texts(statement, "Resource")


def _texts(statement: Mapping[str, Any], name: str) -> list[str]:
    given = statement.get(name)
    texts = [given] if isinstance(given, str) else given
    if not isinstance(texts, list) or not texts or not all(isinstance(it, str) for it in texts):
        raise MalformedPolicyError(f"each Statement of its policyDocument is to have {name}, a string or some")
    return texts


def _speaks(actions: list[str], resources: list[str], arn: str) -> bool:
    called = any(_matches(it.lower(), _ACTION.lower()) for it in actions)
    return called and any(_matches(it, arn) for it in resources)


def _matches(pattern: str, text: str) -> bool:
    """Whether a text is of a pattern's form: `*` stands for any characters, `?` for one."""
    pieces = (".*" if it == "*" else "." if it == "?" else re.escape(it) for it in re.sub(r"\*+", "*", pattern))
    return re.fullmatch("".join(pieces), text, re.DOTALL) is not None


def _text(value: Any) -> Any:
    """What reaches a backend of a context's value: a string.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-output.html
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if value is None else str(value)
