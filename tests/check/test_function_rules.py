"""CORS521 to CORS527: for each rule a template that breaks it, and right ones that look like it."""

import json
from pathlib import Path
from typing import Any, Final

import pytest

from cors_constructs.cdk.functions import NODE_WRAPPER, PYTHON_WRAPPER
from cors_constructs.check import Answer, check
from cors_constructs.check.functions import OWN_HANDLER, VARIABLE, WRAPPERS
from cors_constructs.check.shared import read_policies
from cors_constructs.render.variable import HANDLER_VARIABLE, POLICY_VARIABLE
from cors_constructs.simulate.template import read_template

from .asking import checked, findings_of
from .changes import Change, both, having, running, sending, with_resource, without
from .right import ORIGIN, SEVERAL, Json, hand_written, method, of_several_origins, path_part, preflight, ref

LAYER: Final = "arn:aws:lambda:eu-west-1:111122223333:layer:Layer:1"
ADDRESS: Final = "arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Function.Arn}/invocations"
CALLED: Final = {"Type": "AWS_PROXY", "IntegrationHttpMethod": "POST", "Uri": {"Fn::Sub": ADDRESS}}

SILENT: Final = "def handler(event, context): return {'statusCode': 200}"
CAREFUL: Final = "def handler(event, context): return {'headers': {'access-control-allow-origin': '*'}}"
DECORATED: Final = "from cors_constructs.runtime import cors\n\n@cors\ndef handler(event, context): return {}"
WRAPPED_PYTHON: Final = {"Handler": WRAPPERS["python"], "Layers": [LAYER]}
WRAPPED_NODE: Final = {"Handler": WRAPPERS["nodejs"], "Runtime": "nodejs22.x", "Layers": [LAYER]}
THERE: Final = {"S3Bucket": "code", "S3Key": "handler.zip"}


def policy(*origins: Any, **said: Any) -> str:
    return json.dumps({"allow_origins": list(origins or [ORIGIN]), **said})


def answered_by(code: str | Json = THERE, variables: Any = None, **said: Any) -> Change:
    """All methods are a function's: code in the template, or elsewhere."""
    where = {"ZipFile": code} if isinstance(code, str) else code
    properties = {"Runtime": "python3.13", "Handler": "index.handler", "Code": where, "Role": "arn:aws:iam::1:role/r"}
    environment = {} if variables is None else {"Environment": {"Variables": variables}}
    function = {"Type": "AWS::Lambda::Function", "Properties": {**properties, **environment, **said}}
    calling = both(having("GetUsers", "Integration", value=CALLED), having("PutUsers", "Integration", value=CALLED))
    return both(with_resource("Function", function), calling)


def told(value: Any, code: str | Json = THERE, **said: Any) -> Change:
    """All methods are a function's that is told a policy."""
    return answered_by(code, {VARIABLE: value}, **said)


def wrapped(**said: Any) -> Change:
    return answered_by(THERE, {VARIABLE: policy(), OWN_HANDLER: "index.handler"}, **{**WRAPPED_PYTHON, **said})


def knowing_parameter(document: Json) -> None:
    document["Parameters"] = {"Domain": {"Type": "String"}, "List": {"Type": "CommaDelimitedList"}}


def joined(*parts: Any) -> Json:
    return {"Fn::Join": ["", list(parts)]}


def with_branch(document: Json) -> None:
    """Below /users there is a path whose preflight lets another page in."""
    document["Resources"]["Admin"] = path_part("admin", ref("Users"))
    document["Resources"]["PutAdmin"] = method("PUT", "Admin", CALLED, ApiKeyRequired=True)
    headers = {
        "Access-Control-Allow-Origin": "'https://admin.example.com'",
        "Access-Control-Allow-Methods": "'PUT'",
        "Access-Control-Allow-Headers": "'authorization,content-type,x-api-key'",
        "Access-Control-Max-Age": "'7200'",
    }
    with_resource("AdminOptions", preflight("Admin", headers))(document)


