"""Ways to break an example's template, by name: each is a function that changes it, and what the checker has to say.

They work on any of the examples: a header that is static in one is set by a response template in another.
"""

import copy
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import attrs

from .right import JSON, Json

SNAPSHOTS: Final = Path(__file__).parents[1] / "examples" / "__snapshots__" / "test_snapshots"
EXAMPLES: Final = ("Authorizers", "ManyOrigins", "Quickstart")

ORIGIN, METHODS, HEADERS, MAX_AGE = (
    "Access-Control-Allow-Origin",
    "Access-Control-Allow-Methods",
    "Access-Control-Allow-Headers",
    "Access-Control-Max-Age",
)
_ORIGINS: Final = re.compile(r"(?<=')https://[a-z.]+(?=')")


def example(name: str) -> Json:
    """An example's template, as it was synthesized."""
    text = (SNAPSHOTS / f"test_the_template_is_as_it_was[{name}].json").read_text()
    document: Json = json.loads(text)
    for resource in document["Resources"].values():
        # A snapshot has no code, which is another file's.
        if resource["Type"] == "AWS::Lambda::Function":
            resource["Properties"]["Code"] = {"S3Bucket": "code", "S3Key": "handler.zip"}
    return document


class Broken:
    """An example's template, to be broken.

    Attributes:
        resources: Its resources.
        page: The first origin that it lets in.
    """

    def __init__(self, name: str) -> None:
        self.document = copy.deepcopy(example(name))
        self.resources: Json = self.document["Resources"]
        found = _ORIGINS.search(json.dumps(self.answer))
        self.page = found.group() if found else "https://app.example.com"

    def all(self, kind: str, **having: Any) -> Iterator[str]:
        """The logical ids of a type, whose properties are as said."""
        for name, resource in self.resources.items():
            if resource["Type"] == f"AWS::ApiGateway::{kind}":
                said = resource.get("Properties", {})
                if all(said.get(key) == value for key, value in having.items()):
                    yield name

    def first(self, kind: str, **having: Any) -> Json:
        """The properties of the first of a type."""
        for name in self.all(kind, **having):
            return self.properties(name)
        raise LookupError(f"there is no {kind} with {having}")

    def properties(self, name: str) -> Json:
        said: Json = self.resources[name]["Properties"]
        return said

    @property
    def options(self) -> Json:
        """A preflight that answers for a keyed method other than GET, HEAD and POST."""
        return next(self._options_of("DELETE", "PUT", "ANY", "POST", "GET"))

    def _options_of(self, *verbs: str) -> Iterator[Json]:
        for verb in verbs:
            for name in self.all("Method", HttpMethod=verb, ApiKeyRequired=True):
                beside = self.properties(name)["ResourceId"]
                yield self.first("Method", HttpMethod="OPTIONS", ResourceId=beside)

    @property
    def answer(self) -> Json:
        """That preflight's integration response."""
        response: Json = self.options["Integration"]["IntegrationResponses"][0]
        return response

    def rewrite(self, change: Callable[[str], str]) -> None:
        """Changes every text of that preflight's answer."""

        def walk(node: Any) -> Any:
            if isinstance(node, dict):
                return {key: walk(value) for key, value in node.items()}
            if isinstance(node, list):
                return [walk(value) for value in node]
            return change(node) if isinstance(node, str) else node

        self.answer["ResponseParameters"] = walk(self.answer["ResponseParameters"])
        if "ResponseTemplates" in self.answer:
            self.answer["ResponseTemplates"] = walk(self.answer["ResponseTemplates"])

    def send(self, header: str, value: str) -> None:
        """Has that preflight send a header with a value, in the way in which it sends others."""
        fixed = re.compile(rf"(responseOverride\.header\.{header}=)'[^']*'")
        before = json.dumps(self.answer)
        self.rewrite(lambda text: fixed.sub(lambda found: f"{found.group(1)}'{value}'", text))
        if json.dumps(self.answer) == before:
            self.answer["ResponseParameters"][f"method.response.header.{header}"] = f"'{value}'"
            self.options["MethodResponses"][0]["ResponseParameters"][f"method.response.header.{header}"] = True

    def drop(self, header: str) -> None:
        """Has that preflight no longer send a header."""
        setting = re.compile(rf"#set\(\$context\.responseOverride\.header\.{header}=[^)]*\)")
        self.rewrite(lambda text: setting.sub("", text))
        self.answer["ResponseParameters"].pop(f"method.response.header.{header}", None)

    def run(self, template: str) -> None:
        """Has that preflight answered by another response template, for the example's own page."""
        template = template.replace("https://app.example.com", self.page)
        self.answer["ResponseParameters"] = {"method.response.header.Vary": "'Origin'"}
        self.options["MethodResponses"][0]["ResponseParameters"] = {"method.response.header.Vary": True}
        set_others = (
            f"#set($context.responseOverride.header.{METHODS}='DELETE,PATCH,PUT')"
            f"#set($context.responseOverride.header.{HEADERS}='authorization,x-api-key')"
            f"#set($context.responseOverride.header.{MAX_AGE}='7200')"
        )
        self.answer["ResponseTemplates"] = {JSON: template + set_others}
        self.answer["ContentHandling"] = "CONVERT_TO_TEXT"

    def fail_with(self, header: str, value: str, kind: str = "DEFAULT_4XX") -> None:
        """Has a gateway response send a header."""
        errors = self.first("GatewayResponse", ResponseType=kind)
        errors["ResponseParameters"][f"gatewayresponse.header.{header}"] = value

    def remove(self, *names: str) -> None:
        """Takes resources away, with every mention in a DependsOn."""
        for name in names:
            del self.resources[name]
        for resource in self.resources.values():
            waited = resource.get("DependsOn", [])
            if isinstance(waited, list):
                resource["DependsOn"] = [name for name in waited if name not in names]

    def add(self, name: str, resource: Json) -> None:
        self.resources[name] = resource


