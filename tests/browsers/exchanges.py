"""Random exchanges: what a page asks for, and what servers answer, right, nearly right and wrong."""

import random
from typing import Final

import attrs

from .vocabulary import METHODS, OTHER_NAMES, OTHER_VALUES, SAFE_VALUES

Lines = tuple[tuple[str, str], ...]

HOSTS: Final = ("page", "api", "other")
"""`page` is where the page comes from, the others are strangers to it and to each other."""


@attrs.frozen
class Ask:
    """One call of fetch()."""

    method: str
    headers: Lines
    credentials: str
    body: str | bytes | None


@attrs.frozen
class Answer:
    """What a server answers."""

    status: int
    headers: Lines


@attrs.frozen
class Hop:
    """What a URL answers, to preflights and to requests."""

    host: str
    preflight: Answer
    response: Answer


@attrs.frozen
class Case:
    """Some calls, one after the other, of one URL; and what that URL and those that it redirects to answer."""

    number: int
    opaque: bool
    asks: tuple[Ask, ...]
    hops: tuple[Hop, ...]


def make_case(number: int, seed: int) -> Case:
    """A case, the same for the same numbers.

    Half of the cases have many mistakes, which end most of their calls early. In the others mistakes are few, so that
    calls get as far as redirects, kept preflights and what the page reads.
    """
    rng = random.Random(f"{seed}/{number}")  # noqa: S311 - to be repeated, not to be kept from anyone
    opaque = rng.random() < 0.1
    care = rng.choice([0, 0.95])
    asks = tuple(_ask(rng, care) for _ in range(rng.choice([1, 1, 1, 2, 3])))
    if len(asks) > 1 and rng.random() < 0.5:
        asks = (asks[0],) * len(asks)
    hosts = [rng.choice(["api"] * 9 + ["page"])]
    while rng.random() < 0.2 and len(hosts) < 4:
        hosts.append(rng.choice([hosts[-1], *HOSTS]))
    hops = tuple(
        Hop(host, _preflight(rng, asks[0], care), _response(rng, care, redirects=place + 1 < len(hosts)))
        for place, host in enumerate(hosts)
    )
    return Case(number, opaque, asks, hops)


def _ask(rng: random.Random, care: float) -> Ask:
    method = rng.choice(METHODS[:30] if rng.random() < care else METHODS)
    lines: list[tuple[str, str]] = []
    for _ in range(rng.choice([0, 0, 1, 1, 2, 3, 5])):
        if rng.random() < care:
            lines.append((rng.choice(OTHER_NAMES[:24]), rng.choice(OTHER_VALUES[:15])))
        elif rng.random() < 0.5:
            name = rng.choice(list(SAFE_VALUES))
            lines.append((rng.choice([name, name.title()]), rng.choice(SAFE_VALUES[name])))
        else:
            lines.append((rng.choice(OTHER_NAMES), rng.choice(OTHER_VALUES)))
    if rng.random() < 0.02:
        lines += [("accept", "a" * 128)] * 9
    reads = method.upper() in {"GET", "HEAD"}
    bodies: list[str | bytes | None] = [*[None] * 18, "x", b""] if reads else [None, None, "{}", b"x", "", "\u0142"]
    body = rng.choice(bodies)
    credentials = rng.choice(["same-origin"] * 3 + ["include"] * 2 + ["omit"])
    return Ask(method, tuple(lines), credentials, body)


def _origin_lines(rng: random.Random, care: float) -> Lines:
    if rng.random() < care:
        return (("Access-Control-Allow-Origin", rng.choice(["*", "{origin}", "{origin}"])),)
    value = rng.choice(
        [
            *["*"] * 8,
            *["{origin}"] * 8,
            *[
                "{origin}, *",
                "{origin}/",
                "http://other.example",
                "null",
                "",
                "*, *",
                "**",
                "{origin} ",
                " *\t",
                "\x0b*",
            ],
            *[
                "{ORIGIN}",
                "http://*.example",
                "*.example",
                "{origin},{origin}",
                "'*'",
                '"*"',
                "*\xa0",
                "http://x y",
                "foo",
                "Null",
                "http://page.example",
                "{origin}#",
                "{origin}:80",
                "\t{origin}",
                "http://user@page.example",
            ],
        ]
    )
    several = rng.choice([("{origin}", "{origin}"), ("*", ""), ("", "*"), ("*", "*"), ("{origin}", "*")])
    name = rng.choice(["Access-Control-Allow-Origin"] * 5 + ["access-control-allow-origin"])
    kind = rng.random()
    if kind < 0.05:
        return ()
    lines = several if kind < 0.1 else (value,)
    return tuple((name, line) for line in lines)


def _credentials_lines(rng: random.Random, care: float) -> Lines:
    if rng.random() < care:
        return (("Access-Control-Allow-Credentials", "true"),)
    value = rng.choice([*["true"] * 12, "True", "TRUE", "false", "", "true, true", " true ", '"true"', "true\x0b", "1"])
    lines = (("Access-Control-Allow-Credentials", value),)
    return rng.choice([lines] * 6 + [()] * 4 + [lines * 2])


