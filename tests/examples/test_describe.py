"""`examples/describe.py`: what a template says, in words."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from cors_constructs.policy import OriginPattern
from examples.describe import describe, main

from .apps import ROOT, api_of, template_of


def test_the_quickstart_in_words() -> None:
    text = describe(template_of("Quickstart"))
    assert text.partition("\nOutputs")[0] == (
        "Api\n"
        "  /departures/{stop}  GET      needs a key\n"
        "                      OPTIONS  answers 204, methods GET\n"
        "  /health             GET      open to all\n"
        "                      OPTIONS  answers 204, methods GET\n"
        "  /reports            POST     needs a key\n"
        "                      OPTIONS  answers 204, methods POST\n"
        "  /stops              GET      needs a key\n"
        "                      OPTIONS  answers 204, methods GET\n"
        "  preflights\n"
        "    origins      https://app.example.com\n"
        "    headers      authorization, content-type, x-amz-content-sha256, x-amz-date,\n"
        "                 x-amz-security-token, x-amz-user-agent, x-api-key\n"
        "    max-age      7200 s\n"
        "  errors 4XX, 5XX\n"
        "    Access-Control-Allow-Origin: https://app.example.com\n"
        "    Access-Control-Expose-Headers: retry-after,x-amzn-errortype,x-amzn-requestid\n"
        "  clients\n"
        "    web      50 requests a second, 100 at once\n"
        "    partner  10000 requests a month\n"
    )


@pytest.mark.parametrize(
    "name", ["ApiEndpoint", "Prints the API key of client web", "Prints the API key of client partner"]
)
def test_the_outputs_are_told_with_the_commands_that_print_the_keys(name: str) -> None:
    assert name in describe(template_of("Quickstart")).partition("\nOutputs, once deployed\n")[2]


@pytest.mark.parametrize(
    "words",
    [
        "origins      https://admin.example.com, https://www.example.com,",
        "https://**.customers.example.com, https://*.preview.example.com",
        "origins      https://www.partner-one.example, https://www.partner-two.example,",
        "credentials  true",
        "vary         Origin; other origins get no Access-Control header",
        "/orders          GET      needs a key",
        "OPTIONS  answers 204, methods GET, POST",
        "partner-one, partner-two  10 requests a second, 20 at once",
    ],
)
def test_mapping_templates_are_read_into_origins_and_headers(words: str) -> None:
    assert words in describe(template_of("ManyOrigins"))


@pytest.mark.parametrize(
    "pattern",
    ["https://*.example.com", "https://**.example.com", "http://localhost:*", "https://*.example.com:*"],
)
def test_a_pattern_is_told_as_it_was_written(pattern: str) -> None:
    expression = OriginPattern.parse(pattern).regex
    for spelling in (expression, expression.replace("\\.", "[.]")):
        template = api_with_preflight_template(f"#if($o.matches('^{spelling}$'))")
        assert f"origins      {pattern}\n" in describe(template)


def test_an_expression_that_is_no_known_pattern_is_told_as_it_is() -> None:
    template = api_with_preflight_template(r"#if($o.matches('^https://(a|b)\.example\.com$'))")
    assert r"origins      those that match https://(a|b)\.example\.com" in describe(template)


@pytest.mark.parametrize(
    "words",
    [
        "PUT      needs a key and a Lambda authorizer's yes",
        "GET      needs a key and a Cognito user",
        "ANY      needs a key and an AWS signature",
        "GET      open to all",
    ],
)
def test_guards_are_told_beside_keys(words: str) -> None:
    assert words in describe(template_of("Authorizers"))


def test_each_api_has_a_part_of_its_own() -> None:
    parts = describe(template_of("Authorizers")).split("\n\n")
    assert [part.splitlines()[0] for part in parts] == ["ReadersApi", "StaffApi", "Outputs, once deployed"]


def test_an_origin_that_only_a_deployment_knows_is_told_by_its_name() -> None:
    template = api_with_preflight_template({"Fn::Sub": "#if($o=='https://${Domain}')"})
    template["Parameters"] = {"Domain": {"Type": "String"}}
    assert "origins      what https://${Domain} will be\n" in describe(template)


@pytest.mark.parametrize(
    ("condition", "told"), [("#if(true)", "whoever asks"), ("#if($o=='https://a.example')#set($o='*')", "nobody")]
)
def test_what_the_gateway_answers_counts_and_not_what_the_template_looks_like(condition: str, told: str) -> None:
    assert f"origins      {told}\n" in describe(api_with_preflight_template(condition))


def test_a_keyed_preflight_and_an_api_without_a_plan_are_told_as_they_are() -> None:
    template = api_with_preflight_template("", ApiKeyRequired=True)
    text = describe(template)
    assert "OPTIONS  answers 403, methods none, and needs a key" in text
    assert "origins      nobody" in text
    assert "no usage plan: nobody has a key" in text


def test_preflights_that_differ_are_told_apart() -> None:
    template = api_with_preflight_template("#if($o=='https://one.example.com')")
    other = api_with_preflight_template("#if($o=='https://two.example.com')")["Resources"]["Options"]
    template["Resources"]["Other"] = {"Type": "AWS::ApiGateway::Resource", "Properties": child("other")}
    template["Resources"]["OtherOptions"] = {
        **other,
        "Properties": {**other["Properties"], "ResourceId": {"Ref": "Other"}},
    }
    text = describe(template)
    assert "preflights of /\n    origins      https://one.example.com" in text
    assert "preflights of /other\n    origins      https://two.example.com" in text


def test_a_template_without_an_api_says_so() -> None:
    assert describe({"Resources": {}}) == "The template has no REST API.\n"


def test_it_is_plain_text_unless_colours_are_asked_for() -> None:
    template = template_of("Quickstart")
    assert "\x1b" not in describe(template)
    assert "\x1b[1mApi\x1b[0m" in describe(template, colour=True)
    assert "\x1b[32mopen to all\x1b[0m" in describe(template, colour=True)


def test_it_needs_no_cdk() -> None:
    script = "import sys, examples.describe as it; it.describe({'Resources': {}}); print(*sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S603 - our own
    assert not {"aws_cdk", "constructs", "jsii"} & set(done.stdout.split())


@pytest.mark.parametrize(
    ("text", "error"),
    [("{", "template.json: Expecting property name"), ('{"Resources": 3}', "template.json: template: Resources")],
)
def test_what_is_no_template_is_one_line(tmp_path: Path, text: str, error: str) -> None:
    path = tmp_path / "template.json"
    path.write_text(text)
    with pytest.raises(SystemExit, match=error) as caught:
        main([str(path)])
    assert "\n" not in str(caught.value)


def test_the_template_itself_is_not_touched() -> None:
    before = repr(template_of("Quickstart"))
    describe(template_of("Quickstart"), colour=True)
    assert repr(template_of("Quickstart")) == before


def api_with_preflight_template(condition: Any, **properties: Any) -> dict[str, Any]:
    """A small template by hand: one OPTIONS at the root, whose answer depends on `condition`."""
    start = "#set($o=$input.params().header.get('Origin'))"
    end = "#set($context.responseOverride.header.Access-Control-Allow-Origin=$o)#end" if condition else ""
    template = {"Fn::Join": ["", [start, condition, end]]}
    response = {"StatusCode": "204", "ResponseTemplates": {"application/json": template}}
    options = {
        "HttpMethod": "OPTIONS",
        "RestApiId": {"Ref": "Api"},
        "ResourceId": {"Fn::GetAtt": ["Api", "RootResourceId"]},
        "Integration": {
            "Type": "MOCK",
            "RequestTemplates": {"application/json": '{"statusCode": 200}'},
            "IntegrationResponses": [response],
        },
        "MethodResponses": [{"StatusCode": "204"}],
        **properties,
    }
    return {
        "Resources": {
            "Api": {"Type": "AWS::ApiGateway::RestApi", "Properties": {"Name": "Api"}},
            "Options": {"Type": "AWS::ApiGateway::Method", "Properties": options},
        }
    }


def child(part: str) -> dict[str, Any]:
    return {"PathPart": part, "ParentId": {"Fn::GetAtt": ["Api", "RootResourceId"]}, "RestApiId": {"Ref": "Api"}}


def test_the_paths_told_are_those_of_the_api() -> None:
    told = {line.split()[0] for line in describe(template_of("Quickstart")).splitlines() if line.startswith("  /")}
    assert told == {name.partition(" ")[2] for name in api_of("Quickstart", "Api").methods}
