"""CORS405 to CORS407, CORS409, CORS412: API keys themselves, and where they are asked for and read from."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from cors_constructs.check.findings import Finding, Rule, Severity
from cors_constructs.check.subject import Subject
from cors_constructs.check.wording import asks, listed, names_of
from cors_constructs.simulate.model import Method
from cors_constructs.simulate.values import Unresolved

_PLANS = "https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-api-usage-plans.html"
_KEY = "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-apikey.html"
_SOURCE = "https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-api-key-source.html"

_ISSUES = "https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html"

_LENGTHS = range(20, 129)
_DYNAMIC_REFERENCE = "{{resolve:"


def _disabled(rule: Rule, subject: Subject) -> Iterator[Finding]:
    for key in subject.template.keys:
        name, fix = key.source.logical_id, f"in {key.source.logical_id} write Enabled: true"
        if isinstance(key.enabled, Unresolved):
            message = f"whether the API key {name} is enabled depends on {key.enabled}"
            yield rule.cannot_tell(key.source, message, fix)
        elif not key.enabled:
            message = f"the API key {name} is disabled: whoever sends it gets 403"
            yield rule.wrong(key.source, message, f"{fix}, or remove the key")


def _length(rule: Rule, subject: Subject) -> Iterator[Finding]:
    for key in subject.template.keys:
        if isinstance(key.value, str) and _is_written_out(key.value) and len(key.value) not in _LENGTHS:
            message = (
                f"the value of API key {key.source.logical_id} has {len(key.value)} characters, and API Gateway takes "
                f"{_LENGTHS.start} to {_LENGTHS.stop - 1}: the deployment fails"
            )
            yield rule.wrong(key.source, message, f"remove {key.source.logical_id}.Value: API Gateway makes one up")


def _written(rule: Rule, subject: Subject) -> Iterator[Finding]:
    for key in subject.template.keys:
        if isinstance(key.value, str) and _is_written_out(key.value) and len(key.value) in _LENGTHS:
            message = f"the value of API key {key.source.logical_id} stands in the template, for every reader of it"
            fix = (
                f"remove {key.source.logical_id}.Value and read the value that API Gateway makes up with "
                "aws apigateway get-api-key --include-value; or refer to a secret: {{resolve:secretsmanager:<name>}}"
            )
            yield rule.wrong(key.source, message, fix)


def _is_written_out(value: str) -> bool:
    return _DYNAMIC_REFERENCE not in value


def _no_lambda_authorizer(rule: Rule, subject: Subject) -> Iterator[Finding]:
    for facts in subject.apis:
        if facts.api.api_key_source != "AUTHORIZER":
            continue
        without = [method for method in facts.keyed if method.authorization != "CUSTOM"]
        wrong: list[Method] = [method for method in without if isinstance(method.authorization, str)]
        unknown = [method for method in without if isinstance(method.authorization, Unresolved)]
        taken = "the API takes keys from its authorizers (ApiKeySourceType: AUTHORIZER)"
        fix = (
            f"guard them by a Lambda authorizer that returns usageIdentifierKey, or write ApiKeySourceType: HEADER in "
            f"{facts.api.source.logical_id}"
        )
        if wrong:
            message = f"{taken}, and {names_of(wrong)} {asks(wrong)} for a key and no Lambda authorizer: always 403"
            yield rule.wrong(facts.api.source, message, fix)
        elif unknown:
            message = f"{taken}, and whether one guards {names_of(unknown)} depends on {unknown[0].authorization}"
            yield rule.cannot_tell(facts.api.source, message, fix)


def _at_the_root(rule: Rule, subject: Subject) -> Iterator[Finding]:
    for facts in subject.apis:
        schemes = _key_schemes(facts.document)
        root = facts.document.get("security")
        asked = [name for it in root if isinstance(it, Mapping) for name in it] if isinstance(root, list) else []
        scheme = next((name for name in asked if name in schemes), None)
        silent = [method for method in facts.calls if not _has_security(facts.document, method)]
        if scheme is not None and silent:
            message = (
                f"the root of the document asks for the key {scheme}, which API Gateway overlooks: {names_of(silent)} "
                f"{asks(silent)} for none"
            )
            fix = f"write security: [{{{scheme}: []}}] in {listed(f'the operation {it.name}' for it in silent)}"
            yield rule.wrong(facts.api.source, message, fix)


def _key_schemes(document: Mapping[str, Any]) -> set[str]:
    """The names of the document's schemes that are API Gateway's keys."""
    components = document.get("components")
    inside = components.get("securitySchemes") if isinstance(components, Mapping) else None
    schemes = inside or document.get("securityDefinitions")
    said = schemes.items() if isinstance(schemes, Mapping) else ()
    return {name for name, it in said if isinstance(it, Mapping) and str(it.get("name")).lower() == "x-api-key"}


def _has_security(document: Mapping[str, Any], method: Method) -> bool:
    """Whether an operation says itself what it asks for, or is none of the document's."""
    paths = document.get("paths")
    item = paths.get(method.path) if isinstance(paths, Mapping) else None
    verb = "x-amazon-apigateway-any-method" if method.verb == "ANY" else method.verb.lower()
    operation = item.get(verb) if isinstance(item, Mapping) else None
    return not isinstance(operation, Mapping) or "security" in operation


# fmt: off
RULES: Final = (
    Rule("CORS405", "An API key is disabled", Severity.WARNING,
        "Calls that carry a disabled key are answered 403.", "Enable the key, or remove it.", _KEY, _disabled),
    Rule("CORS406", "An API key's value is too short or too long", Severity.ERROR,
        "A key's value has 20 to 128 characters. API Gateway refuses any other, and the deployment fails.",
        "Leave the value out, and API Gateway makes one up.", _PLANS, _length),
    Rule("CORS407", "An API key's value stands in the template", Severity.WARNING,
        "Templates are kept in repositories, buckets and CloudFormation's console: whoever can read one has the key.",
        "Leave the value out, and API Gateway makes one up; or refer to a secret.", _KEY, _written),
    Rule("CORS409", "Keys come from authorizers, and a method has none", Severity.ERROR,
        "With ApiKeySourceType AUTHORIZER a key in the x-api-key header counts for nothing. A method that asks for a "
        "key without a Lambda authorizer to name one is answered 403.",
        "Guard the method by a Lambda authorizer, or take keys from the header.", _SOURCE, _no_lambda_authorizer),
    Rule("CORS412", "An OpenAPI document asks for the key at its root", Severity.WARNING,
        "API Gateway reads the security of operations, and overlooks that of the document: methods that say nothing "
        "themselves are open to all.",
        "Write security at each operation, and none at OPTIONS.", _ISSUES, _at_the_root),
)
