"""What the table cannot say: values that JSON lacks, what is logged and when, and what the module is."""

import ast
import asyncio
import inspect
import json
import logging
import sys
from collections import OrderedDict
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from cors_constructs import CorsPolicy, runtime
from cors_constructs.policy.scalars import MAX_MAX_AGE
from cors_constructs.runtime import add_headers, cors, headers_for

from .cases import APP, BRANCHES, CASES, HI, ONE, SEVERAL, STRANGER, TO_APP_VARY, Case, Warned, hi, preflight, proxy
from .plain_python import forget

SOURCE = Path(runtime.__file__)


@pytest.fixture(autouse=True)
def _as_in_a_new_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CORS_CONSTRUCTS_POLICY", raising=False)
    forget(runtime)


def saying(answer: Any) -> Callable[..., Any]:
    """A handler."""
    return lambda *_: answer


def test_names_left_out_mean_what_they_mean_to_the_policy() -> None:
    policy = CorsPolicy(allow_origins=[APP])
    for event in (proxy(), preflight(), proxy(STRANGER)):
        minimal, whole = ({"allow_origins": [APP]}, policy.to_dict())
        answers = [cors(saying(HI), policy=it)(event, None) for it in (minimal, whole)]
        assert answers[0] == answers[1]


@pytest.mark.parametrize(("name", "least", "most"), [("max_age", 0, MAX_MAX_AGE), ("status_code", 200, 299)])
def test_the_bounds_of_numbers_are_the_policys(name: str, least: int, most: int) -> None:
    for value in (least, most):
        assert getattr(CorsPolicy.from_dict({"allow_origins": [APP], name: value}), name) == value
        assert headers_for(proxy(), {"allow_origins": [APP], name: value})
    for value in (least - 1, most + 1):
        with pytest.raises(ValueError, match=name):
            CorsPolicy.from_dict({"allow_origins": [APP], name: value})
        assert headers_for(proxy(), {"allow_origins": [APP], name: value}) == {}


BROKEN = [case for case in CASES if case.warned is Warned.BROKEN and isinstance(case.policy, Mapping)]


@pytest.mark.parametrize("case", [pytest.param(it, id=it.id) for it in BROKEN if "branches" not in it.policy])  # type: ignore[operator]
def test_what_is_broken_is_no_policy_to_cors_policy_either(case: Case) -> None:
    with pytest.raises(ValueError, match="CorsPolicy has"):
        CorsPolicy.from_dict(json.loads(case.variable or ""))


class TestDecorating:
    def test_with_and_without_arguments(self) -> None:
        @cors
        def bare(*_: Any) -> dict[str, Any]:
            """Says hi."""
            return HI

        @cors(policy=ONE)
        def given(*_: Any) -> dict[str, Any]:
            return HI

        assert (bare.__name__, bare.__doc__, bare.__module__) == ("bare", "Says hi.", __name__)
        assert given(proxy(), None)["headers"]["Access-Control-Allow-Origin"] == APP
        assert bare(proxy(), None) is HI

    def test_an_async_handler_stays_one(self) -> None:
        @cors(policy=ONE)
        async def handler(*_: Any) -> dict[str, Any]:
            await asyncio.sleep(0)
            return HI

        assert inspect.iscoroutinefunction(handler)
        assert asyncio.run(handler(proxy(), None))["headers"]["Access-Control-Allow-Origin"] == APP

    def test_what_is_called_as_a_handler_may_be_an_object(self) -> None:
        class Application:
            def __call__(self, *_: Any) -> dict[str, Any]:
                return HI

        assert cors(Application(), policy=ONE)(proxy(), None)["headers"]["Access-Control-Allow-Origin"] == APP

    @pytest.mark.parametrize("handler", [7, "app.handler", {"allow_origins": [APP]}])
    def test_what_cannot_be_called_is_refused_at_once(self, handler: Any) -> None:
        with pytest.raises(TypeError, match="is no handler; write @cors"):
            cors(handler)

    def test_whatever_else_it_is_called_with_comes_through(self) -> None:
        def handler(_: Any, *rest: Any, **named: Any) -> dict[str, Any]:
            return {"body": [rest, named]}

        wrapped = cors(handler, policy=ONE)
        assert wrapped(proxy(), 1, 2, more=3)["body"] == [(1, 2), {"more": 3}]

    def test_twice_is_once(self) -> None:
        once = cors(saying(hi(Vary="Accept")), policy=SEVERAL)
        assert cors(once, policy=SEVERAL)(proxy(), None) == once(proxy(), None)

    def test_what_ends_the_process_ends_it(self) -> None:
        def leaving(*_: object) -> None:
            raise SystemExit

        with pytest.raises(SystemExit):
            cors(leaving, policy=ONE)(proxy(), None)


