"""CORS17x to CORS19x: for each rule a template that breaks it, and right ones that look like it."""

from collections.abc import Callable

import pytest

from cors_constructs.check import Answer

from .asking import checked, findings_of
from .changes import (
    Change,
    both,
    failing_with,
    having,
    knowing_nothing_of,
    nothing,
    quoting,
    running,
    sending,
    with_resource,
)
from .right import (
    SEVERAL,
    Json,
    authorizer,
    hand_written,
    mapped,
    method,
    of_several_origins,
    open_to_all,
    path_part,
    ref,
)

ORIGIN, METHODS, HEADERS = (
    "Access-Control-Allow-Origin",
    "Access-Control-Allow-Methods",
    "Access-Control-Allow-Headers",
)
CREDENTIALS, MAX_AGE, EXPOSE = (
    "Access-Control-Allow-Credentials",
    "Access-Control-Max-Age",
    "Access-Control-Expose-Headers",
)

READ = (
    "#set($origin = $input.params().header.get('Origin'))"
    "#if(!$origin)#set($origin = $input.params().header.get('origin'))#end"
)


def allowing(value: str) -> Change:
    """One origin, on preflights and errors alike."""
    return both(sending(ORIGIN, value), failing_with(ORIGIN, value))


def echo_if(condition: str, read: str = READ) -> Change:
    """A response template that repeats the origin where a condition holds."""
    return running(f"{read}#if({condition})#set($context.responseOverride.header.{ORIGIN} = $origin)#end")


def only_echo(read: str = READ) -> Change:
    return running(f"{read}#set($context.responseOverride.header.{ORIGIN} = $origin)")


def in_place_of(text: str, value: Json) -> Json:
    """The usual template with a value where a text was."""
    before, after = SEVERAL.split(text)
    return {"Fn::Join": ["", [before, value, after]]}


def cognito(document: Json) -> None:
    users = {
        **authorizer("COGNITO_USER_POOLS"),
        "Properties": {**authorizer()["Properties"], "Type": "COGNITO_USER_POOLS"},
    }
    document["Resources"]["Who"] = users
    for name in ("GetUsers", "PutUsers"):
        having(name, "AuthorizationType", value="COGNITO_USER_POOLS")(document)
        having(name, "AuthorizerId", value=ref("Who"))(document)


ONE = hand_written
MANY = of_several_origins


