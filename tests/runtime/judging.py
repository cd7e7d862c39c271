"""Whether what came of a case is what the table says."""

from collections.abc import Mapping
from typing import Any

from cors_constructs import CorsPolicy
from cors_constructs.render import preflight_answer
from cors_constructs.simulate.browser.cors_check import check_access
from cors_constructs.simulate.messages import Headers
from tests.render.engine import run

from .cases import Case, Outcome


def judge(case: Case, result: Mapping[str, Any]) -> None:
    """Fails unless the result, as `plain_python.run` gives it, is what the case says."""
    assert (result["got"], result["raised"]) == (case.expected, case.outcome is Outcome.RAISED)
    assert result["untouched"], "the event or the handler's answer was changed"
    assert result["same"] or case.outcome is not Outcome.UNHARMED
    assert result["calls"] == (0 if case.outcome is Outcome.PREFLIGHT else 1)
    assert result["as_given"], "the handler got something else"
    assert len(result["errors"]) == (1 if case.outcome is Outcome.FAILED else 0)
    assert len(result["warnings"]) == (0 if case.warned is None else 1)
    if case.warned is not None:
        (line,) = result["warnings"]
        assert case.warned.value in line
        assert "\n" not in line


def readable(answer: Mapping[str, Any], origin: str) -> bool:
    """Whether a page of that origin may read a proxy answer, by the CORS check of browsers."""
    return check_access(Headers(lines(answer)), origin, include=False) is None


def lines(answer: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The header lines that API Gateway sends for a proxy answer: it merges both maps."""
    single = [(name, value) for name, value in (answer.get("headers") or {}).items()]
    lists = {
        name: values for name, values in (answer.get("multiValueHeaders") or {}).items() if isinstance(values, list)
    }
    multi = [(name, each) for name, values in lists.items() for each in values]
    return [(name, str(value)) for name, value in [*single, *multi]]


def mock_preflight(policy: CorsPolicy, origin: str) -> dict[str, Any]:
    """What the MOCK behind OPTIONS answers on a resource with ANY, as a proxy answer would say it."""
    answer = preflight_answer(policy, ["ANY"])
    overrides = run(answer.response_template, {"origin": origin}) if answer.response_template else {}
    return {"statusCode": int(answer.status_code), "headers": {**answer.static_headers, **overrides}, "body": ""}
