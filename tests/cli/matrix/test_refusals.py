"""`fetch --matrix` where something else answers than the template's methods: what no template can mend."""

from typing import Any

import pytest

from cors_constructs.simulate import Response
from tests.cli.gateways import LISTED, changed, deployed, shop, without
from tests.cli.matrix.asking import KEY, matrix, told
from tests.cli.running import run
from tests.cli.servers import Answer, Seen, answering


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        pytest.param(
            (403, [("x-amzn-errortype", "ForbiddenException")], b'{"message":"Forbidden"}'),
            "the address names no stage of the API, or a WAF or a resource policy blocks all",
            id="an-unknown-stage",
        ),
        pytest.param(
            (403, [], b'{"message":"Missing Authentication Token"}'),
            "the deployment is missing or older than the template (deploy the API again), or the address lacks",
            id="a-missing-deployment",
        ),
    ],
)
def test_what_is_wrong_with_the_address_is_told_once(answer: Answer, words: str) -> None:
    with answering(lambda _: answer) as server:
        ran = matrix(server.url, *KEY)
        document = told(matrix(server.url, *KEY, "--format", "json"))
    assert ran.status == 1
    assert ran.out.count(words) == 1
    assert "disagree:" not in ran.out.splitlines()
    assert words in document["problems"][0]


def test_a_stage_that_is_there_is_not_called_unknown() -> None:
    def all_keyed(documented: dict[str, Any]) -> None:
        for item in documented.values():
            item["options"]["security"] = documented["/users"]["get"]["security"]

    with deployed(changed(shop(), all_keyed)) as server:
        ran = matrix(server.url, *KEY)
    assert ran.status == 1
    assert "OPTIONS asks for an API key" in ran.out
    assert "names no stage" not in ran.out


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        pytest.param((413, [], b'{"message":"Request Too Long"}'), "takes bodies of up to 10 MB", id="too-large"),
        pytest.param(
            (403, [("Server", "CloudFront")], b"<H1>403 ERROR</H1> The request could not be satisfied."),
            "CloudFront answers by itself",
            id="cloudfront",
        ),
        pytest.param((403, [], b"blocked by rule 7"), "so something before it answers: a WAF's own", id="a-waf"),
    ],
)
def test_what_no_template_can_mend_is_told(answer: Answer, words: str) -> None:
    def alter(seen: Seen, response: Response) -> Response:
        return Response(answer[0], answer[1], answer[2]) if seen.method == "PUT" else response

    with deployed(shop(), alter=alter) as server:
        ran = matrix(server.url, *KEY, "--send-all")
        single = run("fetch", server.url, "PUT", "/users", "--origin", LISTED)
    assert (ran.status, single.status) == (1, 1)
    assert words in ran.out
    assert any(line.startswith("note: ") and words in line for line in single.out.splitlines())


def test_errors_that_api_gateway_makes_are_held_to_its_gateway_responses() -> None:
    def throttled(seen: Seen, response: Response) -> Response:
        if seen.method != "GET":
            return response
        headers = [("x-amzn-errortype", "TooManyRequestsException"), ("Access-Control-Allow-Origin", "*")]
        expose = ("Access-Control-Expose-Headers", "retry-after,x-amzn-errortype,x-amzn-requestid")
        return Response(429, [*headers, expose], b'{"message":"Too Many Requests"}')

    with deployed(shop(), alter=throttled) as server:
        ran = matrix(server.url, *KEY)
    assert ran.status == 0
    assert "API Gateway answers by itself: API Gateway answers 429 TooManyRequestsException" in ran.out

    def mute(seen: Seen, response: Response) -> Response:
        return without(throttled(seen, response), "Access-Control-Allow-Origin") if seen.method == "GET" else response

    with deployed(shop(), alter=mute) as server:
        ran = matrix(server.url, *KEY)
    assert ran.status == 1
    assert "by the template the page reads the answer; the response (429) has no Access-Control-Allow-Origin" in ran.out


def test_a_redirect_is_told_and_not_followed() -> None:
    def moved(_: Seen) -> Answer:
        return 301, [("Location", "https://elsewhere.invalid/")], b""

    with answering(moved) as server:
        ran = matrix(server.url, *KEY)
    assert ran.status == 1
    assert "the preflight was answered by a redirect (301), which browsers do not follow" in ran.out
    assert "the answer is a redirect to https://elsewhere.invalid/" in ran.out
