"""Which method answers: literal paths, parameters, greedy ones, ANY, and a preflight that all share."""

import re

from ..templates import Template
from .calls import APP, JSON, Call, Key, Scenario, preflights, requests
from .handwritten import Written, answer, mock, proxy, quoted

SHARED = quoted(
    {"Access-Control-Allow-Origin": APP, "Access-Control-Allow-Methods": "*", "Access-Control-Max-Age": "7200"}
)

EMPTY = {"application/json": "{}"}


def _ways() -> Template:
    """Each method says by a header which one it is."""
    api = Written()
    for verb, path in (
        ("GET", "/"),
        ("GET", "/things"),
        ("POST", "/things"),
        ("GET", "/things/{id}"),
        ("PUT", "/things/{id}"),
        ("GET", "/things/special"),
        ("GET", "/things/{id}/parts"),
        ("GET", "/things/{id}/parts/{part}"),
        ("ANY", "/any"),
        ("GET", "/both"),
        ("ANY", "/both"),
        ("POST", "/files/{path+}"),
        ("GET", "/files/readme"),
        ("GET", "/a/b/c"),
    ):
        name = re.sub(r"[^a-z]+", "-", f"x-{verb}{path}".lower())
        api.method(verb, path, mock(answer(200, quoted({"Access-Control-Expose-Headers": name}), EMPTY)))
    shared = mock(answer(204, SHARED))
    api.method("OPTIONS", "/{proxy+}", shared).method("OPTIONS", "/", shared)
    own = mock(answer(200, quoted({"Access-Control-Allow-Origin": "*"})))
    return api.method("OPTIONS", "/a/b/c", own).template()


WAYS = Scenario(
    "ways",
    _ways,
    (
        *preflights("/", "/things", "/things/17", "/things/special", "/files/a/b", "/a/b/c", "/a/b", "/nothing/at/all"),
        *preflights("/things/17/parts", "/things/17/parts/3", "/any", "/both", origins=[APP]),
        *requests("GET", "/", "/things", "/things/17", "/things/special", "/things/17/parts", "/things/17/parts/3"),
        *requests("GET", "/any", "/both", "/files/readme", "/a/b/c", "/things?a=b&c=d", "/things/17?a=b"),
        *requests("GET", "/nothing", "/a", "/a/b", "/a/b/c/d", "/things/17/nothing", "/files/a/b"),
        *requests(
            "POST", "/things", "/any", "/both", "/files/a", "/files/a/b/c", "/files/readme", more=JSON, body=b'{"a": 1}'
        ),
        *requests("PUT", "/things/17", "/things/special", "/any", "/both", "/things", more=JSON, body=b"{}"),
        *requests("DELETE", "/any", "/both", "/things", "/things/17", "/"),
        *requests("PATCH", "/any", "/nothing"),
        *requests("GET", "/things/a%20b", "/things/a%2Fb", "/things/", "/things/17/parts/", "/THINGS"),
    ),
)


def _keys() -> Template:
    api = Written()
    api.method("GET", "/keyed", proxy("/keyed"), key=True)
    api.method("POST", "/keyed", proxy("/keyed", "POST"))
    api.method("OPTIONS", "/keyed", mock(answer(204, SHARED)), key=True)
    api.method("ANY", "/whole/{proxy+}", proxy("/whole", "POST"), key=True)
    api.method("GET", "/open", proxy("/open"))
    api.method("OPTIONS", "/open", mock(answer(204, SHARED)))
    return api.template("Web", "Partner", outside=["Loose"])


ALL_KEYS = (None, "", "an-unknown-key-of-the-right-length", Key("Web"), Key("Partner"), Key("Loose"))

KEYS = Scenario(
    "keys",
    _keys,
    (
        *requests("GET", "/keyed", "/open", keys=ALL_KEYS),
        *requests("POST", "/keyed", keys=(None, Key("Web"), Key("Loose"))),
        *requests("DELETE", "/whole/of/it", keys=ALL_KEYS),
        *requests("OPTIONS", "/keyed", "/open", keys=ALL_KEYS, more={"Access-Control-Request-Method": "GET"}),
        *preflights("/keyed", "/open", "/whole/of/it"),
        Call("GET", "/keyed?x-api-key=an-unknown-key-of-the-right-length"),
    ),
)
SCENARIOS = (WAYS, KEYS)
