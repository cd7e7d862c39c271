"""Every kind of origin a policy can name, deployed: what preflights, keyed calls and errors get over the wire."""

from collections.abc import Callable
from enum import Enum, auto

import attrs
import pytest
from aws_cdk import CfnParameter, Stack

from cors_constructs import CorsPolicy

from .abilities import Ability
from .apps import things
from .conftest import Deploy
from .emulator import DeployedApi, Emulator

APP = "https://app.example.com"
STRANGER = "https://app.example.com.evil.test"


class Answer(Enum):
    """What a preflight says to an origin."""

    STATIC = auto()
    """The one origin, or `*`, whoever asks."""
    ECHOED = auto()
    """The origin that asked."""
    NOTHING = auto()
    """No header that allows anything."""


@attrs.frozen
class Kind:
    """A policy, and what it says to whom."""

    policy: Callable[[Stack], CorsPolicy]
    answers: dict[str | None, Answer]
    allow_origin: str | None = None
    parameters: dict[str, str] = attrs.field(factory=dict)


def _listed(*origins: str, **more: bool) -> Callable[[Stack], CorsPolicy]:
    return lambda _: CorsPolicy(allow_origins=origins, **more)  # type: ignore[arg-type]


def _from_parameter(stack: Stack) -> CorsPolicy:
    parameter = CfnParameter(stack, "Origins", type="CommaDelimitedList", default=APP)
    return CorsPolicy(allow_origins=parameter.value_as_list)


def _one_from_parameter(stack: Stack) -> CorsPolicy:
    return CorsPolicy(allow_origins=[CfnParameter(stack, "Origin", default=APP).value_as_string])


STRANGERS: dict[str | None, Answer] = {
    STRANGER: Answer.NOTHING,
    "https://evil.test": Answer.NOTHING,
    "http://app.example.com": Answer.NOTHING,
    "https://APP.example.com": Answer.NOTHING,
    "null": Answer.NOTHING,
    "": Answer.NOTHING,
    None: Answer.NOTHING,
}
EVERYBODY: dict[str | None, Answer] = {APP: Answer.STATIC, STRANGER: Answer.STATIC, None: Answer.STATIC}

KINDS = {
    "one origin": Kind(_listed(APP), EVERYBODY, APP),
    "one origin with credentials": Kind(_listed(APP, allow_credentials=True), EVERYBODY, APP),
    "any origin": Kind(_listed("*"), EVERYBODY, "*"),
    "one origin that deployment knows": Kind(_one_from_parameter, EVERYBODY, APP),
    "several origins": Kind(
        _listed(APP, "https://admin.example.com:8443", "http://127.0.0.1:3000", "http://[::1]:3000"),
        {
            APP: Answer.ECHOED,
            "https://admin.example.com:8443": Answer.ECHOED,
            "https://admin.example.com": Answer.NOTHING,
            "http://127.0.0.1:3000": Answer.ECHOED,
            "http://[::1]:3000": Answer.ECHOED,
            **STRANGERS,
        },
    ),
    "several origins with credentials": Kind(
        _listed(APP, "https://xn--bcher-kva.example", allow_credentials=True),
        {APP: Answer.ECHOED, "https://xn--bcher-kva.example": Answer.ECHOED, **STRANGERS},
    ),
    "one label under a domain": Kind(
        _listed("https://*.preview.example.com"),
        {
            "https://pr-17.preview.example.com": Answer.ECHOED,
            "https://a.b.preview.example.com": Answer.NOTHING,
            "https://preview.example.com": Answer.NOTHING,
            "https://pr-17.previewxexample.com": Answer.NOTHING,
            "https://pr-17.preview.example.com:8443": Answer.NOTHING,
            "https://*.preview.example.com": Answer.NOTHING,
            **STRANGERS,
        },
    ),
    "labels under a domain": Kind(
        _listed("https://**.preview.example.com"),
        {
            "https://pr-17.preview.example.com": Answer.ECHOED,
            "https://a.b.preview.example.com": Answer.ECHOED,
            "https://preview.example.com": Answer.NOTHING,
            "https://.preview.example.com": Answer.NOTHING,
            **STRANGERS,
        },
    ),
    "any port": Kind(
        _listed("http://localhost:*"),
        {
            "http://localhost": Answer.ECHOED,
            "http://localhost:5173": Answer.ECHOED,
            "http://localhost:65536": Answer.NOTHING,
            "http://localhost:5173.evil.test": Answer.NOTHING,
            "https://localhost:5173": Answer.NOTHING,
            **STRANGERS,
        },
    ),
    "a list that deployment knows": Kind(
        _from_parameter,
        {
            APP: Answer.ECHOED,
            "https://other.example.com": Answer.ECHOED,
            f"{APP},https://other.example.com": Answer.NOTHING,
            **STRANGERS,
        },
        parameters={"Origins": f"{APP},https://other.example.com"},
    ),
}


