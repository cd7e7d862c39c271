"""What holds of every document, whatever it says: only what is ours changes, and only once."""

import copy
import json
from collections.abc import Iterable
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from cors_constructs import CorsPolicy, ErrorResponses, patch_openapi
from cors_constructs.render.layout import Preflight
from cors_constructs.render.openapi import load_document

from ..strategies import unhurried
from .apis import ADMIN, ANY, ANYONE, APP, INTEGRATION, MARK, ONE, RESPONSES, SEVERAL, schemes_of
from .strategies import documents

# Some of the documents have answers that cannot be given headers, and that is warned of.
pytestmark = pytest.mark.filterwarnings("ignore:pages may call these")

CARRIED = {
    "access-control-allow-origin",
    "access-control-allow-credentials",
    "access-control-expose-headers",
    "vary",
}
VERBS = {name: name.upper() for name in ("get", "put", "post", "delete", "head", "patch")} | {ANY: "ANY"}
POLICIES = st.sampled_from([ONE, SEVERAL, ANYONE, CorsPolicy(allow_origins=["https://*.shop.example", ADMIN])])
OPTIONS = st.fixed_dictionaries(
    {}, optional={"error_responses": st.sampled_from(ErrorResponses), "preflight": st.sampled_from(Preflight)}
)


def text(value: Any) -> str:
    """A value as text, in which its order shows."""
    return json.dumps(value)


def is_ours(value: Any) -> bool:
    return isinstance(value, dict) and MARK in value


def unpatched(after: dict[str, Any], before: dict[str, Any]) -> dict[str, Any]:
    """A patched document without what patching may add: it must be what it was, in its order."""
    after = copy.deepcopy(after)
    after.pop(MARK, None)
    for path, item in list(after["paths"].items()):
        if is_ours(item.get("options")):
            del item["options"]
        if path not in before["paths"] and not item:
            del after["paths"][path]
    for path, item in before["paths"].items():
        for verb in VERBS.keys() & item.keys():
            operation = _with(after["paths"][path][verb], "security", item[verb])
            after["paths"][path][verb] = without_carried(operation, item[verb])
    for name in ("components", "securityDefinitions", RESPONSES):
        after = _with(after, name, before)
    return after


def without_carried(after: dict[str, Any], before: dict[str, Any]) -> dict[str, Any]:
    """An operation without what its answers may have been given; all else in them must be what it was."""
    integration = before[INTEGRATION]
    if integration["type"].endswith("_proxy"):
        return after
    for name, given_answer in (integration.get("responses") or {}).items():
        answer = after[INTEGRATION]["responses"][name]
        given_parameters = given_answer.get("responseParameters") or {}
        for parameter, value in given_parameters.items():
            now = answer["responseParameters"][parameter]
            assert now == value or (parameter.lower().endswith(".vary") and now == f"{value[:-1]}, Origin'")
        _check_headers([it.rpartition(".")[2] for it in answer.get("responseParameters") or {}], given_parameters)
        for kind, template in (given_answer.get("responseTemplates") or {}).items():
            assert answer["responseTemplates"][kind].endswith(template)
        added = answer.keys() - given_answer.keys()
        assert added <= {"responseParameters", "responseTemplates", "contentHandling"}
        for part in ("responseParameters", "responseTemplates", "contentHandling"):
            answer = _with(answer, part, given_answer)
        after[INTEGRATION]["responses"][name] = answer
    for status, response in (after.get("responses") or {}).items():
        declared = (before.get("responses") or {}).get(status)
        if isinstance(declared, dict) and "$ref" not in declared:
            _check_headers(response.get("headers") or {}, declared.get("headers") or {})
            assert _with(response, "headers", declared) == declared
    return _with(after, "responses", before)


def _check_headers(now: Iterable[str], before: Iterable[str]) -> None:
    """Only the policy's headers were added, and none of them twice."""
    names = [name.lower() for name in now]
    assert len(names) == len(set(names))
    assert set(names) - {it.rpartition(".")[2].lower() for it in before} <= CARRIED