@pytest.mark.parametrize(
    ("rule", "base", "change"),
    [
        pytest.param("CORS170", ONE, sending(ORIGIN, "'https://app.example.com/'"), id="an origin ends in a slash"),
        pytest.param("CORS170", ONE, sending(ORIGIN, "'https://app.example.com/users'"), id="an origin has a path"),
        pytest.param("CORS170", ONE, sending(ORIGIN, "'https://App.example.com'"), id="an origin has a capital letter"),
        pytest.param("CORS170", ONE, sending(ORIGIN, "'app.example.com'"), id="an origin has no scheme"),
        pytest.param("CORS170", ONE, sending(ORIGIN, "'https://b\u00fccher.example'"), id="an origin is not in ASCII"),
        pytest.param(
            "CORS170", ONE, sending(ORIGIN, "'https://app.example.com:443'"), id="an origin names the default port"
        ),
        pytest.param("CORS170", ONE, sending(ORIGIN, "'https://*.example.com'"), id="a pattern is sent as an origin"),
        pytest.param(
            "CORS170",
            ONE,
            failing_with(ORIGIN, "'https://app.example.com/'", "Errors4xx"),
            id="an error's origin ends in a slash",
        ),
        pytest.param(
            "CORS170",
            MANY,
            echo_if("$origin == 'https://app.example.com/'"),
            id="a template compares with a slash at the end",
        ),
        pytest.param(
            "CORS171",
            ONE,
            sending(ORIGIN, "'https://app.example.com,https://admin.example.com'"),
            id="two origins with a comma",
        ),
        pytest.param(
            "CORS171",
            ONE,
            sending(ORIGIN, "'https://app.example.com https://admin.example.com'"),
            id="two origins with a blank",
        ),
        pytest.param(
            "CORS171",
            MANY,
            running(f"#set($context.responseOverride.header.{ORIGIN} = 'https://a.example, https://b.example')"),
            id="a template answers with a list",
        ),
        pytest.param("CORS172", ONE, sending(ORIGIN, "'null'"), id="null is allowed"),
        pytest.param(
            "CORS172",
            MANY,
            echo_if("$origin == 'https://app.example.com' || $origin == 'null'"),
            id="a template lets null in",
        ),
        pytest.param(
            "CORS173",
            ONE,
            both(sending(ORIGIN, "'*'"), sending(CREDENTIALS, "'true'"), failing_with(ORIGIN, "'*'")),
            id="the wildcard with credentials",
        ),
        pytest.param(
            "CORS174",
            ONE,
            both(sending(HEADERS, "'*'"), sending(CREDENTIALS, "'true'")),
            id="every header with credentials",
        ),
        pytest.param(
            "CORS174",
            ONE,
            both(sending(METHODS, "'*'"), sending(CREDENTIALS, "'true'")),
            id="every method with credentials",
        ),
        pytest.param(
            "CORS174",
            ONE,
            both(sending(EXPOSE, "'*'"), sending(CREDENTIALS, "'true'")),
            id="every exposed header with credentials",
        ),
        pytest.param(
            "CORS175", ONE, both(cognito, sending(HEADERS, "'*'")), id="authorization is left to the wildcard"
        ),
        pytest.param(
            "CORS176", MANY, echo_if("$origin.matches('https://app.example.com')"), id="a pattern with bare dots"
        ),
        pytest.param(
            "CORS176",
            MANY,
            echo_if("$origin.matches('https://.*example[.]com')"),
            id="a wildcard without a dot behind it",
        ),
        pytest.param(
            "CORS176", MANY, echo_if("$origin.matches('https://app[.]example[.]com.*')"), id="a pattern open at its end"
        ),
        pytest.param(
            "CORS176",
            MANY,
            echo_if(r'$origin.matches("https://(www|app).example\.com")'),
            id="a bare dot behind alternatives",
        ),
        pytest.param(
            "CORS177",
            MANY,
            echo_if("$origin.startsWith('https://app.example.com')"),
            id="the origin's beginning is compared",
        ),
        pytest.param("CORS177", MANY, echo_if("$origin.endsWith('example.com')"), id="the origin's end is compared"),
        pytest.param(
            "CORS177", MANY, echo_if("$origin.contains('app.example.com')"), id="a piece of the origin is looked for"
        ),
        pytest.param(
            "CORS177",
            MANY,
            echo_if("$origin.indexOf('example.com') > 0"),
            id="a piece's place in the origin is looked for",
        ),
        pytest.param(
            "CORS177",
            MANY,
            echo_if("$all.contains($origin)", READ + "#set($all = 'https://app.example.com,https://b.example')"),
            id="the origin is looked for in a list that is one text",
        ),
        pytest.param(
            "CORS178", MANY, echo_if(r"$origin.matches('https?://app\.example\.com')"), id="a pattern takes http too"
        ),
        pytest.param(
            "CORS179",
            MANY,
            echo_if("$origin == 'https://app.example.com'", "#set($origin = $input.params('Origin'))"),
            id="the origin may come from the query",
        ),
        pytest.param(
            "CORS180",
            MANY,
            both(only_echo(), sending(CREDENTIALS, "'true'")),
            id="every origin is repeated, with credentials",
        ),
        pytest.param("CORS181", MANY, only_echo(), id="every origin is repeated"),
        pytest.param(
            "CORS181",
            MANY,
            only_echo('#set($origin = "$!input.params().header.Origin$!input.params().header.origin")'),
            id="every origin is repeated, in whatever spelling it comes",
        ),
        pytest.param(
            "CORS177",
            MANY,
            echo_if("$origin.split('//').get(1).endsWith('example.com')"),
            id="the end of what is behind the scheme is compared",
        ),
        pytest.param(
            "CORS176", MANY, echo_if("$origin.matches('https://.*')"), id="every https origin is let in by a pattern"
        ),
        pytest.param(
            "CORS182",
            MANY,
            echo_if("$origin == 'https://app.example.com'", "#set($origin = $input.params().header.get('Origin'))"),
            id="only Origin is read",
        ),
        pytest.param(
            "CORS182",
            MANY,
            echo_if("$origin == 'https://app.example.com'", "#set($origin = $input.params().header.origin)"),
            id="only origin is read",
        ),
        pytest.param(
            "CORS183",
            MANY,
            echo_if("$origin == 'https://app.example.com'", READ.replace("!$origin", '$origin == ""')),
            id="a missing header is compared with nothing",
        ),
        pytest.param(
            "CORS184",
            MANY,
            running(
                f"{SEVERAL}#if($origin == 'https://app.example.com')"
                f"#set($context.responseOverride.header.{ORIGIN} = $origin)#end"
            ),
            id="the origin is overridden twice",
        ),
        pytest.param("CORS185", ONE, sending(ORIGIN, "*"), id="the wildcard without quotes"),
        pytest.param(
            "CORS185",
            ONE,
            sending(ORIGIN, "method.request.header.Origin"),
            id="an expression that no response may have",
        ),
        pytest.param("CORS185", ONE, sending(HEADERS, "x-api-key"), id="headers without quotes"),
        pytest.param("CORS186", ONE, sending(HEADERS, "'authorization','x-api-key'"), id="each header between quotes"),
        pytest.param("CORS186", ONE, sending("X-Note", "'It's'"), id="an apostrophe in a literal"),
        pytest.param("CORS187", ONE, sending(MAX_AGE, "'-1'"), id="a negative age"),
        pytest.param("CORS187", ONE, sending(MAX_AGE, "'1h'"), id="an age with a unit"),
        pytest.param("CORS188", ONE, sending(METHODS, "'GET,put'"), id="a method in lower case"),
        pytest.param("CORS189", ONE, sending(METHODS, "'get,PUT'"), id="a safelisted method in lower case"),
        pytest.param("CORS189", ONE, sending(METHODS, "'GET,PUT,delete'"), id="a method in lower case that nobody has"),
        pytest.param(
            "CORS190", MANY, sending(ORIGIN, "'https://app.example.com'"), id="a stranger is told the first origin"
        ),
        pytest.param("CORS191", ONE, sending(CREDENTIALS, "'True'"), id="credentials with a capital letter"),
        pytest.param("CORS192", ONE, sending(HEADERS, "'authorization; x-api-key'"), id="headers with a semicolon"),
        pytest.param("CORS192", ONE, sending(METHODS, "'GET PUT'"), id="methods with a blank"),
    ],
)
def test_a_broken_rule_is_found_and_nothing_else(rule: str, base: Callable[[], Json], change: Change) -> None:
    document = base()
    change(document)
    assert findings_of(document) == [(rule, Answer.WRONG)]


