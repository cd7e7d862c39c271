"""The examples, asked what pages of their origins, strangers and clients without a key ask."""

from collections.abc import Callable, Iterable

from aws_cdk import App, Stack

from examples.authorizers.app import AuthorizersStack
from examples.many_origins.app import ManyOriginsStack
from examples.quickstart.app import QuickstartStack

from ..adapt import Template
from ..apps import synthesized
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
SCENARIOS = (QUICKSTART, MANY_ORIGINS, AUTHORIZERS)
