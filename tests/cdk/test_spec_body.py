"""Where documents go: the template, a file, or both, and each way a browser gets the same answers."""

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import attrs
import pytest
from aws_cdk import App, BootstraplessSynthesizer, CfnParameter, Stack

from cors_constructs import CorsPolicy
from cors_constructs.cdk.spec import body
from cors_constructs.render.layout import Preflight
from cors_constructs.simulate import Outcome, Response
from cors_constructs.testing import Browser

from .specs import INTEGRATION, URL, body_in, errors_in, function, spec_api
from .synthesis import ORIGIN, POLICY, of_type, warnings_with

MOST: Final = 1_000_000


@attrs.frozen
class Synthesized:
    """An app with one API that was synthesized."""

    stack: Stack
    folder: Path

    @property
    def template(self) -> dict[str, Any]:
        return dict(json.loads(self.text))

    @property
    def text(self) -> str:
        return (self.folder / f"{self.stack.stack_name}.template.json").read_text()

    @property
    def api(self) -> dict[str, Any]:
        (api,) = of_type(self.template, "AWS::ApiGateway::RestApi").values()
        return dict(api["Properties"])

    def uploaded(self) -> Iterator[Any]:
        """What is in the documents that are uploaded."""
        for path in self.folder.glob("asset.*.json"):
            yield json.loads(path.read_text())

    def outcome(self, verb: str, path: str, origin: str = ORIGIN) -> Outcome:
        """What a page gets that sends a key."""
        browser = Browser.on(self.stack, backend=lambda _: Response(200, POLICY.headers_for(ORIGIN)))
        return browser.fetch(verb, path, origin=origin, headers={"x-api-key": browser.key("web")}).outcome


@pytest.fixture
def synthesized(tmp_path: Path) -> Callable[..., Synthesized]:
    def synthesize(build: Callable[[Stack], Any], context: Mapping[str, Any] | None = None) -> Synthesized:
        app = App(outdir=str(tmp_path / "cdk.out"), tree_metadata=False, context=context)
        stack = Stack(app, "Stack")
        build(stack).add_client("web")
        app.synth()
        return Synthesized(stack, tmp_path / "cdk.out")

    return synthesize


def of_functions(paths: int, **arguments: Any) -> Callable[[Stack], Any]:
    """An API of so many paths with three operations each, of two functions."""

    def build(stack: Stack, **more: Any) -> Any:
        api = spec_api(stack, **arguments, **more)
        handlers = [function(stack, f"Function{number}") for number in range(2)]
        for number in range(paths):
            api.add_routes(
                path=f"/things{number}/{{id}}", methods=["GET", "PUT", "DELETE"], integration=handlers[number % 2]
            )
        return api

    return build


def padded(size: int, uri: Any = f"{URL}/users") -> dict[str, Any]:
    """A document of about so many bytes."""
    item = {"get": {"responses": {}, "x-amazon-apigateway-integration": {**INTEGRATION, "uri": uri}}}
    return {
        "openapi": "3.0.1",
        "info": {"title": "x", "version": "1", "description": "x" * size},
        "paths": {"/u": item},
    }


def of_padded(stack: Stack, **arguments: Any) -> Any:
    """An API of a large document that says all there is to know."""
    return spec_api(stack, document=padded(900_000), **arguments)


def of_models(stack: Stack) -> Any:
    """An API whose document has many small models, and so more blanks than anything else where it is indented."""
    model = {"type": "object", "properties": {"a": {"type": "string"}, "b": {"type": "string"}}}
    document = {**padded(0), "components": {"schemas": {f"Model{number}": model for number in range(4_500)}}}
    api = spec_api(stack, document=document)
    api.add_routes(path="/things/{id}", methods=["PUT"], integration=function(stack))
    return api


def test_a_small_document_stands_in_the_template(synthesized: Callable[..., Synthesized]) -> None:
    made = synthesized(of_functions(3))
    assert "openapi" in made.api["Body"]
    assert list(made.uploaded()) == []


@pytest.mark.parametrize("size", [0, 900_000], ids=["in the template", "uploaded"])
def test_a_template_that_is_null_is_an_empty_text(synthesized: Callable[..., Synthesized], size: int) -> None:
    document = padded(size)
    integration = document["paths"]["/u"]["get"]["x-amazon-apigateway-integration"]
    integration["requestTemplates"] = {"application/json": None, "text/plain": "#set($a=1)"}
    document["x-nothing"] = None
    made = synthesized(lambda stack: spec_api(stack, document=document))
    (found,) = made.uploaded() if size else [made.api["Body"]]
    templates = found["paths"]["/u"]["get"]["x-amazon-apigateway-integration"]["requestTemplates"]
    assert templates == {"application/json": "", "text/plain": "#set($a=1)"}
    assert "x-nothing" not in found
    assert integration["requestTemplates"]["application/json"] is None


