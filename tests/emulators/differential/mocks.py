"""MOCK integrations: request templates by Content-Type, response templates, overrides, binary media types."""

from ..templates import Template
from .calls import APP, STRANGER, Scenario, preflights, requests
from .handwritten import Written, answer, mock, quoted

STATIC = quoted({"Access-Control-Allow-Origin": APP, "Access-Control-Allow-Methods": "PUT"})
PASSTHROUGHS = {
    "never": "NEVER",
    "no-match": "WHEN_NO_MATCH",
    "no-templates": "WHEN_NO_TEMPLATES",
    "default": None,
}


def _content_types() -> Template:
    api = Written()
    for path, passthrough in PASSTHROUGHS.items():
        api.method("OPTIONS", f"/{path}", mock(answer(204, STATIC), passthrough=passthrough))
    both = {"application/json": '{"statusCode": 204}', "text/plain": '{"statusCode": 204}'}
    api.method("OPTIONS", "/both", mock(answer(204, STATIC), request=both))
    return api.template()


CONTENT_TYPES = Scenario(
    "content types",
    _content_types,
    tuple(
        call
        for more in (
            {},
            {"Content-Type": "application/json"},
            {"Content-Type": "application/json; charset=utf-8"},
            {"Content-Type": "text/plain"},
            {"Content-Type": "application/x-www-form-urlencoded"},
            {"Content-Type": "APPLICATION/JSON"},
        )
        for call in preflights(*(f"/{path}" for path in (*PASSTHROUGHS, "both")), origins=[APP], more=more)
    ),
)

ONE_OF_TWO = """
#set($origin = $input.params().header.get("Origin"))
#if(!$origin)
#set($origin = $input.params().header.get("origin"))
#end
#if($origin == 'https://app.example.com' || $origin == 'https://admin.example.com')
#set($context.responseOverride.header.Access-Control-Allow-Origin = $origin)
#end
#set($context.responseOverride.header.Vary = 'Origin')
"""
PATTERN = r"""
#set($origin = $input.params().header.get('Origin'))
#if($origin && $origin.matches('https://[a-z0-9-]{1,63}\.preview\.example\.com'))
#set($context.responseOverride.header.Access-Control-Allow-Origin = $origin)
#end
"""
LOOSE = """#set($origin = $input.params("Origin"))
#if($origin.matches("https://.*.preview.example.com"))
#set($context.responseOverride.header.Access-Control-Allow-Origin = $origin)
#end"""
ECHO = (
    '{"method": "$context.httpMethod", "resource": "$context.resourcePath", "stage": "$context.stage",'
    ' "q": "$input.params(\'q\')", "id": "$input.params(\'id\')", "origin": "$input.params(\'Origin\')",'
    ' "header": "$input.params().header.get(\'X-Test\')"}'
)
BY_HEADER = """#if($input.params('X-Want') == 'lost')
{"statusCode": 404}
#elseif($input.params('X-Want') == 'broken')
{"statusCode": 503}
#else
{"statusCode": 200}
#end"""
TEMPLATES = {"two": ONE_OF_TWO, "pattern": PATTERN, "loose": LOOSE}


def _templates() -> Template:
    api = Written()
    for path, text in TEMPLATES.items():
        said = answer(204, quoted({"Access-Control-Allow-Methods": "PUT"}), {"application/json": text})
        api.method("OPTIONS", f"/{path}", mock(said))
    api.method("GET", "/echo/{id}", mock(answer(200, quoted({"Access-Control-Allow-Origin": "*"}), _json(ECHO))))
    api.method(
        "GET",
        "/statuses",
        mock(
            answer(200, quoted({"Access-Control-Allow-Origin": APP}), _json('{"is": "fine"}')),
            answer(404, quoted({"Access-Control-Allow-Origin": "*"}), _json('{"is": "lost"}'), pattern="404"),
            answer(500, None, _json('{"is": "broken"}'), pattern=r"5\d{2}"),
            request={"application/json": BY_HEADER},
        ),
    )
    override = "#set($context.responseOverride.status = 403)"
    api.method("OPTIONS", "/refusing", mock(answer(204, STATIC, _json(override))))
    winning = "#set($context.responseOverride.header.Access-Control-Allow-Origin = 'https://other.example')"
    api.method("OPTIONS", "/overridden", mock(answer(204, STATIC, _json(winning))))
    api.method("OPTIONS", "/cdk", mock(answer(204, STATIC), request={"application/json": "{ statusCode: 200 }"}))
    api.method("OPTIONS", "/no-status", mock(answer(204, STATIC), request={"application/json": "{}"}))
    api.method("OPTIONS", "/not-json", mock(answer(204, STATIC), request={"application/json": "ok"}))
    api.method("OPTIONS", "/no-answers", mock())
    return api.template()


def _json(text: str) -> dict[str, str]:
    return {"application/json": text}


MAPPING_TEMPLATES = Scenario(
    "mapping templates",
    _templates,
    (
        *preflights("/two", "/pattern", "/loose"),
        *preflights(
            "/two", origins=["https://admin.example.com", "null", f"{APP}.evil.test", "https://APP.example.com"]
        ),
        *preflights(
            "/pattern",
            "/loose",
            origins=[
                "https://a.preview.example.com",
                "https://a.b.preview.example.com",
                "https://a.previewxexample.com",
                "https://a.preview.example.com.evil.test",
            ],
        ),
        *preflights(
            f"/loose?Origin={STRANGER}", "/loose?Origin=https%3A%2F%2Fx.preview.example.com", origins=[STRANGER]
        ),
        *requests(
            "GET",
            "/echo/17?q=why",
            "/echo/17?q=a%20b",
            "/echo/17?q=1&Origin=https%3A%2F%2Fx.preview.example.com",
            more={"X-Test": "1"},
        ),
        *requests("GET", "/statuses"),
        *requests("GET", "/statuses", more={"X-Want": "lost"}),
        *requests("GET", "/statuses", more={"X-Want": "broken"}),
        *preflights("/refusing", "/overridden", "/cdk", "/no-status", "/not-json", "/no-answers", origins=[APP]),
    ),
)


def _binary() -> Template:
    api = Written(properties={"BinaryMediaTypes": ["*/*"]})
    api.method("OPTIONS", "/plain", mock(answer(204, STATIC)))
    api.method("OPTIONS", "/text", mock(answer(204, STATIC), handling="CONVERT_TO_TEXT"))
    return api.template()


def _images() -> Template:
    api = Written(properties={"BinaryMediaTypes": ["image/png"]})
    api.method("OPTIONS", "/plain", mock(answer(204, STATIC)))
    api.method("OPTIONS", "/text", mock(answer(204, STATIC), handling="CONVERT_TO_TEXT"))
    return api.template()


ACCEPTED = ("*/*", "application/json", "image/png")
BINARY = Scenario(
    "all media types binary",
    _binary,
    tuple(call for it in ACCEPTED for call in preflights("/plain", "/text", origins=[APP], more={"Accept": it})),
)
IMAGES = Scenario(
    "images binary",
    _images,
    tuple(call for it in ACCEPTED for call in preflights("/plain", "/text", origins=[APP], more={"Accept": it})),
)
SCENARIOS = (CONTENT_TYPES, MAPPING_TEMPLATES, BINARY, IMAGES)
