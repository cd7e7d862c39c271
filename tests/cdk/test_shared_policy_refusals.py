"""What a policy cannot be shared with: one clear error each, and nothing half done."""

from collections.abc import Callable
from typing import Any, Final

import pytest
from aws_cdk import App, Aws, BootstraplessSynthesizer, CfnParameter, Duration, Fn, Stack, Token
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from cors_constructs import CorsPolicy, CorsRuntime, CorsSpecRestApi, EnableCors

from .specs import DOCUMENT, spec_api
from .synthesis import OTHER_ORIGIN, POLICY, Build, cors_api, synth_error, synthesize
from .test_shared_policy import (
    ELSEWHERE,
    HANDLER_VARIABLE,
    POLICY_VARIABLE,
    by_a_route,
    by_methods,
    calls,
    function,
    image,
    seen,
)

LAYER: Final = "arn:aws:lambda:eu-west-1:111122223333:layer:mine"


def bare(stack: Stack, **props: Any) -> lambda_.CfnFunction:
    said = {
        "role": "arn:aws:iam::111122223333:role/fn",
        "handler": "index.handler",
        "runtime": "python3.13",
        "code": lambda_.CfnFunction.CodeProperty(zip_file="handler = None"),
        **props,
    }
    return lambda_.CfnFunction(stack, "Fn", **said)


def imported(stack: Stack) -> Any:
    return lambda_.Function.from_function_arn(stack, "Fn", ELSEWHERE)


def imported_alias(stack: Stack) -> Any:
    version = lambda_.Version.from_version_arn(stack, "Version", f"{ELSEWHERE}:1")
    return lambda_.Alias.from_alias_attributes(stack, "Fn", alias_name="live", alias_version=version)


def parameter(stack: Stack) -> str:
    return CfnParameter(stack, "Given").value_as_string


NO_FUNCTION: Final[dict[str, tuple[Callable[[Stack], Any], str]]] = {
    "nothing": (lambda _: None, "it takes Lambda functions, not None"),
    "an-arn": (lambda _: ELSEWHERE, f"it takes Lambda functions, not '{ELSEWHERE}'"),
    "a-list": (lambda stack: [function(stack)], "it takes Lambda functions, not ["),
    "a-class": (lambda _: lambda_.Function, "it takes Lambda functions, not <class"),
    "a-stack": (lambda stack: stack, "it takes Lambda functions, not <aws_cdk.Stack"),
}
UNCHANGEABLE: Final[dict[str, tuple[Callable[[Stack], Any], str]]] = {
    "an-import": (imported, "Stack/Fn is an import, and cannot be changed from here"),
    "an-alias-of-an-import": (imported_alias, "Stack/Fn is an import, and cannot be changed from here"),
}
UNWRAPPABLE: Final[dict[str, tuple[Callable[[Stack], Any], str]]] = {
    "an-import": (imported, "is an import"),
    "a-container-image": (image, "Stack/Image is a container image"),
    "a-bare-container-image": (
        lambda stack: bare(stack, package_type="Image", handler=None, runtime=None),
        "Stack/Fn is a container image",
    ),
    "another-language": (lambda stack: bare(stack, runtime="java21"), "runs on java21, and the layer is for"),
    "another-system": (lambda stack: bare(stack, runtime="provided.al2023"), "runs on provided.al2023"),
    "an-old-python": (
        lambda stack: bare(stack, runtime="python3.8"),
        "runs on python3.8, and the layer needs Python 3.9 or newer",
    ),
    "an-old-node": (
        lambda stack: bare(stack, runtime="nodejs16.x"),
        "runs on nodejs16.x, and the layer needs Node.js 18 or newer",
    ),
    "the-oldest-node": (lambda stack: bare(stack, runtime="nodejs"), "runs on nodejs, and the layer is for"),
    "a-runtime-of-the-deployment": (
        lambda stack: bare(stack, runtime=parameter(stack)),
        "has a runtime that only deployment knows",
    ),
    "a-handler-of-the-deployment": (
        lambda stack: function(stack, handler=parameter(stack)),
        "has a handler that only deployment knows",
    ),
    "no-runtime-in-sight": (lambda stack: bare(stack, runtime=None), "does not say its runtime here"),
    "no-handler-in-sight": (lambda stack: bare(stack, handler=None), "does not say its handler here"),
}


