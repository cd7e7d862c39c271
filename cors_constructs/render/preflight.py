"""The preflight's answer: one MOCK method, as CloudFormation values.

What it says follows https://fetch.spec.whatwg.org/#http-responses; how API Gateway is told follows
https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-cors.html and
https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-mock-integration.html.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

import attrs

from cors_constructs.policy import CorsPolicy
from cors_constructs.render.literals import literal
from cors_constructs.render.vtl import when_origin_matches

# API Gateway's limit for a mapping template, in bytes.
# https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
MAX_TEMPLATE_BYTES: Final = 300 * 1024

# What ANY stands for. OPTIONS is left out: it is the preflight's own, and pages hardly ever send it themselves.
_ANY_MEANS: Final = ("DELETE", "GET", "HEAD", "PATCH", "POST", "PUT")

# What the MOCK integration reads. Valid JSON, unlike the CDK's own; any status the default response takes will do.
REQUEST_TEMPLATES: Final[Mapping[str, str]] = {"application/json": '{"statusCode":200}'}
# An OPTIONS with another Content-Type gets 415, with the gateway response's CORS headers, and not 500.
PASSTHROUGH_BEHAVIOR: Final = "NEVER"
# With binary media types no template, of the request or of the response, would be read otherwise, and every preflight
# get 500: browsers send "Accept: */*".
# https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-payload-encodings-workflow.html
CONTENT_HANDLING: Final = "CONVERT_TO_TEXT"


@attrs.frozen(kw_only=True)
class PreflightAnswer:
    """What a MOCK OPTIONS method answers, in API Gateway's terms.

    Attributes:
        status_code: The status of the answer, as text.
        static_headers: Headers sent to everybody: value, unquoted, by name.
        declared_headers: Every header the method response has to declare.
        response_template: The mapping template that answers listed origins only; None where the answer is static.
    """

    status_code: str
    static_headers: Mapping[str, str]
    declared_headers: tuple[str, ...]
    response_template: str | None = None

    @property
    def response_parameters(self) -> dict[str, str]:
        """The integration response's parameter mappings."""
        return {_parameter(name): literal(value) for name, value in self.static_headers.items()}

    @property
    def method_response_parameters(self) -> dict[str, bool]:
        """The method response's declarations."""
        return {_parameter(name): True for name in self.declared_headers}

    @property
    def response_templates(self) -> dict[str, str] | None:
        """The integration response's templates; None for a static answer."""
        return None if self.response_template is None else {"application/json": self.response_template}

    @property
    def response_content_handling(self) -> str | None:
        """The integration response's content handling, which keeps its template read; None for a static answer."""
        return None if self.response_template is None else CONTENT_HANDLING


def preflight_answer(
    policy: CorsPolicy, methods: Iterable[str], *, join: Callable[[Sequence[str]], str] | None = None
) -> PreflightAnswer:
    """What OPTIONS answers on a resource.

    Args:
        policy: Who may do what.
        methods: The methods that the resource has; `ANY` stands for all of them, and OPTIONS does not count. They
            are what is allowed unless the policy names methods itself.
        join: Makes one string of an origin list that only deployment knows, its elements joined by commas. Needed
            where the policy has such lists.

    Raises:
        ValueError: There is no method to allow, `join` is missing, or the origins do not fit into a mapping template.
    """
    allowed = {
        "Access-Control-Allow-Methods": ",".join(allowed_methods(policy, methods)),
        "Access-Control-Allow-Headers": ",".join(policy.allow_headers),
        **({"Access-Control-Allow-Credentials": "true"} if policy.allow_credentials else {}),
        # 0 is sent: it means "ask again each time", where no header means 5 seconds.
        # https://fetch.spec.whatwg.org/#http-access-control-max-age
        "Access-Control-Max-Age": str(policy.max_age),
    }
    status = str(policy.status_code)
    if not policy.depends_on_origin:
        # One answer for everybody, and so no Vary: https://fetch.spec.whatwg.org/#cors-protocol-and-http-caches
        static = {"Access-Control-Allow-Origin": only_origin(policy), **allowed}
        return PreflightAnswer(status_code=status, static_headers=static, declared_headers=tuple(static))
    template = when_origin_matches(
        allowed,
        exact=policy.exact_origins,
        patterns=policy.origin_patterns,
        lists=joined_lists(policy, join),
    )
    if len(template.encode()) > MAX_TEMPLATE_BYTES:
        raise ValueError(
            f"the policy's origins make a mapping template of {len(template.encode()):,} bytes, and API Gateway takes "
            f"{MAX_TEMPLATE_BYTES:,}: name fewer origins, or use patterns"
        )
    return PreflightAnswer(
        status_code=status,
        static_headers={"Vary": "Origin"},
        # Overrides need no declaration; Allow-Origin is declared so that readers, tools among them, see a preflight.
        declared_headers=("Access-Control-Allow-Origin", "Vary"),
        response_template=template,
    )


def allowed_methods(policy: CorsPolicy, methods: Iterable[str]) -> tuple[str, ...]:
    """The methods to allow on a resource: the policy's own list, or else what the resource has.

    Raises:
        ValueError: There is none.
    """
    if policy.allow_methods is not None:
        return policy.allow_methods
    had = set(methods)
    if "ANY" in had:
        return _ANY_MEANS
    allowed = tuple(sorted(had - {"OPTIONS"}))
    if not allowed:
        raise ValueError("a resource without methods needs no preflight")
    return allowed


def only_origin(policy: CorsPolicy) -> str:
    """The `Access-Control-Allow-Origin` of a policy whose answer does not depend on the origin."""
    return "*" if policy.any_origin else policy.exact_origins[0]


def joined_lists(policy: CorsPolicy, join: Callable[[Sequence[str]], str] | None) -> list[str]:
    """The origin lists that only deployment knows, each as one string of origins joined by commas.

    Raises:
        ValueError: There are some, and `join` is missing.
    """
    if not policy.origin_lists:
        return []
    if join is None:
        raise ValueError("the policy has origin lists that only deployment knows: say how to join them")
    return [join([element]) for element in policy.origin_lists]


def _parameter(header: str) -> str:
    return f"method.response.header.{header}"
