"""Which method a request reaches."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cors_constructs.simulate.gateway.routing import Router
from cors_constructs.simulate.model import Method

from .models import api, method, source

TREE = (
    "GET /",
    "GET /users",
    "POST /users",
    "GET /users/{id}",
    "ANY /users/{id}/orders",
    "GET /users/me",
    "DELETE /users/me/orders",
    "GET /files/{path+}",
    "GET /files/index",
    "GET /Case",
    "GET /a b",
    "OPTIONS /{proxy+}",
)


def routed(request: str, *names: str) -> tuple[str, dict[str, str]] | None:
    verb, path = request.split(" ", 1)
    route = Router(api(*map(_named, names or TREE))).route(verb, path)
    return None if route is None else (route.method.name, dict(route.parameters))


def _named(name: str) -> Method:
    verb, path = name.split(" ", 1)
    return Method(source(), path, verb)


@pytest.mark.parametrize(
    ("request_", "reached", "parameters"),
    [
        pytest.param("GET /", "GET /", {}, id="the root"),
        pytest.param("GET /users", "GET /users", {}, id="a literal path"),
        pytest.param("GET /users/", "GET /users", {}, id="a slash at the end does not count"),
        pytest.param("GET /users//", "GET /users", {}, id="nor do two"),
        pytest.param("POST /users", "POST /users", {}, id="another verb of it"),
        pytest.param("GET /users/7", "GET /users/{id}", {"id": "7"}, id="a parameter"),
        pytest.param("GET /users/me", "GET /users/me", {}, id="a literal goes before a parameter"),
        pytest.param("GET /users/7/orders", "ANY /users/{id}/orders", {"id": "7"}, id="ANY takes GET"),
        pytest.param("PATCH /users/7/orders", "ANY /users/{id}/orders", {"id": "7"}, id="ANY takes PATCH"),
        pytest.param("OPTIONS /users/7/orders", "ANY /users/{id}/orders", {"id": "7"}, id="ANY swallows a preflight"),
        pytest.param("DELETE /users/me/orders", "DELETE /users/me/orders", {}, id="a literal way to the verb"),
        pytest.param(
            "GET /users/me/orders", "ANY /users/{id}/orders", {"id": "me"}, id="a literal way without the verb is left"
        ),
        pytest.param("OPTIONS /users", "OPTIONS /{proxy+}", {"proxy": "users"}, id="OPTIONS falls through a literal"),
        pytest.param("OPTIONS /users/7", "OPTIONS /{proxy+}", {"proxy": "users/7"}, id="and through a parameter"),
        pytest.param("OPTIONS /nowhere", "OPTIONS /{proxy+}", {"proxy": "nowhere"}, id="greedy takes what is nowhere"),
        pytest.param("OPTIONS /a/b/c/d", "OPTIONS /{proxy+}", {"proxy": "a/b/c/d"}, id="greedy takes many segments"),
        pytest.param("GET /files/x/y.txt", "GET /files/{path+}", {"path": "x/y.txt"}, id="greedy below a literal"),
        pytest.param("GET /files/index", "GET /files/index", {}, id="a literal goes before greedy"),
        pytest.param("GET /users/a%20b", "GET /users/{id}", {"id": "a b"}, id="parameters are decoded"),
        pytest.param("GET /users/a%2Fb", "GET /users/{id}", {"id": "a/b"}, id="an encoded slash parts nothing"),
        pytest.param("GET /%75sers", "GET /users", {}, id="literals are compared decoded"),
        pytest.param("GET /a%20b", "GET /a b", {}, id="a literal with a blank"),
    ],
)
def test_a_request_reaches(request_: str, reached: str, parameters: dict[str, str]) -> None:
    assert routed(request_) == (reached, parameters)


@pytest.mark.parametrize(
    "request_",
    [
        pytest.param("OPTIONS /", id="greedy does not take the root"),
        pytest.param("DELETE /users", id="a verb that is not there"),
        pytest.param("GET /nowhere", id="a path that is not there"),
        pytest.param("GET /case", id="paths are case-sensitive"),
        pytest.param("get /users", id="verbs are case-sensitive"),
        pytest.param("GET /files", id="greedy needs a segment"),
        pytest.param("GET //users", id="an empty segment is a segment"),
        pytest.param("GET /users/7/nothing", id="below a parameter"),
        pytest.param("TRACE /users/7/orders", id="ANY does not stand for TRACE"),
        pytest.param("PROPFIND /users/7/orders", id="nor for PROPFIND"),
        pytest.param("get /users/7/orders", id="nor for a verb in lower case"),
        pytest.param("ANY /users/7/orders", id="nor is it a verb itself"),
    ],
)
def test_a_request_reaches_nothing(request_: str) -> None:
    assert routed(request_) is None


@pytest.mark.parametrize("verb", ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"])
@pytest.mark.parametrize("path", ["/users", "/{id}", "/{proxy+}"])
def test_any_stands_for_the_verbs_that_api_gateway_has(verb: str, path: str) -> None:
    found = routed(f"{verb} /users", f"ANY {path}")
    assert found is not None
    assert found[0] == f"ANY {path}"
    assert routed("QUERY /users", f"ANY {path}") is None


def test_an_any_on_the_way_takes_what_greedy_options_was_for() -> None:
    assert routed("OPTIONS /users", "ANY /users", "OPTIONS /{proxy+}") == ("ANY /users", {})


def test_verb_goes_before_any_on_one_resource() -> None:
    assert routed("GET /users", "ANY /users", "GET /users") == ("GET /users", {})


def test_a_greedy_resource_is_tried_below_a_parameter_too() -> None:
    names = ("GET /{id}", "OPTIONS /{id}/{proxy+}", "GET /x/y")
    assert routed("OPTIONS /x/y", *names) == ("OPTIONS /{id}/{proxy+}", {"id": "x", "proxy": "y"})


def test_the_verbs_of_a_path_are_those_it_can_be_called_with() -> None:
    router = Router(api(method("GET /users"), method("OPTIONS /{proxy+}")))
    assert router.verbs("/users") == ("GET", "OPTIONS")
    assert router.verbs("/") == ()
    assert Router(api(method("ANY /users"))).verbs("/users") == ("ANY",)


_segments = st.sampled_from(["users", "me", "{id}", "{proxy+}", "x"])


@given(
    st.lists(st.tuples(st.sampled_from(["GET", "OPTIONS", "ANY"]), st.lists(_segments, max_size=3)), max_size=6),
    st.sampled_from(["GET", "OPTIONS", "PUT"]),
    st.lists(st.sampled_from(["users", "me", "x", "y", "%2F", ""]), max_size=4),
)
def test_what_is_reached_could_be_meant(resources: list[tuple[str, list[str]]], verb: str, sent: list[str]) -> None:
    names = [f"{kind} /{'/'.join(path)}" for kind, path in resources if all("+" not in it for it in path[:-1])]
    path = "/" + "/".join(sent)
    found = routed(f"{verb} {path}", *names) if names else None
    expected = {name for name in names if _fits(name, verb, path)}
    assert (found is not None) == bool(expected)
    assert found is None or found[0] in expected


def _fits(name: str, verb: str, path: str) -> bool:
    kind, pattern = name.split(" ", 1)
    wanted, given = pattern.rstrip("/").split("/")[1:], path.rstrip("/").split("/")[1:]
    if kind not in {verb, "ANY"}:
        return False
    if wanted and wanted[-1] == "{proxy+}":
        head, rest = wanted[:-1], given[len(wanted) - 1 :]
        return bool(rest) and _match(head, given[: len(head)])
    return _match(wanted, given)


def _match(wanted: list[str], given: list[str]) -> bool:
    return len(wanted) == len(given) and all(
        bool(sent) if it == "{id}" else it == sent for it, sent in zip(wanted, given, strict=True)
    )