ADMIN: Final = {"allow_origins": ["https://admin.example.com"]}


@pytest.mark.parametrize(
    ("rule", "change"),
    [
        pytest.param("CORS523", told("https://app.example.com"), id="523: no JSON"),
        pytest.param("CORS523", told('["https://app.example.com"]'), id="523: a list"),
        pytest.param("CORS523", told("{}"), id="523: no origins"),
        pytest.param("CORS523", told(policy("app.example.com")), id="523: a host for an origin"),
        pytest.param("CORS523", told(policy(f"{ORIGIN}/")), id="523: a slash at the end"),
        pytest.param("CORS523", told(policy("*", allow_credentials=True)), id="523: everybody with credentials"),
        pytest.param("CORS523", told(policy(allow_credentials="yes")), id="523: a word for a flag"),
        pytest.param("CORS523", told('{"allow_origin": ["https://app.example.com"]}'), id="523: a name misspelt"),
        pytest.param("CORS523", told(policy(branches=[])), id="523: branches that are a list"),
        pytest.param("CORS523", told(policy(branches={"/admin": {}})), id="523: a branch without origins"),
        pytest.param("CORS524", told(policy("https://other.example.com")), id="524: another page"),
        pytest.param(
            "CORS524",
            both(told(policy()), sending("Access-Control-Allow-Credentials", "'true'")),
            id="524: credentials left out",
        ),
        pytest.param(
            "CORS524", both(told(policy()), with_branch), id="524: a branch of the API that is none of the policy's"
        ),
        pytest.param("CORS525", told(policy(ORIGIN, "https://other.example.com")), id="525: one page more"),
        pytest.param("CORS525", told(policy(ORIGIN, "https://*.other.example.com")), id="525: a pattern more"),
        pytest.param("CORS525", told(policy("*")), id="525: everybody"),
        pytest.param("CORS525", told(policy(allow_credentials=True)), id="525: credentials more"),
        pytest.param(
            "CORS526",
            answered_by(THERE, {VARIABLE: policy()}, **WRAPPED_PYTHON),
            id="526: a wrapper that knows no handler",
        ),
        pytest.param(
            "CORS526",
            answered_by(THERE, {VARIABLE: policy(), OWN_HANDLER: WRAPPERS["python"]}, **WRAPPED_PYTHON),
            id="526: a wrapper of itself",
        ),
        pytest.param(
            "CORS526",
            answered_by(THERE, {OWN_HANDLER: "index.handler"}, **WRAPPED_PYTHON),
            id="526: a wrapper without a policy",
        ),
        pytest.param("CORS526", wrapped(Layers=[]), id="526: a wrapper without its layer"),
        pytest.param("CORS526", wrapped(Runtime="nodejs22.x"), id="526: the wrapper of another runtime"),
        pytest.param("CORS526", wrapped(Runtime="java21"), id="526: a runtime that has no wrapper"),
        pytest.param("CORS526", wrapped(Handler="index.handler"), id="526: a handler that is no wrapper any more"),
        pytest.param("CORS526", told(policy(), DECORATED), id="526: an import, and no layer that brings it"),
        pytest.param(
            "CORS526",
            told(policy(), "const {cors} = require('cors-constructs')", Runtime="nodejs22.x"),
            id="526: a require, and no layer that brings it",
        ),
    ],
)
def test_a_template_that_breaks_a_rule_is_found_by_that_rule(rule: str, change: Change) -> None:
    document = hand_written()
    change(document)
    assert findings_of(document) == [(rule, Answer.WRONG)]


