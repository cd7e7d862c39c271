"""The table: what pages ask of the examples."""

from typing import Any, Final

from .rows import LARGEST, End, Row

_JSON: Final = {"content-type": "application/json"}
_TOKEN: Final = {"authorization": "Bearer x"}
_SIGNED: Final = {
    "authorization": "AWS4-HMAC-SHA256 Credential=A/20300101/eu-central-1/execute-api/aws4_request, "
    "SignedHeaders=host;x-amz-date, Signature=0",
    "x-amz-date": "20300101T000000Z",
}
_ADMIN: Final[dict[str, Any]] = {"key": "admin", "page": "admin.shop", "credentials": "include"}


def _reads(name: str, api: str, asked: str, status: int, **more: Any) -> Row:
    """The page reads an answer of that status."""
    return _sent(name, api, asked, status, End.READ, **more)


def _unreadable(name: str, api: str, asked: str, status: int, **more: Any) -> Row:
    """The call is answered by that status, which the page does not learn."""
    return _sent(name, api, asked, status, End.UNREADABLE, **more)


def _shut_out(name: str, api: str, asked: str, *, preflight: int = 204, **more: Any) -> Row:
    """The preflight ends it."""
    return Row(name, api, asked, End.SHUT_OUT, (("OPTIONS", preflight),), **more)


def _sent(name: str, api: str, asked: str, status: int, end: End, *, simple: bool = False, **more: Any) -> Row:
    call = (asked.partition(" ")[0], status)
    return Row(name, api, asked, end, (call,) if simple else (("OPTIONS", 204), call), **more)


_KEYS: Final = [
    _reads("a listed page calls with its key", "quickstart", "GET /stops", 200, key="web", says="GET"),
    _reads("a function answers", "quickstart", "GET /departures/harbour", 200, key="web", says='"stop": "harbour"'),
    _reads(
        *("a function takes JSON", "quickstart", "POST /reports", 200),
        key="web",
        headers=_JSON,
        body='{"late": "12"}',
        says='{"received": {"late": "12"}}',
    ),
    _reads("a method without a key needs none", "quickstart", "GET /health", 200, simple=True, says="ok"),
    _reads("no key", "quickstart", "GET /stops", 403, simple=True, says="Forbidden", exposes=["x-amzn-errortype"]),
    _reads("no key, after a preflight", "quickstart", "GET /stops", 403, headers=_JSON, says="Forbidden"),
    _reads("a key that nobody has", "quickstart", "GET /stops", 403, key="=guessed", says="Forbidden"),
    _reads("an empty key", "quickstart", "GET /stops", 403, key="=", says="Forbidden"),
    _reads(
        *("a client that calls too often", "quickstart", "GET /stops", 429),
        key="hasty",
        before=2,
        exposes=["retry-after"],
        says="Too Many Requests",
    ),
    _reads(
        *("a client whose quota is spent", "quickstart", "GET /stops", 429),
        key="spent",
        before=1,
        exposes=["retry-after"],
        says="Limit Exceeded",
    ),
]

_ROUTES: Final = [
    _reads("an unknown path", "quickstart", "GET /nowhere", 403, simple=True, says="Missing Authentication Token"),
    _shut_out("an unknown path with a key has no preflight", "quickstart", "GET /nowhere", preflight=403, key="web"),
    _reads("a method that the path lacks", "quickstart", "POST /stops", 403, simple=True, body="x"),
    _shut_out("a method that the preflight does not list", "quickstart", "DELETE /stops", key="web"),
    _shut_out("a header that the preflight does not list", "quickstart", "GET /stops", headers={"x-else": "1"}),
    _shut_out("OPTIONS is a method that the preflight does not list", "quickstart", "OPTIONS /stops"),
    _reads("HEAD where there is none", "quickstart", "HEAD /stops", 403, key="web"),
    *(
        _reads(f"{method} reaches the backend", "quickstart", f"{method} /anything/x", 200, key="web", says=method)
        for method in ("GET", "POST", "PUT", "PATCH", "DELETE")
    ),
    _reads("HEAD reaches the backend", "quickstart", "HEAD /anything/x", 200, key="web", says=b""),
    _shut_out("patch is another method than PATCH", "quickstart", "patch /anything/x", key="web"),
    _reads(
        *("bytes go there and back", "quickstart", "PUT /anything/x", 200),
        key="web",
        body=bytes(range(256)) * 40,
        says=bytes(range(256)) * 40,
    ),
    _reads(
        *("text goes there and back", "quickstart", "POST /anything/x", 200),
        key="web",
        body="Grüße, 世界",
        says="Grüße, 世界",
    ),
]