@attrs.frozen
class Breakage:
    """One way to break a template.

    Attributes:
        name: What it does.
        rule: The rule that has to be found.
        apply: Does it.
    """

    name: str
    rule: str
    apply: Callable[[Broken], object]


BREAKAGES: Final[list[Breakage]] = []


def _breaks(rule: str) -> Callable[[Callable[[Broken], object]], Callable[[Broken], object]]:
    def note(apply: Callable[[Broken], object]) -> Callable[[Broken], object]:
        BREAKAGES.append(Breakage(apply.__name__.replace("_", " "), rule, apply))
        return apply

    return note


READ: Final = "#set($o=$input.params().header.get('Origin'))#if(!$o)#set($o=$input.params().header.get('origin'))#end"
ECHO: Final = f"#set($context.responseOverride.header.{ORIGIN}=$o)"


@_breaks("CORS170")
def an_origin_ends_in_a_slash(it: Broken) -> None:
    it.rewrite(lambda text: _ORIGINS.sub(lambda found: f"{found.group()}/", text))


@_breaks("CORS170")
def an_origin_has_a_capital_letter(it: Broken) -> None:
    it.rewrite(lambda text: _ORIGINS.sub(lambda found: found.group().replace("example", "Example"), text))


@_breaks("CORS170")
def an_origin_is_a_url(it: Broken) -> None:
    it.rewrite(lambda text: _ORIGINS.sub(lambda found: f"{found.group()}/index.html", text))


@_breaks("CORS171")
def the_origin_is_a_list(it: Broken) -> None:
    it.run(f"#set($context.responseOverride.header.{ORIGIN}='https://a.example,https://b.example')")


@_breaks("CORS172")
def null_is_let_in(it: Broken) -> None:
    it.run(f"{READ}#if($o=='https://app.example.com'||$o=='null'){ECHO}#end")


@_breaks("CORS173")
def everybody_with_credentials(it: Broken) -> None:
    it.run(f"#set($context.responseOverride.header.{ORIGIN}='*')")
    it.send("Access-Control-Allow-Credentials", "true")


@_breaks("CORS174")
def every_header_with_credentials(it: Broken) -> None:
    it.send(HEADERS, "*")
    it.send("Access-Control-Allow-Credentials", "true")


@_breaks("CORS176")
def a_pattern_with_bare_dots(it: Broken) -> None:
    it.run(f"{READ}#if($o.matches('https://[a-z]+.example.com')){ECHO}#end")


@_breaks("CORS176")
def a_pattern_without_an_end(it: Broken) -> None:
    it.run(f"{READ}#if($o.matches('https://app[.]example[.]com.*')){ECHO}#end")


@_breaks("CORS177")
def the_end_of_the_origin_is_compared(it: Broken) -> None:
    it.run(f"{READ}#if($o.endsWith('example.com')){ECHO}#end")


