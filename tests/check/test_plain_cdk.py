"""What the CDK makes of `default_cors_preflight_options`: it works, and what it leaves undone is told."""

from .asking import checked
from .changes import both, having, running, sending
from .right import JSON, Json, hand_written

# As the CDK writes it for a second and third origin.
CDK_TEMPLATE = (
    '#set($origin = $input.params().header.get("Origin"))\n'
    '#if($origin == "")\n'
    '  #set($origin = $input.params().header.get("origin"))\n'
    "#end\n"
    '#if($origin == "https://b.example.com" || $origin == "https://c.example.com")\n'
    "  #set($context.responseOverride.header.Access-Control-Allow-Origin = $origin)\n"
    "#end"
)


def plain_cdk() -> Json:
    document = hand_written()
    for name in ("PassthroughBehavior", "ContentHandling"):
        del document["Resources"]["UsersOptions"]["Properties"]["Integration"][name]
    having("UsersOptions", "Integration", "RequestTemplates", JSON, value="{ statusCode: 200 }")(document)
    return document


def test_one_origin_works_and_two_warnings_tell_what_is_not_robust() -> None:
    assert [finding.rule.id for finding in checked(plain_cdk())] == ["CORS211", "CORS212"]


def test_several_origins_work_and_strangers_are_told_the_first() -> None:
    document = plain_cdk()
    both(running(CDK_TEMPLATE), sending("Vary", "'Origin'"))(document)
    findings = {finding.rule.id: finding.message for finding in checked(document)}
    assert findings.keys() == {"CORS183", "CORS190", "CORS211", "CORS212"}
    assert "https://app.example.com" in findings["CORS190"]


def test_binary_media_types_break_its_preflights() -> None:
    document = plain_cdk()
    having("Api", "BinaryMediaTypes", value=["*/*"])(document)
    assert "CORS213" in {finding.rule.id for finding in checked(document)}