_TROUBLES: Final = [
    _reads("a function that crashes", "quickstart", "GET /troubles/crash", 502, key="web"),
    _reads("a function that takes too long", "quickstart", "GET /troubles/late", 502, key="web"),
    _reads("a function that answers nonsense", "quickstart", "GET /troubles/malformed", 502, key="web"),
    _reads("an integration that takes too long", "quickstart", "GET /troubles/slow", 504, key="web"),
    _reads("a function that raises", "quickstart", "GET /troubles/raises", 500, key="web"),
    _unreadable("a function that forgets CORS", "quickstart", "GET /troubles/silent", 200, key="web"),
    _unreadable("a backend that forgets CORS", "quickstart", "GET /anything/forgets", 200, key="web"),
    _unreadable("a body that is too large", "quickstart", "POST /anything/x", 413, key="web", body=LARGEST + 1),
]

_PAGES: Final = [
    _shut_out("a stranger with a key", "quickstart", "GET /stops", page="evil", key="web"),
    _unreadable("a stranger without one", "quickstart", "GET /health", 200, simple=True, page="evil"),
    _unreadable("a stranger's bad call", "quickstart", "GET /stops", 403, simple=True, page="evil"),
    _shut_out("credentials that no policy allows", "quickstart", "GET /stops", key="web", credentials="include"),
    _unreadable("and without a preflight", "quickstart", "GET /health", 200, simple=True, credentials="include"),
    *(
        _reads(f"{page} with credentials", "web", "GET /orders", 200, key="web", page=page, credentials="include")
        for page in ("www", "admin", "pr-12.preview", "shop.acme.customers")
    ),
    *(
        _shut_out(f"{page}, which no origin stands for", "web", "GET /orders", key="web", page=page)
        for page in ("a.b.preview", "preview", "customers", "xwww", "evil")
    ),
    _reads(
        *("credentials and a body", "web", "POST /orders", 200),
        key="web",
        page="admin",
        credentials="include",
        headers=_JSON,
        body="{}",
        says="{}",
    ),
    _reads("credentials and DELETE", "web", "DELETE /orders/1", 200, key="web", page="www", credentials="include"),
    _unreadable(
        "errors with credentials", "web", "GET /orders", 403, key="=guessed", page="www", credentials="include"
    ),
    _reads("errors without credentials", "web", "GET /orders", 403, key="=guessed", page="www"),
    *(
        _reads(f"{page}, which a parameter lists", "embed", "GET /products", 200, key="partner-one", page=page)
        for page in ("www", "www.partner-one", "www.partner-two")
    ),
    _shut_out("a partner of nobody", "embed", "GET /products", key="partner-one", page="www.partner-three"),
]