def _list_lines(rng: random.Random, care: float, name: str, wanted: list[str], others: list[str]) -> Lines:
    """A list header, that often holds what is wanted."""
    if rng.random() < care:
        return ((name, rng.choice([", ".join(wanted), ", ".join([*others, *wanted]), "*"])),)
    kind = rng.random()
    if kind < 0.1:
        return ()
    items = list(wanted) if kind < 0.7 else rng.sample(wanted, rng.randint(0, len(wanted)))
    items += rng.sample(others, rng.randint(0, 2))
    if rng.random() < 0.25:
        items.append("*")
    items = [rng.choice([item] * 6 + [item.upper(), item.lower(), item.title()]) for item in items]
    rng.shuffle(items)
    if rng.random() < 0.1:
        items.insert(rng.randint(0, len(items)), rng.choice(["", " ", "a b", "@", '"x"', "\x0b", "\t", "x;y", "\xe9"]))
    joint = rng.choice([", ", ",", ", ", " ,\t", ",,", " "] if rng.random() < 0.3 else [", "])
    if rng.random() < 0.1:
        return tuple((name, item) for item in items)
    return ((name, joint.join(items)),)


def _max_age_lines(rng: random.Random) -> Lines:
    value = rng.choice(["0", "5", "600", "86400", "-1", "x", "1.5", "", " 7 ", "007", "9" * 30, "+5", "5, 5"])
    return rng.choice([(), (("Access-Control-Max-Age", value),), (("Access-Control-Max-Age", value),) * 2])


def _preflight(rng: random.Random, ask: Ask, care: float) -> Answer:
    wanted = [name.strip() for name, _ in ask.headers if name.isascii() and name.replace("-", "").isalnum()]
    method = ask.method.upper() if ask.method.lower() != "patch" else ask.method
    lines = [
        *_origin_lines(rng, care),
        *_credentials_lines(rng, care),
        *_list_lines(
            rng, care, "Access-Control-Allow-Methods", [method] if method.isalpha() else [], ["GET", "put", "PATCH"]
        ),
        *_list_lines(
            rng, care, "Access-Control-Allow-Headers", [*wanted, "content-type"], ["x-a", "authorization", "X-B"]
        ),
        *_max_age_lines(rng),
    ]
    if rng.random() < 0.03:
        lines.append(("Location", "/elsewhere"))
    if rng.random() < 0.3:
        lines.append(("Vary", rng.choice(["Origin", "*", "origin, Access-Control-Request-Headers", ""])))
    rng.shuffle(lines)
    status = rng.choice(
        [204, 200]
        if rng.random() < care
        else [*[204, 200] * 8, 201, 226, 299, 300, 302, 304, 307, 400, 401, 403, 404, 405, 500, 503, 407, 790]
    )
    return Answer(status, tuple(lines))


def _response(rng: random.Random, care: float, *, redirects: bool) -> Answer:
    lines = [
        *_origin_lines(rng, care),
        *_credentials_lines(rng, care),
        *_list_lines(
            rng,
            care,
            "Access-Control-Expose-Headers",
            ["x-one", "etag"],
            ["set-cookie", "X-Two", "*", "Server", "date"],
        ),
        *rng.sample(
            [
                *[
                    ("x-one", "1"),
                    ("X-Two", "2"),
                    ("x-one", "1b"),
                    ("ETag", '"e"'),
                    ("Set-Cookie", "a=b"),
                    ("*", "star"),
                ],
                *[
                    ("Content-Type", "text/plain"),
                    ("Content-Language", "de"),
                    ("Vary", "*"),
                    ("Vary", "Origin"),
                    ("Access-Control-Max-Age", "600"),
                    ("Access-Control-Allow-Headers", "x-a"),
                    ("Timing-Allow-Origin", "*"),
                ],
                *[("Expires", "0"), ("Last-Modified", "x"), ("Pragma", "x"), ("Server", "s"), ("Set-Cookie2", "c=d")],
                *[("Age", "1"), ("Warning", "w"), ("x-bin", "\xe9 \x0b")],
            ],
            rng.randint(0, 6),
        ),
    ]
    if redirects or rng.random() < 0.02:
        value = rng.choice(
            ["{next}"]
            if rng.random() < care
            else ["{next}"] * 6 + ["{relative}"] * 3 + ["{user}", "ftp://x.example/", "http://[x", "data:,x"]
        )
        lines += [("Location", value)] * rng.choice([1] * 20 + [0, 2])
    rng.shuffle(lines)
    plain = [
        *[200] * 12,
        201,
        202,
        204,
        205,
        206,
        226,
        300,
        304,
        400,
        401,
        403,
        404,
        405,
        409,
        429,
        500,
        502,
        503,
        407,
        599,
    ]
    return Answer(rng.choice([301, 302, 303, 307, 308] if redirects else plain), tuple(lines))