class TestValuesThatJsonLacks:
    def test_mappings_of_other_kinds(self) -> None:
        answer = MappingProxyType({"headers": OrderedDict({"X": "1"})})
        assert add_headers(MappingProxyType(proxy()), answer, SEVERAL) == {"headers": {"X": "1", **TO_APP_VARY}}

    def test_tuples_for_lists(self) -> None:
        answer = {"multiValueHeaders": {"Vary": ("Accept",)}}
        policy = {"allow_origins": (APP, STRANGER), "expose_headers": ()}
        assert add_headers(proxy(), answer, policy)["multiValueHeaders"]["Vary"] == ["Accept", "Origin"]

    @pytest.mark.parametrize("answer", [b"hi", object(), {1, 2}, {1: 2}, {"headers": {"Vary": b"x"}}])
    def test_no_answer(self, answer: Any) -> None:
        assert add_headers(proxy(), answer, SEVERAL) is answer

    @pytest.mark.parametrize("got", [dict.get, dict.__getitem__])
    def test_a_mapping_that_has_its_items_as_attributes(self, got: Any) -> None:
        answer = type("Answer", (dict,), {"__getattr__": got})(HI)
        assert cors(saying(answer), policy=SEVERAL)(proxy(), None) == {**HI, "headers": TO_APP_VARY}

    def test_an_event_with_a_header_whose_name_is_no_string(self) -> None:
        event = proxy(headers={7: "x", "origin": APP})
        assert add_headers(event, HI, SEVERAL) == {**HI, "headers": TO_APP_VARY}

    def test_a_branch_whose_path_is_no_string_is_broken(self, caplog: pytest.LogCaptureFixture) -> None:
        for _ in range(2):
            assert headers_for(proxy(), {"allow_origins": [APP], "branches": {7: {"allow_origins": ["*"]}}}) == {}
        (record,) = caplog.records
        assert "wrong: branches" in record.getMessage()

    def test_a_header_whose_name_is_no_string(self) -> None:
        added = add_headers(proxy(), {"headers": {7: "x"}}, ONE)
        assert added["headers"][7] == "x"
        assert added["headers"]["Access-Control-Allow-Origin"] == APP


class TestLog:
    def test_each_kind_of_warning_comes_once(self, caplog: pytest.LogCaptureFixture) -> None:
        wrapped = cors(saying("hi"), policy=ONE)
        for _ in range(3):
            wrapped({}, None)
            wrapped(proxy(), None)
            headers_for(proxy())
            headers_for(proxy(), "{")
            headers_for(proxy(), {"allow_origins": []})
        said = [record.getMessage() for record in caplog.records]
        assert len(said) == len(set(said)) == 4
        assert all(text.startswith("cors_constructs: ") and "; " in text for text in said)
        assert {record.levelno for record in caplog.records} == {logging.WARNING}

    def test_an_error_is_logged_with_its_traceback(self, caplog: pytest.LogCaptureFixture) -> None:
        def failing(*_: object) -> None:
            raise LookupError("the shelf is empty")

        cors(failing, policy=ONE)(proxy(), None)
        (record,) = caplog.records
        assert (record.name, record.levelno) == ("cors_constructs", logging.ERROR)
        assert "the shelf is empty" in caplog.text
        assert "in failing" in caplog.text

    @pytest.mark.parametrize("when", ["before", "after"])
    def test_an_error_of_its_own_fails_no_request(self, when: str, caplog: pytest.LogCaptureFixture) -> None:
        class Odd(dict[str, Any]):
            def get(self, *_: object) -> Any:
                raise OSError(when)

        event, answer = (Odd(), HI) if when == "before" else (proxy(), Odd(HI))
        assert cors(saying(answer), policy=ONE)(event, None) is answer
        (record,) = caplog.records
        assert record.levelno == logging.ERROR
        assert "OSError" in caplog.text


class TestVariable:
    def test_it_is_read_when_a_request_comes(self, monkeypatch: pytest.MonkeyPatch) -> None:
        wrapped = cors(saying(HI))
        for origin in (APP, STRANGER):
            monkeypatch.setenv("CORS_CONSTRUCTS_POLICY", json.dumps({"allow_origins": [origin]}))
            assert wrapped(proxy(), None)["headers"]["Access-Control-Allow-Origin"] == origin

    def test_a_text_is_read_once(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("CORS_CONSTRUCTS_POLICY", json.dumps(BRANCHES))
        headers_for(proxy())
        monkeypatch.setattr(json, "loads", None)
        assert headers_for(proxy())["Access-Control-Allow-Origin"] == APP

    def test_a_policy_that_is_passed_wins(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("CORS_CONSTRUCTS_POLICY", json.dumps({"allow_origins": [STRANGER]}))
        assert headers_for(proxy(), ONE)["Access-Control-Allow-Origin"] == APP

    @pytest.mark.parametrize("bridge", [runtime.flask_cors, runtime.starlette_cors])
    def test_a_bridge_takes_no_branches(self, bridge: Any, caplog: pytest.LogCaptureFixture) -> None:
        told = bridge(BRANCHES)
        assert told == bridge({"allow_origins": [""]})
        assert "branches" in caplog.text

    def test_json_that_is_too_deep_is_broken(self, caplog: pytest.LogCaptureFixture) -> None:
        for _ in range(2):
            assert headers_for(proxy(), "[" * 100_000) == {}
        (record,) = caplog.records
        assert "is no policy" in record.getMessage()


class TestModule:
    def test_it_imports_the_standard_library_only(self) -> None:
        tree = ast.parse(SOURCE.read_text())
        imports = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
        names = {
            name.partition(".")[0]
            for node in imports
            for name in ([node.module or ""] if isinstance(node, ast.ImportFrom) else [it.name for it in node.names])
        }
        assert not any(isinstance(node, ast.ImportFrom) and node.level for node in imports)
        assert names - set(sys.stdlib_module_names) == {"aws_lambda_powertools"}

    def test_importing_it_loads_little(self) -> None:
        at_once = {node.module for node in ast.parse(SOURCE.read_text()).body if isinstance(node, ast.ImportFrom)}
        assert at_once == {"__future__", "collections.abc", "types"}

    def test_it_is_small(self) -> None:
        assert SOURCE.stat().st_size < 16_000

    def test_a_name_that_is_not_there_is_an_attribute_error(self) -> None:
        with pytest.raises(AttributeError, match="has no attribute 'wrap'"):
            _ = runtime.wrap