def test_a_large_one_without_values_of_deployment_is_uploaded(synthesized: Callable[..., Synthesized]) -> None:
    made = synthesized(of_padded)
    assert set(made.api) == {"BodyS3Location", "Name"}
    (document,) = made.uploaded()
    assert "options" in document["paths"]["/u"]
    assert len(made.text) < 20_000
    assert made.outcome("GET", "/u") is Outcome.ALLOWED
    assert made.outcome("GET", "/u", "https://evil.test") is Outcome.PREFLIGHT_ORIGIN_MISMATCH


def test_tools_are_told_where_the_file_is(synthesized: Callable[..., Synthesized]) -> None:
    made = synthesized(of_padded, {"aws:cdk:enable-asset-metadata": True})
    (api,) = of_type(made.template, "AWS::ApiGateway::RestApi").values()
    assert api["Metadata"]["aws:asset:property"] == "BodyS3Location"
    assert (made.folder / api["Metadata"]["aws:asset:path"]).is_file()


def test_without_staging_it_is_uploaded_from_where_it_is(synthesized: Callable[..., Synthesized]) -> None:
    made = synthesized(of_padded, {"aws:cdk:disable-asset-staging": True})
    files = json.loads((made.folder / "Stack.assets.json").read_text())["files"].values()
    (path,) = (Path(file["source"]["path"]) for file in files if Path(file["source"]["path"]).is_absolute())
    assert "paths" in json.loads(path.read_text())
    path.unlink()
    path.parent.rmdir()


def test_one_with_values_of_deployment_is_included(synthesized: Callable[..., Synthesized]) -> None:
    made = synthesized(of_models)
    include = made.api["Body"]["Fn::Transform"]
    assert include["Name"] == "AWS::Include"
    assert include["Parameters"]["Location"]["Fn::Sub"].startswith("s3://")
    (document,) = made.uploaded()
    uri = document["paths"]["/things/{id}"]["put"]["x-amazon-apigateway-integration"]["uri"]
    assert "${Function" in uri["Fn::Sub"]
    assert made.outcome("PUT", "/things/7") is Outcome.ALLOWED
    assert made.outcome("DELETE", "/things/7") is Outcome.METHOD_NOT_ALLOWED
    assert made.outcome("PUT", "/things/7", "https://evil.test") is Outcome.PREFLIGHT_ORIGIN_MISMATCH


@pytest.mark.parametrize(
    "cors",
    [POLICY, CorsPolicy(allow_origins=[ORIGIN, "https://*.preview.example.com"], allow_credentials=True)],
    ids=["one origin", "several"],
)
@pytest.mark.parametrize("preflight", Preflight, ids=str)
def test_an_api_of_a_thousand_operations_fits_and_takes_few_resources(
    synthesized: Callable[..., Synthesized], preflight: Preflight, cors: CorsPolicy
) -> None:
    made = synthesized(of_functions(334, preflight=preflight, cors=cors))
    assert len(made.template["Resources"]) < 50
    assert len(of_type(made.template, "AWS::Lambda::Permission")) == 2
    assert len(made.text.encode()) < MOST
    for document in made.uploaded():
        assert len(json.dumps(document, separators=(",", ":"))) <= 450 * 1024
    for path in ("/things0/7", "/things333/7"):
        assert made.outcome("PUT", path) is Outcome.ALLOWED
        assert not made.outcome("PUT", path, "https://evil.test").allowed


