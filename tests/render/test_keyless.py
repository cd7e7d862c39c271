"""Names of methods that ask for no key: what they may be, and what they are compared with."""

from typing import Any

import pytest

from cors_constructs.render.keyless import Keyless


def test_a_method_is_keyless_by_its_very_name() -> None:
    keyless = Keyless.parse(["GET /health", "ANY /files/{proxy+}", "POST /"])
    assert keyless.names == ("GET /health", "ANY /files/{proxy+}", "POST /")
    assert not keyless.needs_key("GET", "/health")
    assert keyless.needs_key("POST", "/health")
    assert keyless.needs_key("GET", "/health/deep")
    assert Keyless.parse([]).needs_key("GET", "/health")


@pytest.mark.parametrize(
    ("names", "problem"),
    [
        (["/health"], "'/health' is not a method and a path: write \"GET /health\""),
        ([5], '5 is not a method and a path: write "GET /health"'),
        (["OPTIONS /a"], "'OPTIONS /a' is not needed, OPTIONS never asks for a key: leave it out"),
        (["TRACE /a"], "'TRACE /a' has no method that API Gateway knows: write one of ANY, "),
        (
            ["get /a/"],
            "'get /a/' is not how the API names it, in upper case and without a slash at the end: write \"GET /a\"",
        ),
        (["GET /a", "GET /a"], "'GET /a' stands there twice: write it once"),
        (["a", "b"], "'a' is not a method and a path: write \"GET /health\"; 'b' is not a method and a path"),
    ],
)
def test_what_is_no_name(names: list[Any], problem: str) -> None:
    with pytest.raises(ValueError, match=r"^keyless: ") as caught:
        Keyless.parse(names)
    assert str(caught.value).startswith(f"keyless: {problem}")


@pytest.mark.parametrize("names", ["GET /a", b"GET /a", {"GET /a": 1}, 5, None])
def test_what_is_no_list_of_names(names: Any) -> None:
    with pytest.raises(TypeError, match="keyless takes a list of methods, not "):
        Keyless.parse(names)


@pytest.mark.parametrize(
    ("name", "existing", "hint"),
    [
        ("POST /a", ["GET /a", "PUT /a", "GET /b"], "Did you mean 'GET /a' or 'PUT /a'?"),
        ("GET /helth", ["GET /health"], "Did you mean 'GET /health'?"),
        ("GET /a", [], "The API has no methods."),
        (
            "DELETE /xyz",
            [f"GET /{number}" for number in range(12)],
            "The API has GET /0, GET /1, GET /2, GET /3, GET /4, ",
        ),
    ],
)
def test_a_name_that_is_no_method(name: str, existing: list[str], hint: str) -> None:
    (problem,) = Keyless.parse([name]).missing(existing)
    assert problem.startswith(f"keyless names {name!r}, and there is no such method. {hint}")