@pytest.mark.parametrize(
    ("rule", "change"),
    [
        pytest.param("CORS521", answered_by(), id="521: a function whose code is elsewhere"),
        pytest.param("CORS521", answered_by(SILENT), id="521: a function whose code says nothing of CORS"),
        pytest.param("CORS521", answered_by(SILENT, {"TABLE": "users"}), id="521: variables that say nothing of it"),
        pytest.param(
            "CORS521", answered_by(SILENT, {"Fn::If": ["Unknown", {}, {}]}), id="521: variables that nobody knows"
        ),
        pytest.param("CORS521", answered_by(DECORATED, Layers=[LAYER]), id="521: a decorated handler without a policy"),
        pytest.param(
            "CORS521",
            answered_by(f"# The API's policy: everybody.\n{DECORATED}", Layers=[LAYER]),
            id="521: the same, whose comment tells of a policy",
        ),
        pytest.param(
            "CORS521",
            answered_by("const {cors} = require('cors-constructs')", Runtime="nodejs22.x", Layers=[LAYER]),
            id="521: a require, without a policy",
        ),
        pytest.param("CORS522", told(policy(), SILENT), id="522: a policy that the code does not use"),
        pytest.param("CORS527", told(policy(), CAREFUL), id="527: the code sets the header"),
        pytest.param(
            "CORS527",
            answered_by(THERE, {VARIABLE: policy(), "HEADERS": '{"Access-Control-Allow-Origin": "*"}'}),
            id="527: a variable has the header",
        ),
    ],
)
def test_what_the_functions_code_decides_cannot_be_told(rule: str, change: Change) -> None:
    document = hand_written()
    document["Conditions"] = {"Unknown": {"Fn::Equals": [{"Ref": "AWS::Region"}, "eu-west-1"]}}
    change(document)
    assert findings_of(document) == [(rule, Answer.CANNOT_TELL)]


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(told(policy()), id="a policy, and code that is elsewhere"),
        pytest.param(told(policy(), DECORATED, Layers=[LAYER]), id="a decorated handler"),
        pytest.param(
            told(policy(), DECORATED, Layers={"Fn::If": ["Unknown", [], [LAYER]]}), id="layers that nobody knows"
        ),
        pytest.param(wrapped(), id="a wrapped function of Python"),
        pytest.param(wrapped(**WRAPPED_NODE), id="a wrapped function of Node.js"),
        pytest.param(wrapped(Code={"ZipFile": SILENT}), id="a wrapped function that knows nothing of CORS"),
        pytest.param(wrapped(Runtime={"Ref": "AWS::NoValue"}, PackageType="Image"), id="a runtime that nobody knows"),
        pytest.param(answered_by(CAREFUL), id="code that sets the header itself"),
        pytest.param(
            answered_by(DECORATED.replace("@cors", "@cors(policy={'allow_origins': ['*']})"), Layers=[LAYER]),
            id="a decorated handler that passes a policy",
        ),
        pytest.param(
            answered_by("from cors_constructs.runtime import headers_for\nheaders_for({}, POLICY)", Layers=[LAYER]),
            id="a policy that is passed by its place",
        ),
        pytest.param(
            answered_by(
                "import { cors } from 'cors-constructs'\nexport const handler = cors(own, { policy })",
                Runtime="nodejs22.x",
                Layers=[LAYER],
            ),
            id="a policy that is passed in Node.js",
        ),
        pytest.param(
            answered_by(f"import os\nos.environ['{VARIABLE}'] = '{{}}'\n{DECORATED}", Layers=[LAYER]),
            id="a variable that the code sets",
        ),
        pytest.param(
            answered_by(f"{DECORATED}\nOWN = {{'Access-Control-Allow-Origin': '*'}}", Layers=[LAYER]),
            id="a decorated handler that sets the header itself",
        ),
        pytest.param(
            answered_by(DECORATED, {"Fn::If": ["Unknown", {VARIABLE: policy()}, {}]}, Layers=[LAYER]),
            id="a decorated handler, and variables that nobody knows",
        ),
        pytest.param(
            answered_by("import { cors } from 'somewhere'", Runtime="nodejs22.x"), id="code that speaks of CORS"
        ),
        pytest.param(answered_by(SILENT, {"ALLOWED_ORIGIN": ORIGIN}), id="a variable that speaks of origins"),
        pytest.param(
            answered_by(SILENT, {"HEADERS": '{"Access-Control-Allow-Origin": "*"}'}), id="a variable with the header"
        ),
        pytest.param(told(policy(max_age=60, allow_headers=["x-api-key"])), id="a policy that differs elsewhere"),
        pytest.param(told(policy("null", f" {ORIGIN} ,")), id="a list in one string, with what allows nobody"),
        pytest.param(told(policy(branches={"/users": json.loads(policy())})), id="a branch that says the same"),
        pytest.param(told(policy("https://x.test", branches={"/users": json.loads(policy())})), id="a branch for all"),
        pytest.param(both(told(policy(branches={"/users/admin": ADMIN})), with_branch), id="a branch of its own"),
        pytest.param(
            both(told(policy(branches={"/use": ADMIN, "/users/ad": ADMIN, "/users/admin": ADMIN})), with_branch),
            id="paths that only begin alike",
        ),
        pytest.param(told({"Ref": "Domain"}), id="a policy that only deployment knows"),
        pytest.param(
            told(joined('{"allow_origins":["https://www.', {"Ref": "Domain"}, '"]}')), id="a host that nobody knows"
        ),
        pytest.param(
            told(joined('{"allow_origins":["', {"Ref": "Domain"}, '"],"allow_credentials":false}')),
            id="an origin that nobody knows",
        ),
        pytest.param(
            told(joined('{"allow_origins":["https://*.', {"Ref": "Domain"}, '"]}')), id="a pattern that nobody knows"
        ),
        pytest.param(
            told(joined('{"allow_origins":["', {"Fn::Join": [",", {"Ref": "List"}]}, '"]}')),
            id="a list that nobody knows",
        ),
        pytest.param(
            told(joined('{"allow_origins":["https://a.test"],"max_age":', {"Ref": "Domain"}, "}")),
            id="a number that nobody knows",
        ),
        pytest.param(both(answered_by(), without("UsersOptions", "GetUsers", "PutUsers")), id="a function apart"),
    ],
)
def test_what_looks_like_it_and_is_right_is_not_found(change: Change) -> None:
    document = hand_written()
    knowing_parameter(document)
    document["Conditions"] = {"Unknown": {"Fn::Equals": [{"Ref": "AWS::Region"}, "eu-west-1"]}}
    change(document)
    assert checked(document, select=["CORS52"]) == []