@_breaks("CORS179")
def the_origin_is_read_from_the_query_too(it: Broken) -> None:
    it.run(f"#set($o=$input.params('Origin'))#if($o=='https://app.example.com'){ECHO}#end")


@_breaks("CORS180")
def every_origin_is_repeated_with_credentials(it: Broken) -> None:
    it.run(f"{READ}{ECHO}#set($context.responseOverride.header.Access-Control-Allow-Credentials='true')")


@_breaks("CORS181")
def every_origin_is_repeated(it: Broken) -> None:
    it.run(f"{READ}{ECHO}")


@_breaks("CORS182")
def one_spelling_of_the_header_is_read(it: Broken) -> None:
    it.run(f"#set($o=$input.params().header.get('Origin'))#if($o=='https://app.example.com'){ECHO}#end")


@_breaks("CORS183")
def a_missing_header_is_compared_with_nothing(it: Broken) -> None:
    it.run(READ.replace("!$o", "$o==''") + f"#if($o=='https://app.example.com'){ECHO}#end")


@_breaks("CORS184")
def an_override_is_set_twice(it: Broken) -> None:
    it.run(f"{READ}#if($o=='https://app.example.com'){ECHO}{ECHO}#end")


@_breaks("CORS185")
def a_value_loses_its_quotes(it: Broken) -> None:
    it.send("Vary", "Origin")
    it.answer["ResponseParameters"]["method.response.header.Vary"] = "Origin"


@_breaks("CORS186")
def a_value_has_a_quote_inside(it: Broken) -> None:
    it.send("Vary", "Origin")
    it.answer["ResponseParameters"]["method.response.header.Vary"] = "'Origin','Accept'"


@_breaks("CORS187")
def an_age_below_nothing(it: Broken) -> None:
    it.send(MAX_AGE, "-1")


@_breaks("CORS188")
def methods_in_lower_case(it: Broken) -> None:
    it.send(METHODS, "delete,patch,put")
    it.add("Patch", _method(it, it.options["ResourceId"], "PATCH"))


@_breaks("CORS189")
def a_method_that_nobody_has_in_lower_case(it: Broken) -> None:
    it.send(METHODS, "head,DELETE,GET,PATCH,POST,PUT")


@_breaks("CORS190")
def a_stranger_is_told_an_origin(it: Broken) -> None:
    it.run(f"{READ}#if($o=='https://app.example.com'){ECHO}#end")
    it.send(ORIGIN, "https://app.example.com")


@_breaks("CORS191")
def credentials_are_true_with_a_capital_letter(it: Broken) -> None:
    it.send("Access-Control-Allow-Credentials", "True")


@_breaks("CORS192")
def headers_are_parted_by_semicolons(it: Broken) -> None:
    it.send(HEADERS, "authorization; x-api-key")


@_breaks("CORS201")
def options_asks_for_a_key(it: Broken) -> None:
    it.options["ApiKeyRequired"] = True


@_breaks("CORS202")
def options_is_signed(it: Broken) -> None:
    it.options["AuthorizationType"] = "AWS_IAM"


@_breaks("CORS203")
def a_keyed_any_takes_the_preflight(it: Broken) -> None:
    it.options.update(HttpMethod="ANY", ApiKeyRequired=True)


@_breaks("CORS204")
def options_is_gone(it: Broken) -> None:
    options = it.options
    it.remove(next(name for name in it.all("Method") if it.properties(name) is options))


@_breaks("CORS205")
def the_key_header_is_left_out(it: Broken) -> None:
    it.send(HEADERS, "authorization,content-type")


@_breaks("CORS205")
def allow_headers_is_dropped(it: Broken) -> None:
    it.drop(HEADERS)


@_breaks("CORS206")
def authorization_is_left_out(it: Broken) -> None:
    for name in it.all("Method", HttpMethod="PUT"):
        it.properties(name)["AuthorizationType"] = "AWS_IAM"
    for name in it.all("Method", HttpMethod="DELETE"):
        it.properties(name)["AuthorizationType"] = "AWS_IAM"
    for name in it.all("Method", HttpMethod="POST"):
        it.properties(name)["AuthorizationType"] = "AWS_IAM"
    it.send(HEADERS, "x-api-key")


