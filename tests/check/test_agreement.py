"""What the checker says and what a simulated browser meets at a simulated gateway are the same thing."""

from collections.abc import Iterator
from typing import Final

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from cors_constructs.check import Answer, Severity, check
from cors_constructs.simulate import Browser, Gateway, Request, Response, TemplateError, Verdict
from cors_constructs.simulate.model import Api, Method, Template
from cors_constructs.simulate.template import read_template

from .breakages import BREAKAGES, EXAMPLES, Breakage, Broken

PAGES: Final = {
    "ReadersApi": "https://app.example.com",
    "StaffApi": "https://staff.example.com",
    "WebApi": "https://admin.example.com",
    "EmbedApi": "https://www.example.com",
    "Api": "https://app.example.com",
}

# Where one of these is found, some call from a page fails. (Others are about strangers, or about calls that browsers
# do not make.)
FATAL: Final = {
    "CORS170", "CORS171", "CORS188", "CORS192", "CORS201", "CORS202", "CORS203", "CORS204", "CORS205", "CORS206",
    "CORS207", "CORS208", "CORS209", "CORS210", "CORS213", "CORS220", "CORS401",
}  # fmt: skip

_PROOFS: Final = {
    "AWS_IAM": "AWS4-HMAC-SHA256 Credential=key/20000101/eu-west-1/execute-api/aws4_request, Signature=0",
    "CUSTOM": "Bearer token",
    "COGNITO_USER_POOLS": "Bearer token",
}


def willing(request: Request) -> Response:
    """A backend that answers every page."""
    return Response(200, {"Access-Control-Allow-Origin": request.headers.get("origin", "*")})


def calls(template: Template) -> Iterator[tuple[Method, Verdict]]:
    """A page's call of each method, with all that the method asks for."""
    for api in template.apis:
        origin = PAGES[str(api.name)]
        gateway = Gateway.from_template(template, api=api.source.logical_id, backend=willing)
        for method in api.methods:
            if method.verb == "OPTIONS":
                continue
            headers = {"authorization": _PROOFS[str(method.authorization)]} if method.authorization != "NONE" else {}
            if method.api_key_required is True:
                headers["x-api-key"] = key_of(gateway, api)
            verb = "DELETE" if method.verb == "ANY" else method.verb
            path = method.path.replace("{", "").replace("}", "")
            yield method, Browser(gateway).fetch(verb, f"{path}?signature=s", origin=origin, headers=headers)


def key_of(gateway: Gateway, api: Api) -> str:
    for plan in api.plans:
        for key in plan.keys:
            return gateway.key(key.source.logical_id)
    return "no-key-that-anybody-has"


def failures(template: Template) -> list[str] | None:
    """The calls that fail; None where only a deployment knows."""
    try:
        return [f"{method.name}: {verdict}" for method, verdict in calls(template) if is_failure(verdict)]
    except TemplateError:
        return None


def is_failure(verdict: Verdict) -> bool:
    return not verdict.allowed or verdict.response is None or verdict.response.status >= 400


def compare(template: Template) -> None:
    found = check(template)
    failed = failures(template)
    if failed is None:
        assert any(finding.answer is Answer.CANNOT_TELL for finding in found)
        return
    if failed:
        serious = [
            finding
            for finding in found
            if finding.rule.severity is Severity.ERROR
            or finding.answer is Answer.CANNOT_TELL
            or finding.rule.id in {"CORS405", "CORS410", "CORS404", "CORS182", "CORS183"}
        ]
        assert serious, failed
    fatal = [finding for finding in found if finding.rule.id in FATAL and finding.answer is Answer.WRONG]
    if fatal:
        assert failed, fatal


@pytest.mark.parametrize("name", EXAMPLES)
def test_nothing_is_found_and_every_call_works(name: str) -> None:
    template = read_template(Broken(name).document)
    assert failures(template) == []
    assert check(template) == []


@pytest.mark.parametrize("breakage", BREAKAGES, ids=[breakage.name for breakage in BREAKAGES])
@pytest.mark.parametrize("name", EXAMPLES)
def test_one_breakage_is_found_where_calls_fail(name: str, breakage: Breakage) -> None:
    broken = Broken(name)
    breakage.apply(broken)
    compare(read_template(broken.document))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(st.sampled_from(EXAMPLES), st.lists(st.sampled_from(BREAKAGES), min_size=2, max_size=4, unique_by=id))
def test_several_breakages_are_found_where_calls_fail(name: str, breakages: list[Breakage]) -> None:
    broken = Broken(name)
    try:
        for breakage in breakages:
            breakage.apply(broken)
        template = read_template(broken.document)
    except (AttributeError, LookupError, StopIteration, TemplateError):
        assume(False)  # noqa: FBT003 - one has taken away what another one breaks or needs
    compare(template)