@pytest.mark.parametrize(
    ("base", "change"),
    [
        pytest.param(ONE, nothing, id="one origin"),
        pytest.param(MANY, nothing, id="several origins"),
        pytest.param(ONE, allowing("'*'"), id="everybody, without credentials"),
        pytest.param(ONE, allowing("'http://localhost:3000'"), id="a page on the developer's machine"),
        pytest.param(ONE, allowing("'https://xn--bcher-kva.example'"), id="an origin in Punycode"),
        pytest.param(ONE, sending(CREDENTIALS, "'true'"), id="one origin with credentials"),
        pytest.param(ONE, sending(CREDENTIALS, "'false'"), id="credentials that are said to be false"),
        pytest.param(ONE, sending(METHODS, "'*'"), id="every method, without credentials"),
        pytest.param(ONE, sending(HEADERS, "'*'"), id="every header, without credentials or authorizer"),
        pytest.param(ONE, both(cognito, sending(HEADERS, "'*,authorization'")), id="authorization beside the wildcard"),
        pytest.param(ONE, sending(EXPOSE, "'*'"), id="every exposed header, without credentials"),
        pytest.param(ONE, sending(MAX_AGE, "'0'"), id="an age of nothing"),
        pytest.param(ONE, sending(METHODS, "'GET, PUT ,'"), id="blanks and an empty item in a list"),
        pytest.param(
            ONE, sending(HEADERS, "'Authorization,Content-Type,X-Api-Key'"), id="headers with capital letters"
        ),
        pytest.param(ONE, sending("X-Note", "'say \"hello\"'"), id="double quotes in a literal"),
        pytest.param(ONE, sending("X-Stage", "stageVariables.name"), id="a header from a stage variable"),
        pytest.param(ONE, sending("X-Id", "context.requestId"), id="a header from the context"),
        pytest.param(MANY, echo_if(r"$origin.matches('https://app\.example\.com')"), id="a pattern that is escaped"),
        pytest.param(
            MANY, echo_if("$origin.matches('https://[a-z0-9-]+[.]example[.]com')"), id="a pattern of one label"
        ),
        pytest.param(MANY, echo_if("$origin.matches('https://(www|app)[.]example[.]com(:8443)?')"), id="alternatives"),
        pytest.param(MANY, echo_if("$origin.matches('https://.*[.]example[.]com')"), id="a wildcard bounded by a dot"),
        pytest.param(
            MANY, echo_if("$origin.matches('http://localhost:[0-9]+')"), id="any port of the developer's machine"
        ),
        pytest.param(
            MANY,
            echo_if("$all.contains($origin)", READ + "#set($all = ['https://app.example.com', 'https://b.example'])"),
            id="a list",
        ),
        pytest.param(
            MANY,
            echo_if("$all.contains($origin)", READ + "#set($all = $util.parseJson('[\"https://app.example.com\"]'))"),
            id="a list in JSON",
        ),
        pytest.param(
            MANY,
            echo_if("$origin.startsWith('https://') && $origin.endsWith('.example.com')"),
            id="beginning and end, bounded by a dot",
        ),
        pytest.param(
            MANY,
            echo_if(
                "$found",
                READ + "#set($all = 'https://a.example,https://b.example')#foreach($one in $all.split(','))"
                "#if($one == $origin)#set($found = true)#end#end",
            ),
            id="a list that is one text, taken apart",
        ),
        pytest.param(
            MANY,
            both(sending(CREDENTIALS, "'true'"), echo_if("$origin == 'https://app.example.com'")),
            id="one of a list, with credentials",
        ),
        pytest.param(
            MANY,
            running(
                SEVERAL.replace(
                    "#end", f"#set($context.responseOverride.header.{CREDENTIALS} = 'true')#end", 2
                ).replace(f"#set($context.responseOverride.header.{CREDENTIALS} = 'true')#end", "#end", 1)
            ),
            id="credentials only for those that are let in",
        ),
    ],
)
def test_nothing_is_found_where_all_is_right(base: Callable[[], Json], change: Change) -> None:
    document = base()
    change(document)
    assert findings_of(document) == []