@_breaks("CORS218")
def content_type_is_left_out(it: Broken) -> None:
    for name in it.all("Method", HttpMethod="DELETE"):
        it.properties(name)["HttpMethod"] = "POST"
    it.send(HEADERS, "authorization,x-api-key")


@_breaks("CORS207")
def only_options_is_allowed(it: Broken) -> None:
    it.send(METHODS, "OPTIONS")
    beside = it.options["ResourceId"]
    it.add("Patch", _method(it, beside, "PATCH"))


@_breaks("CORS207")
def allow_methods_is_dropped(it: Broken) -> None:
    it.drop(METHODS)
    it.add("Patch", _method(it, it.options["ResourceId"], "PATCH"))


@_breaks("CORS208")
def allow_origin_is_dropped(it: Broken) -> None:
    it.drop(ORIGIN)


@_breaks("CORS209")
def a_preflight_is_redirected(it: Broken) -> None:
    it.answer["StatusCode"] = "302"
    it.options["MethodResponses"][0]["StatusCode"] = "302"


@_breaks("CORS209")
def no_integration_response_takes_the_status(it: Broken) -> None:
    it.answer["SelectionPattern"] = "404"


@_breaks("CORS209")
def the_integration_is_gone(it: Broken) -> None:
    del it.options["Integration"]


@_breaks("CORS210")
def the_request_template_is_gone(it: Broken) -> None:
    del it.options["Integration"]["RequestTemplates"]


@_breaks("CORS210")
def the_request_template_gives_no_status(it: Broken) -> None:
    it.options["Integration"]["RequestTemplates"] = {JSON: "{}"}


@_breaks("CORS211")
def the_request_template_is_no_json(it: Broken) -> None:
    it.options["Integration"]["RequestTemplates"] = {JSON: "{ statusCode: 200 }"}


@_breaks("CORS212")
def other_types_pass_through(it: Broken) -> None:
    it.options["Integration"]["PassthroughBehavior"] = "WHEN_NO_MATCH"


@_breaks("CORS213")
def binary_media_types_meet_bytes(it: Broken) -> None:
    for api in it.all("RestApi"):
        it.properties(api)["BinaryMediaTypes"] = ["*/*"]
    it.options["Integration"]["ContentHandling"] = "CONVERT_TO_BINARY"


@_breaks("CORS213")
def binary_media_types_meet_no_word_on_content(it: Broken) -> None:
    for api in it.all("RestApi"):
        it.properties(api)["BinaryMediaTypes"] = ["*/*"]
    del it.options["Integration"]["ContentHandling"]


@_breaks("CORS216")
def vary_is_dropped(it: Broken) -> None:
    it.run(f"{READ}#if($o=='https://app.example.com'){ECHO}#end")
    it.drop("Vary")


@_breaks("CORS217")
def a_backend_answers_the_preflight(it: Broken) -> None:
    it.options["Integration"] = {"Type": "HTTP_PROXY", "IntegrationHttpMethod": "ANY", "Uri": "https://x.example"}


@_breaks("CORS219")
def max_age_is_dropped(it: Broken) -> None:
    it.drop(MAX_AGE)


@_breaks("CORS220")
def a_validator_asks_a_preflight_for_a_header(it: Broken) -> None:
    api = it.options["RestApiId"]
    said = {"RestApiId": api, "ValidateRequestParameters": True}
    it.add("Validator", {"Type": "AWS::ApiGateway::RequestValidator", "Properties": said})
    it.options.update(
        RequestValidatorId={"Ref": "Validator"}, RequestParameters={"method.request.header.X-Tenant": True}
    )


@_breaks("CORS301")
def the_gateway_responses_are_gone(it: Broken) -> None:
    it.remove(*list(it.all("GatewayResponse")))


@_breaks("CORS301")
def one_gateway_response_is_gone(it: Broken) -> None:
    it.remove(next(it.all("GatewayResponse", ResponseType="DEFAULT_5XX")))


@_breaks("CORS301")
def a_gateway_response_loses_its_origin(it: Broken) -> None:
    del it.first("GatewayResponse")["ResponseParameters"][f"gatewayresponse.header.{ORIGIN}"]


@_breaks("CORS302")
def a_gateway_response_hides_the_default(it: Broken) -> None:
    api = it.first("GatewayResponse")["RestApiId"]
    said = {"RestApiId": api, "ResponseType": "UNAUTHORIZED", "StatusCode": "401"}
    it.add("Own", {"Type": "AWS::ApiGateway::GatewayResponse", "Properties": said})


