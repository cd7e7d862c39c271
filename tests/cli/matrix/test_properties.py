"""What holds of every policy: an API agrees with its own template, and not once its preflights say something else."""

from hypothesis import given, settings
from hypothesis import strategies as st

from cors_constructs import CorsPolicy
from cors_constructs.cli.matrix.calls import Manner, calls_of
from cors_constructs.cli.matrix.oracle import Oracle
from cors_constructs.cli.matrix.pages import Kind, pages_of
from cors_constructs.cli.matrix.report import Report
from cors_constructs.cli.matrix.rows import Agreement
from cors_constructs.cli.matrix.trying import rows_of
from cors_constructs.simulate import Request, Response
from cors_constructs.simulate.browser import Transport
from cors_constructs.simulate.template import read_template
from tests.cli.gateways import VALUE, gateway, obedient, shop, without

EXACT = ["https://app.example.com", "https://b.test:8443", "http://localhost:3000", "capacitor://localhost"]
PATTERNS = ["https://*.preview.example.com", "https://**.customers.test", "http://127.0.0.1:*"]
HEADERS = [
    "Access-Control-Allow-Origin",
    "Access-Control-Allow-Headers",
    "Access-Control-Allow-Methods",
    "Access-Control-Max-Age",
]

listed = st.builds(
    CorsPolicy,
    allow_origins=st.lists(st.sampled_from(EXACT + PATTERNS), min_size=1, unique=True),
    allow_credentials=st.booleans(),
    expose_headers=st.lists(st.sampled_from(["x-total", "etag"]), unique=True),
    max_age=st.integers(0, 86400),
)
policies = st.one_of(listed, st.just(CorsPolicy(allow_origins=["*"])))


def report(policy: CorsPolicy, transport: Transport) -> Report:
    """The table of an API with the policy, over any transport."""
    oracle = Oracle(read_template(shop(policy)), api=None, stage=None, api_keys={"web": VALUE})
    manner = Manner(key=VALUE, include=policy.allow_credentials)
    calls = list(calls_of(oracle.api, pages_of(oracle.api), manner))
    rows = rows_of(calls, oracle, transport, "", send_all=True, show=lambda _: None)
    return Report("", "Shop", oracle.stage, rows)


@settings(max_examples=25, deadline=None)
@given(policies)
def test_an_api_agrees_with_its_own_template(policy: CorsPolicy) -> None:
    made = report(policy, gateway(shop(policy), obedient(policy)))
    assert made.status == 0, made.as_text(colour=False)
    origins = {row.call.page.origin for row in made.rows if row.call.page.kind is Kind.LISTED}
    assert origins == set(policy.exact_origins)
    made_up = {row.call.page.origin for row in made.rows if row.call.page.kind is Kind.MADE_UP}
    assert len(made_up) == len(policy.origin_patterns)
    assert all(sum(map(pattern.matches, made_up)) == 1 for pattern in policy.origin_patterns)


@settings(max_examples=25, deadline=None)
@given(policies, st.sampled_from(HEADERS))
def test_it_disagrees_once_its_preflights_lack_a_header(policy: CorsPolicy, name: str) -> None:
    own = gateway(shop(policy), obedient(policy))

    def forgetting(request: Request) -> Response:
        response = own(request)
        return without(response, name) if request.method == "OPTIONS" else response

    made = report(policy, forgetting)
    assert made.status == 1
    for row in made.rows:
        expected = row.expected_preflight
        had = expected is not None and expected.response is not None and name in expected.response.headers
        assert (row.agreement is Agreement.DISAGREES) == had, row