@pytest.mark.parametrize(
    ("change", "found"),
    [
        pytest.param(told(policy(ORIGIN, "https://admin.example.org")), [], id="the same two"),
        pytest.param(told(policy()), ["CORS524"], id="one of the two"),
        pytest.param(told(policy(ORIGIN, "https://admin.example.org", "https://x.test")), ["CORS525"], id="a third"),
        pytest.param(told(policy("https://x.test")), ["CORS524"], id="another one"),
        pytest.param(told(policy("*")), ["CORS525"], id="everybody"),
    ],
)
def test_several_origins_are_compared_with_those_that_the_template_lets_in(change: Change, found: list[str]) -> None:
    document = of_several_origins()
    change(document)
    assert [finding.rule.id for finding in checked(document, select=["CORS52"])] == found


def test_patterns_are_compared_by_what_they_match() -> None:
    document = of_several_origins(
        SEVERAL.replace(" == 'https://app.example.com'", ".matches('https://[a-z0-9-]+[.]example[.]com')")
    )
    told(policy("https://*.example.com", "https://admin.example.org"))(document)
    assert checked(document, select=["CORS52"]) == []
    told(policy("https://*.example.com", "https://**.example.org"))(document)
    assert [finding.rule.id for finding in checked(document, select=["CORS52"])] == ["CORS525"]


def test_what_a_template_compares_with_at_deployment_is_not_held_against_a_policy() -> None:
    document = of_several_origins()
    knowing_parameter(document)
    running({"Fn::Sub": SEVERAL.replace("https://app.example.com", "https://${Domain}")})(document)
    told(policy(ORIGIN, "https://admin.example.org"))(document)
    assert checked(document, select=["CORS52"]) == []