@_breaks("CORS303")
def an_error_allows_another_origin(it: Broken) -> None:
    it.fail_with(ORIGIN, "'https://elsewhere.test'")


@_breaks("CORS304")
def an_error_loses_its_quotes(it: Broken) -> None:
    it.fail_with(ORIGIN, "*")


@_breaks("CORS305")
def an_error_reflects_with_credentials(it: Broken) -> None:
    it.fail_with(ORIGIN, "method.request.header.Origin")
    it.fail_with("Access-Control-Allow-Credentials", "'true'")


@_breaks("CORS306")
def an_error_reflects(it: Broken) -> None:
    it.fail_with(ORIGIN, "method.request.header.Origin")


@_breaks("CORS307")
def an_error_allows_everybody_with_credentials(it: Broken) -> None:
    it.fail_with(ORIGIN, "'*'")
    it.fail_with("Access-Control-Allow-Credentials", "'true'")


@_breaks("CORS308")
def an_error_exposes_nothing(it: Broken) -> None:
    for response in list(it.all("GatewayResponse")):
        del it.resources[response]["Properties"]["ResponseParameters"][
            "gatewayresponse.header.Access-Control-Expose-Headers"
        ]


@_breaks("CORS506")
def the_template_grows_past_cloudformations_limit(it: Broken) -> None:
    for number in range(500):
        it.add(f"Topic{number}", {"Type": "AWS::SNS::Topic"})


@_breaks("CORS401")
def the_plans_are_gone(it: Broken) -> None:
    it.remove(*list(it.all("UsagePlan")), *list(it.all("UsagePlanKey")), *list(it.all("ApiKey")))


@_breaks("CORS402")
def a_plan_loses_its_stage(it: Broken) -> None:
    it.first("UsagePlan")["ApiStages"] = []


@_breaks("CORS403")
def plans_cover_another_stage(it: Broken) -> None:
    for plan in it.all("UsagePlan"):
        it.properties(plan)["ApiStages"][0]["Stage"] = "test"


@_breaks("CORS404")
def a_plan_loses_its_keys(it: Broken) -> None:
    plan = next(it.all("UsagePlan"))
    entries = list(it.all("UsagePlanKey", UsagePlanId={"Ref": plan}))
    it.remove(*entries, *[it.properties(entry)["KeyId"]["Ref"] for entry in entries])


@_breaks("CORS405")
def a_key_is_off(it: Broken) -> None:
    it.first("ApiKey")["Enabled"] = False


@_breaks("CORS406")
def a_key_is_short(it: Broken) -> None:
    it.first("ApiKey")["Value"] = "secret"


@_breaks("CORS407")
def a_key_is_written_out(it: Broken) -> None:
    it.first("ApiKey")["Value"] = "0123456789abcdefghijklmnopqrstuv"


@_breaks("CORS408")
def a_key_is_in_two_plans(it: Broken) -> None:
    entry = it.first("UsagePlanKey")
    stages = it.properties(entry["UsagePlanId"]["Ref"])["ApiStages"]
    it.add("Second", {"Type": "AWS::ApiGateway::UsagePlan", "Properties": {"ApiStages": stages}})
    it.add(
        "Entry", {"Type": "AWS::ApiGateway::UsagePlanKey", "Properties": {**entry, "UsagePlanId": {"Ref": "Second"}}}
    )


@_breaks("CORS409")
def keys_come_from_authorizers(it: Broken) -> None:
    for api in it.all("RestApi"):
        it.properties(api)["ApiKeySourceType"] = "AUTHORIZER"


@_breaks("CORS410")
def a_key_leaves_its_plan(it: Broken) -> None:
    it.remove(next(it.all("UsagePlanKey")))


@_breaks("CORS411")
def a_plan_does_not_wait_for_its_stage(it: Broken) -> None:
    it.first("UsagePlan")["ApiStages"][0]["Stage"] = it.first("Stage")["StageName"]


@_breaks("CORS501")
def the_deployment_waits_for_no_method(it: Broken) -> None:
    del it.resources[next(it.all("Deployment"))]["DependsOn"]


@_breaks("CORS502")
def the_deployment_waits_for_no_gateway_response(it: Broken) -> None:
    errors = set(it.all("GatewayResponse"))
    for name in it.all("Deployment"):
        waited = it.resources[name]["DependsOn"]
        it.resources[name]["DependsOn"] = [other for other in waited if other not in errors]