@attrs.frozen
class Deployed:
    """A kind of origin, running."""

    kind: Kind
    api: DeployedApi
    emulator: Emulator

    @property
    def chooses(self) -> bool:
        """Whether the preflight runs a template."""
        return Answer.STATIC not in self.kind.answers.values()

    @property
    def can_choose(self) -> bool:
        return self.emulator.can(Ability.VTL_IN_MOCK)


@pytest.fixture(scope="module", params=KINDS.values(), ids=list(KINDS))
def deployed(request: pytest.FixtureRequest, deploy: Deploy, emulator: Emulator) -> Deployed:
    kind: Kind = request.param
    return Deployed(kind, deploy(things(kind.policy), kind.parameters), emulator)


def test_preflights_tell_each_origin_what_the_policy_says(deployed: Deployed) -> None:
    for origin, answer in deployed.kind.answers.items():
        response = deployed.api.preflight("/things", origin, "PUT", "x-api-key")

        assert (response.status, response.body) == (204, b""), origin
        headers = response.cors()
        assert ("vary" in headers) == deployed.chooses, origin
        # An emulator that runs no templates sends what is static: to those who choose, nothing.
        if answer is Answer.NOTHING or (deployed.chooses and not deployed.can_choose):
            assert headers == {"vary": "Origin"}, origin
            continue
        assert headers["access-control-allow-origin"] == (deployed.kind.allow_origin or origin)
        assert headers["access-control-allow-methods"] == "GET,PUT"
        assert "x-api-key" in headers["access-control-allow-headers"].split(",")
        assert headers["access-control-max-age"] == "7200"


def test_any_is_spelled_out_and_does_not_swallow_the_preflight(deployed: Deployed) -> None:
    response = deployed.api.preflight("/things/17", APP, "DELETE")

    assert response.status == 204
    if not deployed.chooses:
        assert response.cors()["access-control-allow-methods"] == "DELETE,GET,HEAD,PATCH,POST,PUT"


def test_methods_ask_for_the_key_and_the_keyless_one_does_not(deployed: Deployed) -> None:
    key = deployed.api.key_value("web")

    assert deployed.api.request("GET", "/things").status == 403
    assert deployed.api.request("GET", "/things", {"x-api-key": "not-a-key-that-anybody-has"}).status == 403
    assert deployed.api.request("DELETE", "/things/17").status == 403
    assert deployed.api.request("GET", "/things", {"x-api-key": key}).status == 200
    assert deployed.api.request("DELETE", "/things/17", {"x-api-key": key}).status == 200
    assert deployed.api.request("GET", "/health").status == 200


def test_a_preflight_of_another_content_type_gets_415(deployed: Deployed) -> None:
    response = deployed.api.request("OPTIONS", "/things", {"Origin": APP, "Content-Type": "text/plain"})

    assert response.status == 415


def test_the_gateways_own_errors_can_be_read(deployed: Deployed) -> None:
    headers = deployed.api.request("GET", "/things", {"Origin": APP}).cors()

    if not deployed.emulator.can(Ability.GATEWAY_RESPONSE_HEADERS):
        assert "access-control-allow-origin" not in headers
        return
    assert headers["access-control-allow-origin"] == (deployed.kind.allow_origin or "*")
    assert headers["access-control-expose-headers"] == "retry-after,x-amzn-errortype,x-amzn-requestid"


@pytest.mark.parametrize("accept", ["*/*", "image/png", "application/json"])
@pytest.mark.parametrize("kind", ["one origin", "several origins"])
def test_binary_media_types_do_not_break_preflights(binary: dict[str, DeployedApi], kind: str, accept: str) -> None:
    headers = {"Origin": APP, "Access-Control-Request-Method": "GET", "Accept": accept}

    assert binary[kind].request("OPTIONS", "/things", headers).status == 204


@pytest.fixture(scope="module")
def binary(deploy: Deploy) -> dict[str, DeployedApi]:
    return {kind: deploy(things(KINDS[kind].policy, binary=True)) for kind in ("one origin", "several origins")}