def test_a_preflight_for_everybody_wants_a_policy_for_everybody() -> None:
    document = hand_written()
    both(sending("Access-Control-Allow-Origin", "'*'"), told(policy()))(document)
    (finding,) = checked(document, select=["CORS52"])
    assert finding.rule.id == "CORS524"
    assert "everybody" in finding.message


def test_an_api_is_one_finding_however_many_functions_and_methods_it_has() -> None:
    document = hand_written()
    answered_by(SILENT)(document)
    document["Resources"]["Second"] = document["Resources"]["Function"]
    second = {**CALLED, "Uri": {"Fn::Sub": ADDRESS.replace("Function.", "Second.")}}
    having("PutUsers", "Integration", value=second)(document)
    (finding,) = checked(document)
    assert finding.source.logical_id == "Api"
    for word in ("GET /users", "PUT /users", "Function and Second"):
        assert word in finding.message
    assert "cors-constructs fetch https://... GET /users --origin" in finding.fix


def test_code_that_has_this_package_add_the_headers_is_told_what_it_lacks() -> None:
    document = hand_written()
    answered_by(DECORATED, Layers=[LAYER])(document)
    (finding,) = checked(document)
    assert f"cors_constructs.runtime adds nothing in Function without a policy in {VARIABLE}" in finding.message


def test_nothing_is_asked_of_functions_that_no_preflight_lets_pages_call() -> None:
    document = hand_written()
    both(answered_by(SILENT), without("UsersOptions"))(document)
    assert checked(document, select=["CORS52"]) == []


def test_a_function_that_answers_preflights_itself_is_another_rules_matter() -> None:
    document = hand_written()
    both(answered_by(SILENT), having("UsersOptions", "Integration", value=CALLED))(document)
    assert [finding.rule.id for finding in checked(document)] == ["CORS217"]


@pytest.mark.parametrize(
    ("language", "runtime", "file"),
    [
        pytest.param("python", "python3.13", "python/cors_constructs/runtime.py", id="python"),
        pytest.param("nodejs", "nodejs22.x", "nodejs/node_modules/cors-constructs", id="nodejs"),
    ],
)
def test_a_lacking_layer_is_told_by_what_it_holds(language: str, runtime: str, file: str) -> None:
    document = hand_written()
    wrapped(Layers=[], Runtime=runtime, Handler=WRAPPERS[language])(document)
    (finding,) = checked(document, select=["CORS526"])
    assert file in finding.fix
    assert "CorsRuntime" in finding.fix


def test_every_flaw_of_a_wrapper_is_told() -> None:
    document = hand_written()
    answered_by(THERE, {}, Handler=WRAPPERS["nodejs"], Layers=[])(document)
    said = [finding.message for finding in checked(document, select=["CORS526"])]
    assert [message.partition(":")[0] for message in said] == [
        f"Function has the wrapper for a handler, and no {OWN_HANDLER} that names its own",
        "Function has the wrapper for a handler, and no layer that brings it",
        f"Function is wrapped, and has no {VARIABLE}",
        f"Function runs in python3.13, and {WRAPPERS['nodejs']} is the wrapper of another runtime",
    ]


def test_every_problem_of_a_policy_is_told_on_one_line() -> None:
    document = hand_written()
    branch = {"allow_origins": ["https://admin.example.com"], "max_age": -1}
    told(policy("app.example.com", max_age="long", branches={"/admin": branch}))(document)
    (finding,) = checked(document, select=["CORS52"])
    for place in ("allow_origins[0]", "max_age", "branches./admin.max_age"):
        assert f"{place}: " in finding.message
    assert "\n" not in finding.message + finding.fix
    assert finding.fix == 'write "https://app.example.com"'


