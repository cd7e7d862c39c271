"""The table, run by the Python module; and what the table says beside `CorsPolicy` and the API's own preflights."""

from typing import Any

import pytest

from cors_constructs import CorsPolicy, runtime

from .cases import CASES, ORIGINS, Case, OriginCase, Outcome
from .judging import judge, mock_preflight, readable
from .plain_python import KINDS, run


def rows(*outcomes: Outcome, group: str = "", of_policies: bool = False) -> list[Any]:
    chosen = [case for case in CASES if not outcomes or case.outcome in outcomes]
    chosen = [case for case in chosen if case.id.startswith(group)]
    return [pytest.param(it, id=it.id) for it in chosen if not of_policies or isinstance(it.policy, CorsPolicy)]


def origins_sent(case: Case) -> list[str]:
    """The values of Origin, as the wire had them."""
    maps = [case.event.get(name) for name in ("headers", "multiValueHeaders")]
    single, multi = (
        [them[it] for it in them if it.lower() == "origin"] if isinstance(them, dict) else [] for them in maps
    )
    values = single or [value for values in multi if isinstance(values, list) for value in values]
    return [value for value in values if isinstance(value, str)]


@pytest.fixture(autouse=True)
def _variable_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CORS_CONSTRUCTS_POLICY", "")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("case", rows())
def test_a_wrapped_handler_answers_as_the_table_says(case: Case, kind: str) -> None:
    judge(case, run(runtime, case.to_dict(), kind))


@pytest.mark.parametrize("case", [pytest.param(case, id=case.id) for case in ORIGINS])
def test_headers_are_those_of_the_policy(case: OriginCase) -> None:
    told = runtime.headers_for(case.event, case.policy)
    assert told == case.policy.headers_for(case.origin)
    assert case.allowed is (case.origin is not None and told.get("Access-Control-Allow-Origin") == case.origin)


@pytest.mark.parametrize("case", rows(group="added: ", of_policies=True))
def test_what_the_table_has_added_is_what_the_policy_says(case: Case) -> None:
    assert isinstance(case.policy, CorsPolicy)
    assert case.expected["headers"] == case.policy.headers_for(case.event["headers"].get("origin"))


@pytest.mark.parametrize("case", rows(Outcome.READABLE, Outcome.OPAQUE))
def test_a_page_can_read_what_the_table_calls_readable(case: Case) -> None:
    (origin, *_) = [*origins_sent(case), "https://nobody.test"]
    assert readable(case.expected, origin) is (case.outcome is Outcome.READABLE)


@pytest.mark.parametrize("case", rows(Outcome.PREFLIGHT, of_policies=True))
def test_a_stray_preflight_is_answered_as_the_api_itself_would(case: Case) -> None:
    assert isinstance(case.policy, CorsPolicy)
    assert case.expected == mock_preflight(case.policy, ", ".join(origins_sent(case)))


def test_every_outcome_and_every_warning_is_in_the_table() -> None:
    assert {case.outcome for case in CASES} == set(Outcome)
    ids = [*(case.id for case in CASES), *(case.id for case in ORIGINS)]
    assert len(ids) == len(set(ids))