_GUARDED: Final = [
    _reads("signed in", "readers", "GET /loans", 200, key="web", headers=_TOKEN),
    _reads("not signed in", "readers", "GET /loans", 401, key="web", says="Unauthorized"),
    _reads("signed in without a key", "readers", "GET /loans", 403, headers=_TOKEN),
    _reads("an authorizer refuses a token", "readers", "PUT /catalogue", 403, key="web", headers=_TOKEN),
    _reads("an authorizer misses its token", "readers", "PUT /catalogue", 401, key="web"),
    _reads("an authorizer refuses a link", "readers", "GET /e-books/1?signature=x", 403, key="web"),
    _reads("an authorizer misses its link", "readers", "GET /e-books/1", 401, key="web"),
    _reads("open to all", "readers", "GET /opening-hours", 200, simple=True),
    _shut_out("a stranger with a token", "readers", "GET /loans", key="web", headers=_TOKEN, page="evil"),
    _reads("signed for AWS", "staff", "GET /reports", 200, key="desk", page="staff", headers=_SIGNED),
    _reads("not signed for AWS", "staff", "GET /reports", 403, key="desk", page="staff"),
    _reads("ANY is guarded, and its preflight open", "staff", "DELETE /fines", 403, key="desk", page="staff"),
    _shut_out("readers are strangers to the staff", "staff", "GET /reports", key="desk", headers=_SIGNED),
]

_OTHERS: Final = [
    _reads("an API of others", "orders", "GET /1", 200, key="orders", page="orders", says='"path": "/1"'),
    _reads("an API of others, below", "orders", "DELETE /1/2", 200, key="orders", page="orders"),
    _reads("an API of others, no key", "orders", "GET /1", 403, simple=True, page="orders"),
    _shut_out("an API of others, a stranger", "orders", "GET /1", key="orders", page="app"),
    _reads("OpenAPI", "parcels", "GET /parcels/7", 200, key="web", page="parcels", says="GET"),
    _reads(
        *("OpenAPI, PUT", "parcels", "PUT /parcels/7/address", 200),
        key="web",
        page="parcels",
        headers=_JSON,
        body='{"street": "s", "city": "c"}',
        says="city",
    ),
    _reads("OpenAPI, open to all", "parcels", "GET /status", 200, simple=True, page="parcels"),
    _reads("a route beside it", "parcels", "GET /parcels/7/complaints", 200, key="web", page="parcels", says='"7"'),
    _reads(
        *("a route whose function fails", "parcels", "POST /parcels/7/complaints", 500),
        key="web",
        page="parcels",
        headers=_JSON,
        body="no JSON",
    ),
    _shut_out("OpenAPI, a stranger", "parcels", "PUT /parcels/7/address", key="web", page="app"),
    *(
        _reads(f"a shared preflight, {asked}", "city", asked, status, key="web", page=page)
        for asked, status, page in (
            ("GET /", 200, "www"),
            ("GET /harbour-trees", 200, "www"),
            ("HEAD /harbour-trees", 200, "mills.districts"),
            ("POST /feedback", 202, "mills.districts"),
            ("PUT /harbour-trees/7", 202, "www"),
            ("DELETE /harbour-trees/7", 202, "www"),
            ("GET /no/such/register", 404, "www"),
            ("DELETE /search", 403, "www"),
        )
    ),
    _shut_out("a shared preflight, a stranger", "city", "GET /search", key="web", page="a.mills.districts"),
    _reads(
        *("a body that the application refuses", "records", "POST /scanRecords", 400),
        key="web",
        page="records",
        headers=_JSON,
        body="{",
        says="the body is not JSON",
    ),
    _shut_out("a page that the application does not know", "records", "GET /records/r-1", key="web", page="app"),
    _reads("an id that the application refuses", "records", "GET /records/r_9", 400, key="web", page="records"),
    _reads("a branch's other policy", "shop", "DELETE /admin/orders/1", 200, **_ADMIN),
    _shut_out("a page of the trunk on the branch", "shop", "DELETE /admin/orders/1", key="admin", page="www.shop"),
    _reads("a page of the trunk", "shop", "GET /orders", 200, key="shop", page="www.shop"),
    _shut_out("a page of the branch on the trunk", "shop", "GET /orders", key="shop", page="admin.shop"),
]

ROWS: Final = [*_KEYS, *_ROUTES, *_TROUBLES, *_PAGES, *_GUARDED, *_OTHERS]