@_breaks("CORS504")
def a_stage_shows_another_deployment(it: Broken) -> None:
    it.first("Stage")["DeploymentId"] = "abc123"


@_breaks("CORS511")
def a_proxy_becomes_an_integration_that_maps_nothing(it: Broken) -> None:
    method = it.first("Method", ApiKeyRequired=True)
    method["Integration"] = {
        "Type": "HTTP",
        "IntegrationHttpMethod": "GET",
        "Uri": "https://x.example",
        "IntegrationResponses": [{"StatusCode": "200"}],
    }
    method["MethodResponses"] = [{"StatusCode": "200"}]


@_breaks("CORS512")
def a_header_is_no_longer_declared(it: Broken) -> None:
    it.send("Vary", "Origin")
    it.options["MethodResponses"][0]["ResponseParameters"].pop("method.response.header.Vary", None)
    it.options["MethodResponses"][0]["ResponseParameters"].pop(f"method.response.header.{ORIGIN}", None)


@_breaks("CORS513")
def a_method_response_is_gone(it: Broken) -> None:
    it.options["MethodResponses"] = []


@_breaks("CORS514")
def a_header_is_sent_in_two_spellings(it: Broken) -> None:
    it.send("Vary", "Origin")
    it.send("vary", "Origin")


@_breaks("CORS521")
def a_function_that_tells_nothing_takes_a_call(it: Broken) -> None:
    _call(it, {})


@_breaks("CORS522")
def a_function_leaves_its_policy_unused(it: Broken) -> None:
    _call(it, {POLICY: _policy_of(it)}, Code={"ZipFile": "def handler(event, context): return {}"})


@_breaks("CORS523")
def a_functions_policy_is_no_json(it: Broken) -> None:
    _call(it, {POLICY: "https://app.example.com"})


@_breaks("CORS524")
def a_functions_policy_is_another_pages(it: Broken) -> None:
    _call(it, {POLICY: '{"allow_origins": ["https://elsewhere.test"]}'})


@_breaks("CORS525")
def a_functions_policy_is_for_everybody(it: Broken) -> None:
    it.run(f"{READ}#if($o=='https://app.example.com'){ECHO}#end")
    _call(it, {POLICY: '{"allow_origins": ["*"]}'})


@_breaks("CORS526")
def a_wrapped_function_has_no_layer(it: Broken) -> None:
    variables = {POLICY: _policy_of(it), "CORS_CONSTRUCTS_HANDLER": "index.handler"}
    _call(it, variables, Handler="cors_constructs.runtime.wrapped", Layers=[])


@_breaks("CORS527")
def a_function_with_a_policy_sets_the_header_too(it: Broken) -> None:
    _call(it, {POLICY: _policy_of(it), "HEADERS": '{"Access-Control-Allow-Origin": "*"}'})


POLICY: Final = "CORS_CONSTRUCTS_POLICY"


def _policy_of(it: Broken) -> str:
    return json.dumps({"allow_origins": [it.page]})


def _call(it: Broken, variables: Json, **said: Any) -> None:
    """Has a function answer for what that preflight is asked."""
    code = {"S3Bucket": "code", "S3Key": "called.zip"}
    properties = {"Runtime": "python3.13", "Handler": "index.handler", "Code": code, "Role": "arn:aws:iam::1:role/r"}
    properties |= {
        "Environment": {"Variables": variables},
        "Layers": ["arn:aws:lambda:eu-west-1:1:layer:Any:1"],
        **said,
    }
    it.add("Called", {"Type": "AWS::Lambda::Function", "Properties": properties})
    address = "arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Called.Arn}/invocations"
    beside = it.options["ResourceId"]
    for name in it.all("Method", ResourceId=beside):
        if it.properties(name)["HttpMethod"] != "OPTIONS":
            integration = {"Type": "AWS_PROXY", "IntegrationHttpMethod": "POST", "Uri": {"Fn::Sub": address}}
            it.properties(name)["Integration"] = integration


def _method(it: Broken, resource: Json, verb: str) -> Json:
    said = {**it.options, "HttpMethod": verb, "ResourceId": resource}
    said["Integration"] = {"Type": "HTTP_PROXY", "IntegrationHttpMethod": verb, "Uri": "https://x.example"}
    return {"Type": "AWS::ApiGateway::Method", "Properties": said}