def _with(after: dict[str, Any], name: str, before: dict[str, Any]) -> dict[str, Any]:
    """One value put back to what it was before, where it stands."""
    if name not in before:
        return {key: value for key, value in after.items() if key != name}
    return {key: before[name] if key == name else value for key, value in after.items()}


@unhurried
@given(documents(), POLICIES, OPTIONS)
def test_only_what_is_ours_changes(document: dict[str, Any], policy: CorsPolicy, options: dict[str, Any]) -> None:
    before = text(document)
    after = patch_openapi(document, policy, **options)
    assert text(document) == before
    assert text(unpatched(after, document)) == before


@unhurried
@given(documents(), POLICIES, POLICIES, OPTIONS)
def test_patching_again_is_patching_anew(
    document: dict[str, Any], policy: CorsPolicy, other: CorsPolicy, options: dict[str, Any]
) -> None:
    once = patch_openapi(document, policy, **options)
    assert text(patch_openapi(once, policy, **options)) == text(once)
    assert patch_openapi(once, other, **options) == patch_openapi(document, other, **options)


@unhurried
@given(documents(), st.data())
def test_every_operation_asks_for_a_key_unless_it_is_keyless(document: dict[str, Any], data: st.DataObject) -> None:
    names = {
        f"{VERBS[verb]} {path.rstrip('/') or '/'}": (path, verb)
        for path, item in document["paths"].items()
        for verb in VERBS.keys() & item.keys()
    }
    keyless = data.draw(st.lists(st.sampled_from(sorted(names)), unique=True)) if names else []
    after = patch_openapi(document, ONE, keyless=keyless)
    schemes = schemes_of(after) or {}
    keys = {
        name for name, it in schemes.items() if it.get("name", "").lower() == "x-api-key" and it["in"] == "header"
    } - {name for name, it in schemes.items() if "x-amazon-apigateway-authorizer" in it}
    if not keys and "api_key" not in schemes:
        keys = {"api_key"}  # nobody asked for one, so it was not added
    for name, (path, verb) in names.items():
        security = after["paths"][path][verb].get("security", after.get("security", []))
        if name in keyless:
            assert not any(keys & alternative.keys() for alternative in security)
        else:
            assert security
            assert all(keys & alternative.keys() for alternative in security)
        given_security = document["paths"][path][verb].get("security", document.get("security", []))
        kept = {guard for alternative in security for guard in alternative} - keys
        assert kept == {guard for alternative in given_security for guard in alternative} - keys
    for path, item in after["paths"].items():
        assert not item.get("options", {}).get("security")
        if VERBS.keys() & document["paths"].get(path, {}).keys():
            assert "options" in item


@unhurried
@given(documents(), POLICIES)
def test_json_and_yaml_say_the_same(document: dict[str, Any], policy: CorsPolicy) -> None:
    after = patch_openapi(document, policy)
    assert json.loads(json.dumps(after)) == after
    assert patch_openapi(json.dumps(document), policy) == after
    assert patch_openapi(yaml.safe_dump(document, sort_keys=False), policy) == after


@unhurried
@given(documents())
def test_what_is_read_is_what_was_written(document: dict[str, Any]) -> None:
    assert text(load_document(document)) == text(document)
    assert text(load_document(json.dumps(document))) == text(document)
    written = yaml.safe_dump(document, sort_keys=False)
    assert text(load_document(written)) == text(document)


def test_an_origin_of_a_policy_is_in_every_preflight() -> None:
    """The table's own check: a document of all dialects has a preflight that names the origin."""
    for document in ({"openapi": "3.0.1"}, {"openapi": "3.1.0"}, {"swagger": "2.0"}):
        item = {"get": {"x-amazon-apigateway-integration": {"type": "mock"}}}
        assert APP in text(patch_openapi({**document, "paths": {"/a": item}}, ONE)["paths"]["/a"]["options"])
