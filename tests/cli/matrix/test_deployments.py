"""`fetch --matrix` where another API is deployed than the template has."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.cli.gateways import LISTED, POLICY, PREVIEW, STRANGER, changed, deployed, shop
from tests.cli.matrix.asking import KEY, disagreeing, matrix, rows_named, told


def keyed_preflight(documented: dict[str, Any]) -> None:
    documented["/users"]["options"]["security"] = documented["/users"]["get"]["security"]


@pytest.mark.parametrize(
    ("change", "who", "words"),
    [
        pytest.param(
            keyed_preflight,
            {f"{it} {page}" for it in ("GET /users", "PUT /users") for page in (LISTED, PREVIEW)},
            ["the preflight was answered with status 403", "OPTIONS asks for an API key"],
            id="a-key-on-options",
        ),
        pytest.param(
            lambda documented: documented["/users"].pop("get"),
            {f"GET /users {page}" for page in (LISTED, PREVIEW, STRANGER)},
            ["the stage has no such method and path", "deploy the API again"],
            id="a-method-lost",
        ),
        pytest.param(
            lambda documented: documented["/users"].pop("options"),
            {f"{it} {page}" for it in ("GET /users", "PUT /users") for page in (LISTED, PREVIEW)},
            ["the preflight was answered with status 403", "the stage has no such method and path"],
            id="a-preflight-lost",
        ),
        pytest.param(
            lambda documented: documented["/health"]["get"].update(security=documented["/users"]["get"]["security"]),
            {f"GET /health {page}" for page in (LISTED, PREVIEW, STRANGER)},
            ["by the template the call reaches its backend; API Gateway answers 403 ForbiddenException"],
            id="a-key-asked-for",
        ),
    ],
)
def test_a_deployment_that_differs_disagrees_and_nothing_else_does(
    change: Callable[[dict[str, Any]], object], who: set[str], words: list[str]
) -> None:
    with deployed(changed(shop(), change)) as server:
        ran = matrix(server.url, *KEY, "--format", "json")
    document = told(ran)
    assert ran.status == 1
    assert disagreeing(document) == who
    for word in words:
        assert all(any(word in problem for problem in row["problems"]) for row in rows_named(document, who))


def test_a_method_that_the_preflight_no_longer_lists_disagrees_though_it_is_not_sent() -> None:
    lost = shop()
    fewer = shop(POLICY.evolve(allow_methods=["GET"]))
    with deployed(fewer) as server:
        document = told(matrix(server.url, *KEY, "--format", "json", template=lost))
    (row,) = rows_named(document, {f"PUT /users {LISTED}"})
    assert "Access-Control-Allow-Methods list PUT" in row["problems"][0]
    (row,) = rows_named(document, {f"GET /users {LISTED}"})
    assert "Access-Control-Allow-Methods lacks PUT, which the template has" in row["problems"][0]


def test_a_method_that_has_lost_its_key_is_told() -> None:
    with deployed(changed(shop(), lambda it: it["/users"]["get"].pop("security"))) as server:
        ran = matrix(server.url)
    assert ran.status == 1
    assert "the call is answered 200; by the template it is refused: GET /users" in ran.out


def test_a_method_that_is_lost_is_told_without_a_key_as_well() -> None:
    with deployed(changed(shop(), lambda it: it["/users"].pop("get"))) as server:
        ran = matrix(server.url)
    assert ran.status == 1
    assert "the template has the method; API Gateway answers 403 MissingAuthenticationTokenException" in ran.out


def test_a_preflight_that_allows_more_than_the_template_disagrees() -> None:
    fewer = shop(POLICY.evolve(allow_methods=["GET"]))
    with deployed(shop()) as server:
        document = told(matrix(server.url, *KEY, "--format", "json", template=fewer))
    (row,) = rows_named(document, {f"PUT /users {LISTED}"})
    assert row["problems"][0].startswith("the preflight passes; by the template ")


def test_a_wrong_key_is_told_and_never_shown() -> None:
    with deployed(shop()) as server:
        ran = matrix(server.url, "--key", "web=a-key-of-yesterday")
    assert ran.status == 1
    assert "the key is missing, unknown or in no usage plan of the stage" in ran.out
    assert "a-key-of-yesterday" not in ran.out + ran.err
