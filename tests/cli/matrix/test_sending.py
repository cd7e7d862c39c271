"""What `fetch --matrix` sends beside preflights, and what it makes of a server that answers to that alone."""

from cors_constructs.simulate import Response
from tests.cli.gateways import POLICY, STRANGER, deployed, shop, without
from tests.cli.matrix.asking import KEY, Alter, matrix, sent
from tests.cli.servers import Seen


def test_what_changes_something_is_not_sent_unless_asked_for() -> None:
    with deployed(shop()) as server:
        matrix(server.url, *KEY)
    assert sent(server) == {"GET /prod/users", "GET /prod/health"}


def test_with_send_all_it_is_sent_with_its_body_once_its_preflight_passes() -> None:
    with deployed(shop()) as server:
        ran = matrix(server.url, *KEY, "--send-all", "-d", "{}", "--path-parameter", "id=a b/7")
    assert ran.status == 0
    assert sent(server) == {
        "GET /prod/users",
        "PUT /prod/users",
        "DELETE /prod/users/a%20b%2F7",
        "GET /prod/health",
    }
    for seen in server.seen:
        assert seen.body == (b"{}" if seen.method in {"PUT", "DELETE"} else b"")
        if seen.method in {"PUT", "DELETE"}:
            assert seen.header("origin") != [STRANGER]


def naming_what_is_asked_for(allowed: set[str]) -> Alter:
    """As flask-cors does."""

    def alter(seen: Seen, response: Response) -> Response:
        if seen.method != "OPTIONS" or "access-control-allow-headers" not in response.headers:
            return response
        asked = {name.strip().lower() for it in seen.header("access-control-request-headers") for name in it.split(",")}
        lines = without(response, "Access-Control-Allow-Headers").headers.lines
        named = ", ".join(sorted(asked & allowed))
        more = [("Access-Control-Allow-Headers", named)] if named else []
        return Response(response.status, [*lines, *more], response.body)

    return alter


def test_a_server_that_names_but_the_headers_asked_for_agrees_if_it_allows_all() -> None:
    allowed = {name.lower() for name in POLICY.allow_headers} | {"x-api-key"}
    with deployed(shop(), alter=naming_what_is_asked_for(allowed)) as server:
        assert matrix(server.url, *KEY).status == 0
    with deployed(shop(), alter=naming_what_is_asked_for(allowed - {"content-type"})) as server:
        ran = matrix(server.url, *KEY)
    assert ran.status == 1
    assert "the preflight's Access-Control-Allow-Headers lacks " in ran.out


def test_what_a_stranger_is_told_beside_its_origin_decides_nothing() -> None:
    def alter(seen: Seen, response: Response) -> Response:
        if seen.header("origin") != [STRANGER]:
            return response
        more = {"Access-Control-Allow-Methods": "GET", "Access-Control-Max-Age": "600"}
        more |= {"Access-Control-Expose-Headers": "x-own"}
        return Response(response.status, [*response.headers.lines, *more.items()], response.body)

    with deployed(shop(), alter=alter) as server:
        assert matrix(server.url, *KEY).status == 0
