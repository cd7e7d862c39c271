"""The examples, asked what pages of their origins, strangers and clients without a key ask."""

from collections.abc import Callable, Iterable

from aws_cdk import App, Stack

from examples.authorizers.app import AuthorizersStack
from examples.custom_domain.app import CustomDomainStack
from examples.large_api.app import LargeApiStack
from examples.many_origins.app import ManyOriginsStack
from examples.openapi.app import OpenApiStack
from examples.quickstart.app import QuickstartStack

from ..apps import synthesized
from ..templates import Template
from .calls import APP, STRANGER, UNKNOWN_KEY, Call, Key, Scenario, preflights, requests

WWW = "https://www.example.com"


def _template(build: Callable[[App], Stack]) -> Callable[[], Template]:
    return lambda: synthesized(build)


def _asked(
    verb: str, path: str, key: str, api: str | None = None, origins: Iterable[str | None] = (APP, STRANGER, None)
) -> list[Call]:
    """The preflight from each origin and of another type, and the call itself with and without key."""
    return [
        *preflights(path, origins=origins, verb=verb, api=api),
        *preflights(path, origins=list(origins)[:1], verb=verb, more={"Content-Type": "text/plain"}, api=api),
        *requests(verb, path, origins=list(origins)[:1], keys=(None, UNKNOWN_KEY, Key(key)), api=api),
    ]


QUICKSTART = Scenario(
    "quickstart",
    _template(lambda app: QuickstartStack(app, "Quickstart")),
    (
        *_asked("GET", "/departures/17", "ApiClientweb"),
        *_asked("POST", "/reports", "ApiClientpartner"),
        *_asked("GET", "/health", "ApiClientweb"),
        *_asked("GET", "/stops", "ApiClientweb"),
        *preflights("/", "/departures", "/nothing"),
        *requests("PUT", "/stops", "/departures/17", keys=(None, Key("ApiClientweb"))),
    ),
)
WEB_ORIGINS = (
    WWW,
    "https://admin.example.com",
    "https://pr-12.preview.example.com",
    "https://a.b.preview.example.com",
    "https://shop.acme.customers.example.com",
    "https://customers.example.com",
    STRANGER,
    "null",
    None,
)
MANY_ORIGINS = Scenario(
    "many origins",
    _template(lambda app: ManyOriginsStack(app, "ManyOrigins")),
    (
        *_asked("POST", "/orders", "WebApiClientweb", "WebApi", WEB_ORIGINS),
        *_asked("DELETE", "/orders/17", "WebApiClientweb", "WebApi", WEB_ORIGINS),
        *_asked(
            "GET",
            "/products",
            "EmbedApiClientpartnertwo",
            "EmbedApi",
            (WWW, "https://www.partner-one.example", "https://www.partner-two.example", STRANGER, None),
        ),
    ),
)
STAFF = "https://staff.example.com"
AUTHORIZERS = Scenario(
    "authorizers",
    _template(lambda app: AuthorizersStack(app, "Authorizers")),
    (
        *(
            call
            for verb, path in (
                ("GET", "/loans"),
                ("POST", "/loans"),
                ("PUT", "/catalogue"),
                ("GET", "/e-books/17"),
                ("GET", "/opening-hours"),
            )
            for call in _asked(verb, path, "ReadersApiClientweb", "ReadersApi")
        ),
        *_asked("GET", "/reports", "StaffApiClientdesk", "StaffApi", (STAFF, STRANGER)),
        *_asked("DELETE", "/fines", "StaffApiClientdesk", "StaffApi", (STAFF, STRANGER)),
    ),
)
DISTRICT = "https://hills.districts.example.org"
LARGE_API = Scenario(
    "large API",
    _template(lambda app: LargeApiStack(app, "LargeApi")),
    (
        *_asked("GET", "/", "ApiClientweb", origins=("https://www.example.org", DISTRICT, STRANGER, None)),
        *_asked("POST", "/harbour-trees", "ApiClientweb", origins=("https://www.example.org", DISTRICT, STRANGER)),
        *_asked("DELETE", "/south-wells/17", "ApiClientweb", origins=(DISTRICT, STRANGER, None)),
        *_asked("GET", "/no/such/path", "ApiClientweb", origins=(DISTRICT, STRANGER)),
        *preflights("/old-town-lamps", "/search", "/mills-schools/3", origins=[DISTRICT]),
        *requests("PUT", "/hills-benches/3", "/statistics", keys=(None, Key("ApiClientweb"))),
    ),
)
PARCELS = "https://parcels.example.com"
OPENAPI = Scenario(
    "openapi",
    _template(lambda app: OpenApiStack(app, "OpenApi")),
    (
        *_asked("GET", "/parcels/17", "ApiClientweb", origins=(PARCELS, STRANGER, None)),
        *_asked("POST", "/parcels/17/complaints", "ApiClientweb", origins=(PARCELS, STRANGER)),
        *_asked("GET", "/status", "ApiClientweb", origins=(PARCELS, STRANGER)),
        *preflights("/parcels/17/address", "/nothing", origins=[PARCELS]),
        *requests("DELETE", "/parcels/17", "/nothing", keys=(None, Key("ApiClientweb"))),
    ),
)
SHOP = "https://www.example.com"
ADMIN = "https://admin.example.com"
CUSTOM_DOMAIN = Scenario(
    "custom domain",
    _template(lambda app: CustomDomainStack(app, "CustomDomain")),
    (
        *_asked("POST", "/orders", "ApiClientshop", origins=(SHOP, ADMIN, STRANGER, None)),
        *_asked("DELETE", "/admin/orders/17", "ApiClientadmin", origins=(ADMIN, SHOP, STRANGER)),
    ),
    (("HostedZoneId", "Z0000000000000"), ("CertificateArn", "arn:aws:acm:us-east-1:000000000000:certificate/c")),
)
SCENARIOS = (QUICKSTART, MANY_ORIGINS, AUTHORIZERS, LARGE_API, OPENAPI, CUSTOM_DOMAIN)
