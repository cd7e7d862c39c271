"""How often browsers ask before they call: for 20 calls with a key to one URL, over 12 seconds.

The CDK's own preflights say no Access-Control-Max-Age unless they are told to, so that browsers keep them for five
seconds (https://fetch.spec.whatwg.org/#cors-preflight-fetch-0). Those of `CorsRestApi` say two hours.
"""

import json
from collections.abc import Iterator
from typing import Any

import attrs
import pytest
from aws_cdk import App, Stack
from aws_cdk.aws_apigateway import CorsOptions, HttpIntegration, RestApi

from cors_constructs import CorsPolicy, CorsRestApi
from cors_constructs.simulate import Browser, Gateway, Request, Response
from tests.cli.servers import answering
from tests.serve.running import Running, serving

from .engines import Engine, Page
from .served.behind import backend
from .served.judges import logged
from .served.pages import Pages, pages

BACKEND = "https://backend.example.com"
CALLS, SECONDS = 20, 12

# Each call waits for the one before, and then its time: the last begins those seconds after the first answer at least.
SCRIPT = """
(async ({urls, keys, calls, seconds}) => {
  const begun = performance.now(), times = [], statuses = [];
  for (let call = 0; call < calls; call++) {
    if (call) await new Promise(done => setTimeout(done, seconds * 1000 / (calls - 1)));
    times.push((performance.now() - begun) / 1000);
    const answers = urls.map((url, place) => fetch(url, {headers: {"x-api-key": keys[place]}}));
    statuses.push(...(await Promise.all(answers)).map(it => it.status));
  }
  return {times, statuses};
})(%s)
"""


# Firefox forgets all preflights a few times in the first seconds after its start, whatever they say.
SETTLING_CALLS, SETTLING_SECONDS, SETTLING_TRIES = 5, 2, 15


@attrs.frozen
class Shop:
    """Two APIs for one page, `/plain` of the CDK alone and `/ours`.

    Attributes:
        server: Serves both.
        pages: Where the page is.
        gateways: Both, simulated.
    """

    server: Running
    pages: Pages
    gateways: dict[str, Gateway]

    @property
    def origin(self) -> str:
        return self.pages.origin("app")

    def asked(self, *names: str, calls: int, seconds: float) -> dict[str, Any]:
        """What the script is told. No URL is called by two scripts."""
        mark = len(self.server.lines)
        urls = [f"http://{name}.localhost:{self.server.port}/prod/{name}?{mark}" for name in names]
        return {"urls": urls, "keys": list(map(self.server.key, names)), "calls": calls, "seconds": seconds}


def shop_stack(app: App, policy: CorsPolicy) -> None:
    stack = Stack(app, "Shop")
    integration = HttpIntegration(f"{BACKEND}/", http_method="GET")
    plain = RestApi(
        stack, "Plain", default_cors_preflight_options=CorsOptions(allow_origins=list(policy.allow_origins))
    )
    plain.root.add_resource("plain").add_method("GET", integration, api_key_required=True)
    plan = plain.add_usage_plan("Plan")
    plan.add_api_stage(stage=plain.deployment_stage)
    plan.add_api_key(plain.add_api_key("Key", api_key_name="plain"))
    ours = CorsRestApi(stack, "Ours", cors=policy)
    ours.root.add_resource("ours").add_method("GET", integration)
    ours.add_client("ours")


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    folder = tmp_path_factory.mktemp("cache")
    with pages() as shown:
        policy = CorsPolicy(allow_origins=[shown.origin("app")], dangerously_allow_insecure_origins=True)
        app = App(outdir=str(folder), tree_metadata=False)
        shop_stack(app, policy)
        app.synth()

        def answer(request: Request) -> Response:
            return Response(200, policy.headers_for(request.headers.get("origin")))

        with (
            answering(backend(policy)) as behind,
            serving(folder, "--no-reload", "--backend", f"{BACKEND}={behind.url}") as server,
        ):
            gateways = {
                name: Gateway.from_template(folder, api=name.title(), backend=answer) for name in ("plain", "ours")
            }
            yield Shop(server, shown, gateways)


def test_ours_is_asked_for_once_and_the_cdk_s_again_and_again(
    engine: Engine, shop: Shop, capsys: pytest.CaptureFixture[str]
) -> None:
    page = engine.open(f"{shop.origin}/")
    settle(page, shop)

    names = list(shop.gateways)
    since = len(shop.server.lines)
    told = page.evaluate(SCRIPT % json.dumps(shop.asked(*names, calls=CALLS, seconds=SECONDS)))
    assert told["statuses"] == [200] * CALLS * len(names)
    assert told["times"][-1] >= SECONDS

    sent = [(method, path) for method, path, _ in logged(shop.server, since, shop.origin)]
    counts = {name: sent.count(("OPTIONS", f"/prod/{name}")) for name in names}
    with capsys.disabled():
        print(f"\n{engine.version}: of {CALLS} calls in {told['times'][-1]:.1f} s, OPTIONS: {counts}")  # noqa: T201 - figures to be seen
    assert [sent.count(("GET", f"/prod/{name}")) for name in names] == [CALLS, CALLS]
    assert counts["ours"] == 1
    assert counts["plain"] >= 2

    # And with the calls' own clock the simulated browser has no need to ask ours again, and the CDK's it has.
    assert preflights(shop, "ours", told["times"]) == 1
    assert preflights(shop, "plain", told["times"]) >= 2


def settle(page: Page, shop: Shop) -> None:
    """Calls until the browser asks once and no more."""
    for _ in range(SETTLING_TRIES):
        since = len(shop.server.lines)
        page.evaluate(SCRIPT % json.dumps(shop.asked("ours", calls=SETTLING_CALLS, seconds=SETTLING_SECONDS)))
        sent = [method for method, _, _ in logged(shop.server, since, shop.origin)]
        if sent.count("OPTIONS") == 1:
            return
    pytest.fail(f"the browser asks again and again:\n{shop.server.out}")


def preflights(shop: Shop, name: str, times: list[float]) -> int:
    """How often the simulated browser asks, where it calls at those times."""
    now = 0.0
    browser = Browser(shop.gateways[name], clock=lambda: now)
    key: dict[str, Any] = {"x-api-key": shop.gateways[name].key(name)}
    found = 0
    for now in times:  # noqa: B007 - the clock reads it
        verdict = browser.fetch("GET", f"/{name}", origin=shop.origin, headers=key)
        assert verdict.allowed, verdict
        found += sum(it.kind == "preflight" for it in verdict.exchanges)
    return found