def test_the_three_ways_say_the_same(
    synthesized: Callable[..., Synthesized], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """What CloudFormation makes of each is one document."""
    build = of_functions(12)
    whole = body_in(synthesized(build).template)
    monkeypatch.setattr(body, "_COMFORTABLE", 1)
    included = synthesized(build)
    (file,) = included.uploaded()
    assert file == whole
    monkeypatch.setattr(body, "_INCLUDED", 6_000)
    monkeypatch.setattr(body, "_TIGHT", 30_000)
    app = App(outdir=str(tmp_path / "split"), tree_metadata=False)
    stack = Stack(app, "Stack")
    build(stack)
    app.synth()
    split = Synthesized(stack, tmp_path / "split")
    (file,) = split.uploaded()
    paths = dict(split.api["Body"]["paths"])
    assert paths.pop("Fn::Transform")["Name"] == "AWS::Include"
    assert paths
    assert file
    assert {**split.api["Body"], "paths": {**paths, **file}} == whole


def test_what_another_stack_knows_stays_in_the_template(tmp_path: Path) -> None:
    app = App(outdir=str(tmp_path), tree_metadata=False)
    there, here = Stack(app, "There"), Stack(app, "Here")
    api = spec_api(here)
    handlers = [function(there), function(here)]
    for number in range(400):
        api.add_routes(path=f"/things{number}", methods=["GET", "PUT"], integration=handlers[number % 4 > 0])
    app.synth()
    made = Synthesized(here, tmp_path)
    assert "Fn::Transform" in made.api["Body"]["paths"]
    uris = [
        json.dumps(item["get"]["x-amazon-apigateway-integration"]["uri"])
        for path, item in made.api["Body"]["paths"].items()
        if path.startswith("/things")
    ]
    assert sum("Fn::ImportValue" in uri for uri in uris) == 100
    assert not [document for document in made.uploaded() if "ImportValue" in json.dumps(document)]


@pytest.mark.parametrize("build", [of_padded, of_functions(334)], ids=["imported", "included"])
def test_a_change_in_the_file_is_deployed(build: Callable[..., Any], tmp_path: Path) -> None:
    def deployment(folder: str, cors: CorsPolicy) -> str:
        app = App(outdir=str(tmp_path / folder), tree_metadata=False)
        stack = Stack(app, "Stack")
        build(stack, cors=cors)
        app.synth()
        (name,) = of_type(Synthesized(stack, tmp_path / folder).template, "AWS::ApiGateway::Deployment")
        return name

    assert deployment("a", POLICY) == deployment("b", POLICY)
    assert deployment("a", POLICY) != deployment("c", POLICY.evolve(max_age=5))


def test_without_blanks_more_fits_into_the_template(synthesized: Callable[..., Synthesized]) -> None:
    made = synthesized(of_functions(300), {"@aws-cdk/core:suppressTemplateIndentation": True})
    assert "openapi" in made.api["Body"]
    assert len(made.text.encode()) < MOST
    assert list(made.uploaded()) == []


class TestWhatFitsNowhere:
    def error(self, build: Callable[[Stack], Any], **stack_arguments: Any) -> str:
        app = App(tree_metadata=False)
        build(Stack(app, "Stack", **stack_arguments))
        with pytest.raises(RuntimeError) as caught:
            app.synth()
        return str(caught.value)

    def test_too_much_that_deployment_knows(self) -> None:
        def build(stack: Stack) -> None:
            uri = CfnParameter(stack, "Url").value_as_string
            spec_api(stack, document=padded(1_000_000, uri))

        error = self.error(build)
        assert "[Stack/Api] the document takes 1,0" in error
        assert "such as paths./u.get.x-amazon-apigateway-integration.uri, are only known at deployment" in error
        assert "Say preflight=Preflight.SHARED" in error

    def test_what_is_done_already_is_not_advised(self) -> None:
        def build(stack: Stack) -> None:
            stack.node.set_context("@aws-cdk/core:suppressTemplateIndentation", "true")
            uri = CfnParameter(stack, "Url").value_as_string
            spec_api(stack, document=padded(1_000_000, uri), preflight=Preflight.SHARED)

        error = self.error(build)
        assert "fills in itself. Give routes a URL where a function answers many, or make two APIs of it." in error

    @pytest.mark.parametrize("part", ["paths", "components"])
    def test_a_key_that_only_deployment_knows(self, part: str) -> None:
        def build(stack: Stack) -> None:
            key = f"/users/{CfnParameter(stack, 'Key').value_as_string}"
            item = {"get": {"responses": {}, "x-amazon-apigateway-integration": INTEGRATION}}
            document = {"openapi": "3.0.1", "paths": {"/users": item}, "components": {}}
            spec_api(stack, document={**document, part: {key: item}})

        error = self.error(build)
        assert "[Stack/Api] the document cannot be written: " in error
        assert "What only deployment knows may stand for values alone." in error

    def test_too_much_of_another_stack(self) -> None:
        app = App(tree_metadata=False)
        handler = function(Stack(app, "There"))
        api = spec_api(Stack(app, "Here"))
        for number in range(400):
            api.add_routes(path=f"/things{number}", methods=["GET", "PUT"], integration=handler)
        with pytest.raises(RuntimeError, match=r"values in it come from another stack \(There/Function/Resource\)"):
            app.synth()

    def test_more_than_api_gateway_imports(self) -> None:
        error = self.error(lambda stack: spec_api(stack, document=padded(6_400_000)))
        assert "API Gateway takes 6,291,456: make two APIs of it" in error

    @pytest.mark.parametrize(
        "build",
        [of_padded, of_models, of_functions(334)],
        ids=["file", "include", "both"],
    )
    def test_a_stack_that_takes_no_assets(self, build: Callable[[Stack], Any]) -> None:
        error = self.error(build, synthesizer=BootstraplessSynthesizer())
        assert "[Stack/Api] the document is too large for the template, and cannot be uploaded: " in error


@pytest.mark.parametrize(
    ("schema", "place"),
    [
        pytest.param({"enum": ["a", None]}, "components.schemas.Kind.enum", id="a list that lacks something then"),
        pytest.param({"allOf": [{"enum": [None]}]}, "components.schemas.Kind.allOf[0].enum", id="one in a list"),
        pytest.param({"default": None, "example": {"a": None}}, None, id="what is absent as well as null"),
    ],
)
def test_a_null_that_no_template_holds_is_warned_of(schema: dict[str, Any], place: str | None) -> None:
    document = {**padded(10), "components": {"schemas": {"Kind": schema}}}
    found = warnings_with("cors-constructs:null-left-out", lambda stack: spec_api(stack, document=document))
    assert [one.text.split(" has a null")[0] for one in found] == ([] if place is None else [place])


def test_the_checker_reads_what_is_uploaded(synthesized: Callable[..., Synthesized]) -> None:
    made = synthesized(of_functions(334))
    assert errors_in(str(made.folder)) == []