@pytest.mark.parametrize(
    ("name", "handler", "text", "found"),
    [
        pytest.param("index.py", "index.handler", SILENT, ["CORS521"], id="Python, silent"),
        pytest.param("index.py", "index.handler", CAREFUL, [], id="Python, careful"),
        pytest.param("index.py", "index.handler", DECORATED, ["CORS521"], id="Python, decorated, without a policy"),
        pytest.param("app/main.py", "app.main.handler", CAREFUL, [], id="a module of a package"),
        pytest.param("app/main.py", "app/main.handler", CAREFUL, [], id="the same, with a slash"),
        pytest.param("dist/index.mjs", "dist/index.handler", CAREFUL, [], id="Node.js"),
        pytest.param("other.py", "index.handler", CAREFUL, ["CORS521"], id="another file"),
        pytest.param("../index.py", "../index.handler", CAREFUL, ["CORS521"], id="a file outside"),
        pytest.param("index.py", {"Ref": "Domain"}, CAREFUL, ["CORS521"], id="a handler that nobody knows"),
    ],
)
def test_the_code_of_an_asset_is_looked_at(
    tmp_path: Path, name: str, handler: Any, text: str, found: list[str]
) -> None:
    file = tmp_path / "asset.abc" / name
    file.resolve().parent.mkdir(parents=True, exist_ok=True)
    file.parents[1].mkdir(exist_ok=True)
    file.write_text(text)
    document = hand_written()
    knowing_parameter(document)
    answered_by(THERE, Handler=handler)(document)
    document["Resources"]["Function"]["Metadata"] = {"aws:asset:path": "asset.abc", "aws:asset:property": "Code"}
    (tmp_path / "Stack.template.json").write_text(json.dumps(document))
    findings = check(read_template(tmp_path), select=["CORS52"])
    assert [finding.rule.id for finding in findings] == found


def test_a_wrapped_functions_own_code_is_looked_at(tmp_path: Path) -> None:
    (tmp_path / "asset.abc").mkdir()
    (tmp_path / "asset.abc" / "index.py").write_text(CAREFUL)
    document = hand_written()
    wrapped()(document)
    document["Resources"]["Function"]["Metadata"] = {"aws:asset:path": "asset.abc", "aws:asset:property": "Code"}
    (tmp_path / "Stack.template.json").write_text(json.dumps(document))
    assert [finding.rule.id for finding in check(read_template(tmp_path), select=["CORS52"])] == ["CORS527"]


def test_the_names_are_those_that_the_constructs_write() -> None:
    assert (VARIABLE, OWN_HANDLER) == (POLICY_VARIABLE, HANDLER_VARIABLE)
    assert {"python": PYTHON_WRAPPER, "nodejs": NODE_WRAPPER} == WRAPPERS


def test_a_policy_with_a_stand_in_shows_it_nowhere() -> None:
    document = hand_written()
    knowing_parameter(document)
    told(joined('{"allow_origins":["https://*x.', {"Ref": "Domain"}, '"],"max_age":-1}'))(document)
    (finding,) = checked(document, select=["CORS52"])
    assert "only-known-at-deployment" not in finding.message + finding.fix
    assert "max_age" in finding.message


def test_reading_a_policy_twice_gives_the_same() -> None:
    assert read_policies(policy()) == read_policies(policy())


@pytest.mark.parametrize(
    ("items", "let_in"),
    [
        pytest.param(["https://a.example", ",https://*.b.example"], False, id="a pattern in a list"),
        pytest.param(["https://a.example", ",*"], False, id="a star in a list"),
        pytest.param(["https://*.b.example"], True, id="a pattern of the app's own"),
        pytest.param(["*,"], True, id="one string, which is a star"),
    ],
)
def test_what_was_known_only_at_deployment_is_no_pattern(items: list[str], let_in: bool) -> None:
    shared = read_policies(json.dumps({"allow_origins": items})).whole
    assert shared is not None
    assert shared.allows("https://any.b.example") is let_in