@pytest.mark.parametrize(
    ("rule", "base", "change"),
    [
        pytest.param(
            "CORS170",
            ONE,
            knowing_nothing_of(
                lambda value: both(sending(ORIGIN, quoting(value)), failing_with(ORIGIN, quoting(value)))
            ),
            id="the origin is a parameter",
        ),
        pytest.param(
            "CORS170",
            MANY,
            knowing_nothing_of(lambda value: running(in_place_of("https://app.example.com", value))),
            id="an origin in a template is a parameter",
        ),
        pytest.param(
            "CORS170",
            ONE,
            knowing_nothing_of(lambda value: sending(ORIGIN, value)),
            id="the whole value is a parameter, quotes included",
        ),
        pytest.param(
            "CORS173",
            ONE,
            both(allowing("'*'"), knowing_nothing_of(lambda value: sending(CREDENTIALS, quoting(value)))),
            id="whether credentials are allowed beside the wildcard is a parameter",
        ),
    ],
)
def test_what_only_a_deployment_knows_cannot_be_told(rule: str, base: Callable[[], Json], change: Change) -> None:
    document = base()
    change(document)
    assert findings_of(document) == [(rule, Answer.CANNOT_TELL)]


def test_a_host_that_cloudformation_fills_in_is_no_question() -> None:
    document = hand_written()
    domain = {"Fn::GetAtt": ["Distribution", "DomainName"]}
    document["Resources"]["Distribution"] = {"Type": "AWS::CloudFront::Distribution", "Properties": {}}
    value = {"Fn::Join": ["", ["'https://", domain, "'"]]}
    both(sending(ORIGIN, value), failing_with(ORIGIN, value))(document)
    assert findings_of(document) == []


def test_an_answer_in_earnest_is_held_to_the_same_rules() -> None:
    document = open_to_all()
    echo = f"#set($context.responseOverride.header.{ORIGIN} = $input.params().header.get('Origin'))"
    integration = mapped("HTTP", {ORIGIN: "'https://app.example.com/'"})
    integration["IntegrationResponses"][0]["ResponseTemplates"] = {"application/json": echo}
    declared = [{"StatusCode": "200", "ResponseParameters": {f"method.response.header.{ORIGIN}": True}}]
    with_resource("GetUsers", method("GET", "Users", integration, MethodResponses=declared))(document)
    assert ("CORS170", Answer.WRONG) in findings_of(document)
    assert ("CORS181", Answer.WRONG) in findings_of(document)


def test_a_warning_is_said_once_for_an_api_and_names_the_other_places() -> None:
    document = hand_written()
    for name in ("orders", "carts"):
        with_resource(name.title(), path_part(name))(document)
        with_resource(f"Get{name}", method("GET", name.title()))(document)
        preflight = {**document["Resources"]["UsersOptions"]}
        preflight["Properties"] = {**preflight["Properties"], "ResourceId": ref(name.title())}
        with_resource(f"{name}Options", preflight)(document)
    sending(MAX_AGE, "'-1'")(document)
    (finding,) = [found for found in checked(document) if found.rule.id == "CORS187"]
    assert finding.path == "/users"
    assert finding.message.endswith("(likewise OPTIONS /orders and OPTIONS /carts)")


def test_what_is_unknown_in_a_template_is_shown_by_its_name() -> None:
    document = of_several_origins()
    knowing_nothing_of(lambda value: running(in_place_of("https://app.example.com", value)))(document)
    (finding,) = checked(document)
    assert "compares with the origin ${Given}," in finding.message


def test_an_unknown_label_of_an_origin_is_shown_in_its_place() -> None:
    document = of_several_origins()
    knowing_nothing_of(lambda value: running(in_place_of("app.example", value)))(document)
    (finding,) = checked(document)
    assert "compares with the origin https://${Given}.com," in finding.message
