"""`fetch --matrix` where headers differ from what the template says."""

import json

import pytest

from cors_constructs.cli.matrix.differences import OF_PREFLIGHTS, differences
from cors_constructs.simulate import Response
from cors_constructs.simulate.messages import Headers
from tests.cli.gateways import LISTED, POLICY, PREVIEW, STRANGER, deployed, obedient, paths, shop, without
from tests.cli.matrix.asking import KEY, Alter, disagreeing, dropping, matrix, rows_named, told
from tests.cli.servers import Seen


def letting_everybody_in(seen: Seen, response: Response) -> Response:
    lines = [*without(response, "Access-Control-Allow-Origin").headers.lines]
    return Response(response.status, [*lines, ("Access-Control-Allow-Origin", seen.header("origin")[0])], response.body)


@pytest.mark.parametrize(
    ("alter", "who", "words"),
    [
        pytest.param(
            dropping("Access-Control-Allow-Origin"),
            {f"{it} {page}" for it in ("GET /users", "PUT /users") for page in (LISTED, PREVIEW)},
            "by the template the preflight passes; the preflight was answered 204 without Access-Control-Allow-Origin",
            id="the-preflight-forgets-the-origin",
        ),
        pytest.param(
            dropping("Access-Control-Allow-Headers"),
            {f"GET /users {LISTED}", f"PUT /users {PREVIEW}", f"DELETE /users/{{id}} {LISTED}"},
            "x-api-key",
            id="the-preflight-forgets-the-key-s-header",
        ),
        pytest.param(
            dropping("Access-Control-Allow-Headers"),
            {f"GET /health {LISTED}"},
            "the preflight's Access-Control-Allow-Headers is missing, and by the template it is '",
            id="even-where-this-call-needs-none",
        ),
        pytest.param(
            dropping("Access-Control-Max-Age"),
            {f"GET /users {LISTED}"},
            "the preflight's Access-Control-Max-Age is missing, and by the template it is '7200'",
            id="the-preflight-forgets-how-long",
        ),
        pytest.param(
            dropping("Vary"), {f"GET /users {STRANGER}"}, "the preflight's Vary lacks Origin", id="it-forgets-vary"
        ),
        pytest.param(
            dropping("Access-Control-Allow-Origin", method="GET"),
            {f"GET /users {LISTED}", f"GET /health {PREVIEW}"},
            "the preflight lets the page in, and the backend does not: its headers are its own to send; the response "
            "(200) has no Access-Control-Allow-Origin",
            id="the-backend-forgets-the-origin",
        ),
        pytest.param(
            letting_everybody_in,
            {f"GET /users {STRANGER}", f"PUT /users {STRANGER}"},
            f"a stranger is let in: its preflight allows its origin, by Access-Control-Allow-Origin: '{STRANGER}'",
            id="a-stranger-may-ask",
        ),
        pytest.param(
            letting_everybody_in,
            {f"GET /health {STRANGER}"},
            "a stranger is let in: the page reads the answer",
            id="a-stranger-may-read",
        ),
    ],
)
def test_a_header_that_is_changed_disagrees(alter: Alter, who: set[str], words: str) -> None:
    with deployed(shop(), alter=alter) as server:
        ran = matrix(server.url, *KEY, "--format", "json")
        text = matrix(server.url, *KEY).out
    document = told(ran)
    assert (ran.status, document["agrees"]) == (1, False)
    assert who <= disagreeing(document)
    assert all(any(words in problem for problem in row["problems"]) for row in rows_named(document, who))
    assert words in text
    assert "  disagrees" in text
    assert "reality disagrees with the template: of 12 calls " in text


@pytest.mark.parametrize(
    ("template", "reality", "said"),
    [
        pytest.param({"Vary": "Origin"}, {"Vary": "accept, ORIGIN"}, [], id="vary-may-say-more"),
        pytest.param({"Vary": "Origin"}, {"Vary": "*"}, [], id="or-everything"),
        pytest.param({}, {"Vary": "Origin"}, [], id="or-more-than-the-template"),
        pytest.param({"Vary": "Origin"}, {"Vary": "Accept"}, ["Vary lacks Origin"], id="vary-is-short"),
        pytest.param(
            {"Access-Control-Max-Age": "600"}, {"Access-Control-Max-Age": "7"}, ["is '7', and by the"], id="another"
        ),
        pytest.param({}, {"Access-Control-Allow-Credentials": "true"}, ["there is none"], id="one-too-many"),
        pytest.param({"Access-Control-Allow-Origin": "${Site}"}, {}, [], id="one-that-is-not-known"),
        pytest.param(
            {"Access-Control-Allow-Headers": "a, B"},
            {"Access-Control-Allow-Headers": "b,A"},
            [],
            id="names-in-any-case",
        ),
        pytest.param(
            {"Access-Control-Allow-Methods": "PUT,GET"},
            {"Access-Control-Allow-Methods": "put,GET"},
            ["lacks PUT, which the template has", "has put, which the template has not"],
            id="methods-are-compared-as-they-are-written",
        ),
    ],
)
def test_headers_are_compared_by_what_they_mean(
    template: dict[str, str], reality: dict[str, str], said: list[str]
) -> None:
    found = list(differences(Headers(template), Headers(reality), OF_PREFLIGHTS))
    assert len(found) == len(said)
    for sentence, words in zip(found, said, strict=True):
        assert words in sentence


def test_a_function_that_is_told_the_policy_is_held_to_its_headers() -> None:
    policy = POLICY.evolve(expose_headers=["x-total"])
    template = shop(policy)
    template["Resources"]["Fn"] = {
        "Type": "AWS::Lambda::Function",
        "Properties": {
            "Runtime": "python3.13",
            "Handler": "index.handler",
            "Code": {"ZipFile": "import cors_constructs.runtime"},
            "Environment": {"Variables": {"CORS_CONSTRUCTS_POLICY": json.dumps(policy.to_dict())}},
        },
    }
    uri = "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${Fn.Arn}/invocations"
    integration = {"type": "aws_proxy", "httpMethod": "POST", "uri": {"Fn::Sub": uri}}
    paths(template)["/health"]["get"]["x-amazon-apigateway-integration"] = integration
    with deployed(shop(policy), backend=obedient(policy)) as server:
        assert matrix(server.url, *KEY, template=template).status == 0
    with deployed(shop(policy), backend=obedient(POLICY)) as server:
        ran = matrix(server.url, *KEY, "--format", "json", template=template)
    assert ran.status == 1
    assert disagreeing(told(ran)) == {f"GET /health {LISTED}", f"GET /health {PREVIEW}"}
    assert "Access-Control-Expose-Headers" in ran.out