def refused(build: Callable[[Stack], object], kind: type[Exception]) -> str:
    """What building says, on one line."""
    with pytest.raises(kind) as caught:
        build(Stack(App(), "Stack"))
    (line,) = str(caught.value).splitlines()
    return line


def rows(table: dict[str, Any]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize(("made", "said"), table.values(), ids=list(table))


def sharing(made: Callable[[Stack], Any], **options: Any) -> dict[str, Callable[[Stack], object]]:
    """Each way to share with what is made."""
    return {
        "share_policy_with": lambda stack: cors_api(stack).share_policy_with(made(stack), **options),
        "CorsRuntime.share": lambda stack: CorsRuntime.share(POLICY, made(stack), **options),
    }


@rows(NO_FUNCTION)
def test_what_is_no_function_is_refused_at_once(made: Callable[[Stack], Any], said: str) -> None:
    for caller, build in sharing(made).items():
        line = refused(build, TypeError)
        assert line.startswith(f"{caller}: {said}")
        assert line.endswith("write the functions themselves, each an argument")


def test_so_is_no_function_at_all() -> None:
    assert "it names no function" in refused(lambda stack: cors_api(stack).share_policy_with(), TypeError)


@rows(UNCHANGEABLE)
def test_what_cannot_be_changed_is_refused_at_once(made: Callable[[Stack], Any], said: str) -> None:
    for build in sharing(made).values():
        line = refused(build, ValueError)
        assert said in line
        assert "share the policy where the function is made" in line


@rows(UNWRAPPABLE)
def test_what_cannot_be_wrapped_is_refused_at_once(made: Callable[[Stack], Any], said: str) -> None:
    for build in sharing(made, wrap=True).values():
        assert said in refused(build, ValueError)


@rows({name: row for name, row in UNWRAPPABLE.items() if name != "an-import"})
def test_or_at_synthesis_where_it_is_found_behind_the_api(made: Callable[[Stack], Any], said: str) -> None:
    def build(stack: Stack) -> None:
        api = CorsSpecRestApi(stack, "Api", cors=POLICY, keys_managed_elsewhere=True)
        made_here = made(stack)
        arn = made_here.attr_arn if isinstance(made_here, lambda_.CfnFunction) else made_here.function_arn
        uri = f"arn:{Aws.PARTITION}:apigateway:{Aws.REGION}:lambda:path/2015-03-31/functions/{arn}/invocations"
        api.add_routes(path="/users", integration={"type": "aws_proxy", "httpMethod": "POST", "uri": uri})
        api.share_policy_with_all(wrap=True)

    error = synth_error(build)
    assert said in error
    assert "share the policy with it without wrap" in error


def test_all_problems_are_told_at_once_and_nothing_is_done() -> None:
    app = App()
    stack = Stack(app, "Stack")
    fine, old = function(stack, "Fine"), bare(stack, runtime="python3.8")
    with pytest.raises(ValueError, match=r"Stack/Image is a container image.*; Stack/Fn runs on python3\.8"):
        CorsRuntime.share(POLICY, fine, image(stack), old, wrap=True)
    full = function(stack, "Full", layers=layers(stack, 5))
    with pytest.raises(ValueError, match="Stack/Full has 5 layers"):
        CorsRuntime.share(POLICY, fine, full)
    assert stack.node.try_find_child("CorsRuntime") is None
    template = app.synth().get_stack_by_name("Stack").template
    assert seen(template)["Fine"].variable is None


def layers(scope: Construct, count: int) -> list[lambda_.ILayerVersion]:
    return [
        lambda_.LayerVersion.from_layer_version_arn(scope, f"Mine{number}", f"{LAYER}:{number}")
        for number in range(count)
    ]


def sharing_with(**props: Any) -> Build:
    """An API that shares with a function that has these properties."""

    def build(stack: Stack) -> None:
        given = {name: value(stack) if callable(value) else value for name, value in props.items()}
        wrap = given.pop("wrap", False)
        api = cors_api(stack)
        handler = function(stack, **given)
        calls(api, handler)
        api.share_policy_with(handler, wrap=wrap)

    return build


def sharing_with_bare(**props: Any) -> Build:
    def build(stack: Stack) -> None:
        given = {name: value(stack) if callable(value) else value for name, value in props.items()}
        api = cors_api(stack)
        calls(api, function(stack, "Other"))
        api.share_policy_with(bare(stack, **given))

    return build


def of_two_policies(stack: Stack) -> None:
    handler = function(stack)
    for name, origin in {"One": OTHER_ORIGIN, "Two": "https://two.example.com"}.items():
        api = cors_api(stack, name, cors=CorsPolicy(allow_origins=[origin]))
        calls(api, handler)
        api.share_policy_with(handler)


def of_two_lists_with_one_name(stack: Stack) -> None:
    handler = function(stack)
    app = stack.node.root
    assert isinstance(app, App)
    for scope in (stack, Stack(app, "Other")):
        origins = CfnParameter(scope, "Origins", type="CommaDelimitedList").value_as_list
        api = cors_api(scope, cors=CorsPolicy(allow_origins=origins))
        calls(api, handler)
        api.share_policy_with(handler)


def of_a_policy_beside_the_api(stack: Stack) -> None:
    handler = function(stack)
    CorsRuntime.share(CorsPolicy(allow_origins=[OTHER_ORIGIN]), handler)
    api = cors_api(stack)
    calls(api, handler)
    api.share_policy_with(handler)


def of_two_apis_that_share_with_all(stack: Stack) -> None:
    handler = function(stack)
    for name, origin in {"One": OTHER_ORIGIN, "Two": "https://two.example.com"}.items():
        api = cors_api(stack, name, cors=CorsPolicy(allow_origins=[origin]))
        calls(api, handler)
        api.share_policy_with_all()


def of_branches_that_an_import_moves(how: str) -> Build:
    def build(stack: Stack) -> None:
        api = spec_api(stack, document=DOCUMENT, cors=CorsPolicy(allow_origins=["*"]), parameters={"basepath": how})
        api.cors_for("/users", CorsPolicy(allow_origins=[OTHER_ORIGIN]))
        api.share_policy_with(function(stack))

    return build


def of_a_taken_name(stack: Stack) -> None:
    Construct(stack, "CorsRuntime")
    by_methods(stack)


def without_assets(stack: Stack) -> None:
    app = stack.node.root
    assert isinstance(app, App)
    by_methods(Stack(app, "Other", synthesizer=BootstraplessSynthesizer()))


MANY: Final = [f"https://shop-{number:03}.customers.example.com" for number in range(110)]
AT_SYNTHESIS: Final[dict[str, tuple[Build, str]]] = {
    "two-policies": (of_two_policies, "Stack/Fn is to answer by two policies, that of Stack/One and that of Stack/Two"),
    "two-lists-with-one-name": (of_two_lists_with_one_name, "that of Stack/Api and that of Other/Api"),
    "a-policy-beside-the-api": (of_a_policy_beside_the_api, "that of CorsRuntime.share and that of Stack/Api"),
    "two-apis-that-share-with-all": (of_two_apis_that_share_with_all, "that of Stack/One and that of Stack/Two"),
    "six-layers": (sharing_with(layers=lambda stack: layers(stack, 5)), "Stack/Fn has 5 layers, and Lambda takes 5"),
    "layers-of-the-deployment": (
        sharing_with_bare(layers=lambda stack: CfnParameter(stack, "L", type="CommaDelimitedList").value_as_list),
        "Stack/Fn has layers that only deployment knows",
    ),
    "its-own-variable": (
        sharing_with(environment={POLICY_VARIABLE: "{}"}),
        f"Stack/Fn sets {POLICY_VARIABLE} itself, to something else than Stack/Api would",
    ),
    "its-own-variable-of-the-deployment": (
        sharing_with(environment=lambda stack: {POLICY_VARIABLE: parameter(stack)}),
        f"Stack/Fn sets {POLICY_VARIABLE} itself",
    ),
    "its-own-handler-variable": (
        sharing_with(environment={HANDLER_VARIABLE: "other.handler"}, wrap=True),
        f"Stack/Fn sets {HANDLER_VARIABLE} itself",
    ),
    "variables-of-the-deployment": (
        sharing_with_bare(
            environment=lambda _: Token.as_any(Fn.condition_if("C", {"Variables": {}}, Aws.NO_VALUE)),
        ),
        "Stack/Fn has environment variables that only deployment knows",
    ),
    "more-than-4-kb": (
        sharing_with(environment={"OTHER": "x" * 4_060}),
        "Stack/Fn would have environment variables of 4,",
    ),
    "a-stack-without-assets": (without_assets, "the layer cannot be uploaded: "),
    "branches-below-a-base-path": (
        of_branches_that_an_import_moves("prepend"),
        "functions find the policy of a branch by the path, and with the import parameter basepath='prepend' those are",
    ),
    "branches-below-half-a-base-path": (of_branches_that_an_import_moves("split"), "basepath='split'"),
    "a-name-that-is-taken": (of_a_taken_name, "Stack/CorsRuntime is no CorsRuntime"),
}


@pytest.mark.parametrize(("build", "said"), AT_SYNTHESIS.values(), ids=list(AT_SYNTHESIS))
def test_what_is_known_at_synthesis_only_is_an_error_then(build: Build, said: str) -> None:
    assert said in synth_error(build)


def test_an_import_that_leaves_the_paths_where_they_are_is_none() -> None:
    template = synthesize(of_branches_that_an_import_moves("ignore"))
    assert "/users" in seen(template)["Fn"].variable


def test_a_policy_that_is_too_long_is_told_with_its_size() -> None:
    def build(stack: Stack) -> None:
        api = cors_api(stack, cors=CorsPolicy(allow_origins=MANY))
        calls(api, function(stack))
        api.share_policy_with_all()

    assert "and Lambda takes 4,096" in synth_error(build)


def test_one_that_just_fits_is_not() -> None:
    def build(stack: Stack) -> None:
        CorsRuntime.share(CorsPolicy(allow_origins=MANY[:80]), function(stack, timeout=Duration.seconds(3)))

    assert seen(synthesize(build))["Fn"].layers == 1


@pytest.mark.parametrize("share", [by_methods, by_a_route], ids=["of-methods", "of-a-document"])
def test_it_can_come_too_late(share: Build) -> None:
    app = App()
    stack = Stack(app, "Stack")
    share(stack)
    app.synth()
    api: Any = stack.node.find_child("Api")
    with pytest.raises(ValueError, match="share_policy_with_all comes too late: Stack/Api has been synthesized"):
        api.share_policy_with_all()
    with pytest.raises(ValueError, match="share_policy_with comes too late: Stack/Api has been synthesized"):
        api.share_policy_with(function(stack, "Other"))


@pytest.mark.parametrize(
    ("call", "said"),
    [
        pytest.param(
            lambda stack: cors_api(stack).share_policy_with(function(stack), wrap="yes"),  # type: ignore[arg-type]
            "wrap takes True or False, not 'yes'",
            id="wrap-of-some",
        ),
        pytest.param(
            lambda stack: cors_api(stack).share_policy_with_all(wrap=1),  # type: ignore[arg-type]
            "wrap takes True or False, not 1",
            id="wrap-of-all",
        ),
        pytest.param(
            lambda _: EnableCors(POLICY, share_policy="Wrap"),  # type: ignore[arg-type]
            "share_policy takes True, False or \"wrap\", not 'Wrap'",
            id="share_policy",
        ),
        pytest.param(
            lambda stack: CorsRuntime.share(function(stack)),  # type: ignore[arg-type]
            "CorsRuntime.share takes a CorsPolicy first",
            id="no-policy",
        ),
        pytest.param(
            lambda stack: CorsRuntime(stack, code=lambda_.Code.from_inline("exports.handler = null")),
            "CorsRuntime has its code",
            id="code-of-ones-own",
        ),
    ],
)
def test_arguments_of_the_wrong_kind_are_refused_at_once(call: Callable[[Stack], object], said: str) -> None:
    assert said in refused(call, TypeError)
