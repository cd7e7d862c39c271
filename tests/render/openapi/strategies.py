"""Documents made at random: of all dialects, with whatever may stand in them, in any order."""

import re
from typing import Any

from hypothesis import strategies as st

from .apis import ANY, AUTHORIZER, COGNITO, DIALECTS, INTEGRATION, KEY, RESPONSES, operation

_WORDS = st.sampled_from(
    ["id", "a", "b", "users", "no", "on", "200", "true", "~", "x-a", "caf\u00e9", "a b", "'", "#", ""]
)
# PyYAML writes the string 1e5 without quotes, which is a number since YAML 1.2.
_TEXTS = st.text(max_size=5).filter(lambda text: not re.fullmatch(r"[-+.0-9]+[eE][-+0-9]+", text))
_SCALARS = st.one_of(st.none(), st.booleans(), st.integers(-(10**9), 10**9), _WORDS, _TEXTS, st.floats(-9, 9))
_ANYTHING = st.recursive(
    _SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(_WORDS, inner, max_size=3)),
    max_leaves=6,
)
_SEGMENTS = st.sampled_from(["users", "pets", "{id}", "{pet}", "v1", "a.b", "~", "%20", "admin"])
_PATHS = st.lists(_SEGMENTS, max_size=3).map(lambda parts: f"/{'/'.join(parts)}")
_EXTENSIONS = st.dictionaries(
    st.sampled_from(["x-own", "x-amazon-apigateway-api-key-source", "x-a"]), _ANYTHING, max_size=2
)
_SCHEMES = st.dictionaries(
    st.sampled_from(["api_key", "key", "cognito", "lambda", "oauth"]),
    st.sampled_from(
        [KEY, {**KEY, "name": "X-Api-Key"}, COGNITO, AUTHORIZER, {"type": "oauth2"}, {**KEY, "in": "query"}]
    ),
    max_size=4,
)
_REQUIREMENTS = st.lists(
    st.dictionaries(
        st.sampled_from(["api_key", "key", "cognito", "lambda", "oauth", "gone"]),
        st.lists(_WORDS, max_size=1),
        max_size=2,
    ),
    max_size=3,
)
_HEADERS = st.dictionaries(
    st.sampled_from(
        [f"gatewayresponse.header.{name}" for name in ("Access-Control-Allow-Origin", "vary", "x-a", "Vary")]
    ),
    st.sampled_from(["'a'", "'*'", "method.request.header.Origin"]),
    max_size=2,
)
_RESPONSES = st.dictionaries(
    st.sampled_from(["DEFAULT_4XX", "DEFAULT_5XX", "UNAUTHORIZED", "THROTTLED"]),
    st.fixed_dictionaries({}, optional={"statusCode": st.just(429), "responseParameters": _HEADERS}),
    max_size=3,
)


@st.composite
def shuffled(draw: st.DrawFn, mappings: st.SearchStrategy[dict[str, Any]]) -> dict[str, Any]:
    """A mapping in another order."""
    given = draw(mappings)
    return {name: given[name] for name in draw(st.permutations(list(given)))}


_TEMPLATES = st.dictionaries(
    st.sampled_from(["application/json", "text/csv"]),
    st.sampled_from(
        [
            "$input.body",
            "\n{}",
            "",
            "#set($context.responseOverride.header.Access-Control-Expose-Headers = 'own')",
            "#set($context.responseOverride.header.access-control-allow-origin = '*')",
        ]
    ),
    max_size=2,
)
_PARAMETERS = st.dictionaries(
    st.sampled_from(
        [f"method.response.header.{name}" for name in ("Access-Control-Allow-Origin", "vary", "X-A", "Vary")]
    ),
    st.sampled_from(["'a'", "'*'", "integration.response.header.Vary"]),
    max_size=1,
)
_ANSWERS = st.dictionaries(
    st.sampled_from(["default", "4\\d{2}", "5.*", "200"]),
    st.fixed_dictionaries(
        {},
        optional={
            "statusCode": st.sampled_from(["200", 404, "500"]),
            "responseParameters": st.one_of(st.none(), _PARAMETERS),
            "responseTemplates": st.one_of(st.none(), _TEMPLATES),
            "contentHandling": st.sampled_from([None, "CONVERT_TO_TEXT"]),
            "x-own": _ANYTHING,
        },
    ),
    max_size=3,
)
_INTEGRATIONS = st.one_of(
    st.just(operation()[INTEGRATION]),
    st.fixed_dictionaries(
        {"type": st.sampled_from(["mock", "http", "aws", "AWS", "http_proxy", "aws_proxy"])},
        optional={"responses": st.one_of(st.none(), _ANSWERS), "uri": _ANYTHING},
    ),
)
_DECLARED = st.dictionaries(
    st.sampled_from(["200", "404", "default"]),
    st.one_of(
        st.just({"description": "fine"}),
        st.fixed_dictionaries(
            {},
            optional={
                "description": _ANYTHING,
                "headers": st.sampled_from([None, {}, {"access-control-allow-origin": {"type": "string"}}]),
                "x-own": _ANYTHING,
            },
        ),
        st.just({"$ref": "#/x-own-responses/fine"}),
    ),
    max_size=2,
)


def _operations(*, open_to_all: bool) -> st.SearchStrategy[dict[str, Any]]:
    optional: dict[str, st.SearchStrategy[Any]] = {
        "summary": _ANYTHING,
        "tags": _ANYTHING,
        "x-own": _ANYTHING,
        "deprecated": st.booleans(),
        "security": st.just([]) if open_to_all else _REQUIREMENTS,
    }
    said = {INTEGRATION: _INTEGRATIONS}
    optional["responses"] = st.one_of(st.none(), _DECLARED)
    return shuffled(st.fixed_dictionaries(said, optional=optional))


_KEYED = _operations(open_to_all=False)
_ITEMS = shuffled(
    st.fixed_dictionaries(
        {},
        optional={
            **dict.fromkeys(["get", "put", "post", "delete", "head", "patch", ANY], _KEYED),
            "options": _operations(open_to_all=True),
            "summary": _ANYTHING,
            "x-own": _ANYTHING,
            "trace": _ANYTHING,
            "parameters": st.just([{"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}]),
        },
    )
)


@st.composite
def documents(draw: st.DrawFn) -> dict[str, Any]:
    """A document that can be patched."""
    dialect = draw(st.sampled_from(DIALECTS))
    schemes = draw(_SCHEMES)
    optional: dict[str, st.SearchStrategy[Any]] = {
        "info": _ANYTHING,
        "security": _REQUIREMENTS,
        "servers": _ANYTHING,
        "x-amazon-apigateway-binary-media-types": st.just(["*/*"]),
        RESPONSES: _RESPONSES,
    }
    if dialect == "2.0":
        optional |= {"securityDefinitions": st.just(schemes), "basePath": _WORDS}
    else:
        components = st.fixed_dictionaries({}, optional={"securitySchemes": st.just(schemes), "x-own": _ANYTHING})
        optional |= {"components": components}
    version = {"swagger": "2.0"} if dialect == "2.0" else {"openapi": f"{dialect}.1"}
    paths = st.dictionaries(_PATHS, _ITEMS, max_size=4)
    said = st.fixed_dictionaries(
        {"paths": paths, **{name: st.just(value) for name, value in version.items()}}, optional=optional
    )
    shared = {"x-own-responses": {"fine": {"description": "shared", "headers": {"X-A": {"type": "string"}}}}}
    return draw(shuffled(said)) | draw(_EXTENSIONS) | shared
