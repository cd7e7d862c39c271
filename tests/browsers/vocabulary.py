"""What pages of random exchanges write: methods, and headers, right and wrong."""

from typing import Final

METHODS: Final = [
    *["GET", "POST", "PUT", "DELETE", "PATCH"] * 6,
    *["HEAD", "OPTIONS", "get", "Post", "put", "delete", "patch", "QUERY", "chicken", "Get"] * 2,
    *["TRACE", "connect", "trAck", "A B", "", "PÜT", "x'y", "*"],
]
SAFE_VALUES: Final = {
    "accept": ["*/*", "text/html", "a" * 128, "a" * 129, "text/html;q=0.1, x", "a(b)", "a\x7f", "\xe9", "a\tb", ""],
    "accept-language": ["de", "de, en;q=0.5", "de@", "*", "a_b", "\xe9", "a\tb", "A" * 128, "x/y", ""],
    "content-language": ["de", "de:en", "de;x=1", "#", ""],
    "content-type": [
        *["application/json", "text/plain"] * 4,
        *["text/plain;charset=utf-8", "TEXT/Plain ; x", "multipart/form-data; boundary=x", "text/plain,text/html", ""],
        *["application/x-www-form-urlencoded", "text /plain", "text/ plain", "text/", "/plain", "text/plain\x0b", ";"],
        *['text/plain; a="b"', "text/plain;" + "x" * 117, "text/plain;" + "x" * 118, "text/plain/x", "text/pl\xe4in"],
        *["application/csp-report", "text/plain\t", "\ttext/plain", "text/plain;;", "text/plain x", "text/plain; (x)"],
    ],
    "range": ["bytes=0-", "bytes=0-9", "bytes=-9", "bytes=9-1", "bytes 0-", "bytes=0-1,3-4", "Bytes=0-", "bytes= 0-"],
}
OTHER_NAMES: Final = [
    *["x-api-key", "X-Api-Key", "x-a", "X-B", "authorization", "Authorization", "x-amz-date", "if-none-match"] * 3,
    *["Cache-Control", "pragma", "cookie", "Host", "sec-x", "Proxy-A", "origin", "dnt", "x-http-method"],
    *["x-http-method-override", "X-Method-Override", "access-control-allow-origin", "*", "x'y", "accept-x", "lang"],
    *["dpr", "save-data", "width", "device-memory", "viewport-width", "rtt", "downlink", "ect", "intervention"],
    *[
        "user-agent",
        "set-cookie",
        "access-control-request-method",
        "a b",
        "",
        "x:y",
        "referer",
        "via",
        "expect",
        "x\xe9",
    ],
]
OTHER_VALUES: Final = [
    *["1", "a", "key-123"] * 5,
    *[
        "",
        " a ",
        "a" * 200,
        "GET",
        "trace",
        "GET, TRACE",
        '"TRACE"',
        "TRACE,x",
        "\xe9",
        "a\nb",
        "\u0142",
        "on",
        "4g",
        "a\x01",
    ],
]
