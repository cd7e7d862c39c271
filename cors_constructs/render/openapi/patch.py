"""`patch_openapi`: a document in, the same document with keys, preflights and readable answers and errors out."""

import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import attrs

from cors_constructs.policy import CorsPolicy
from cors_constructs.render.branches import PolicyTree
from cors_constructs.render.errors import ErrorResponses, error_headers_of
from cors_constructs.render.keyless import Keyless
from cors_constructs.render.layout import Preflight
from cors_constructs.render.openapi.answers import Lacking, carry_answers, read_answers, take_answers_back
from cors_constructs.render.openapi.arguments import check_arguments
from cors_constructs.render.openapi.dialects import SWAGGER_2, dialect_of
from cors_constructs.render.openapi.documents import load_document
from cors_constructs.render.openapi.gateway_responses import carry_headers
from cors_constructs.render.openapi.operations import PathItem, read_paths
from cors_constructs.render.openapi.pointers import dangling
from cors_constructs.render.openapi.preflights import answer_preflights
from cors_constructs.render.openapi.problems import OpenApiError
from cors_constructs.render.openapi.reader import Reader
from cors_constructs.render.openapi.security import check_open, read_schemes, require_keys

_SHOWN: Final = 10  # paths, in an error: about a line's worth
_NO_BRANCHES: Final[Mapping[str, CorsPolicy]] = MappingProxyType({})


def patch_openapi(
    document: Mapping[str, Any] | str | Path,
    policy: CorsPolicy,
    *,
    require_api_key: bool = True,
    keyless: Iterable[str] = (),
    error_responses: ErrorResponses = ErrorResponses.AUTO,
    preflight: Preflight = Preflight.PER_RESOURCE,
    branches: Mapping[str, CorsPolicy] = _NO_BRANCHES,
    join: Callable[[Sequence[str]], str] | None = None,
) -> dict[str, Any]:
    """Give an OpenAPI document what pages need to call its API: open preflights, and readable answers and errors.

    Everything else stays as it is, in its order. What is added:

    - `security` at each operation asks for a key, beside whatever it asks for already. API Gateway ignores `security`
      at the root (https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html), so that
      is written out at the operations that have none. The document's own scheme for keys (`type: apiKey`,
      `name: x-api-key`, `in: header`) is used; where it has none, one is added, `api_key`.
    - An `options` operation, which asks for nothing and answers preflights. One that the document has stays, if
      browsers can use it.
    - CORS headers on the gateway responses that the document has, and on `DEFAULT_4XX` and `DEFAULT_5XX`. A header that
      is there stays.
    - CORS headers on the answers of operations whose integrations are no proxies, in each response of the integration
      and declared in the operation's: where the author sets no `Access-Control-Allow-Origin`. Several origins are
      chosen among by the response templates, each of which goes on to write what it wrote.

    A path that is a `$ref` and has operations is written out, so that it has keys and a preflight of its own, and so is
    a response that is one and has to declare headers. What only
    deployment knows (tokens of the CDK, CloudFormation's functions) may stand wherever nothing has to be read.

    What was added is marked, with the extension `x-cors-constructs`, which API Gateway leaves alone. So patching a
    document again, with another policy too, gives what patching the original would have given.

    Args:
        document: OpenAPI 3.0 or 3.1, or Swagger 2.0: a mapping, which is not changed; the path of a JSON or YAML file;
            or JSON or YAML text, which is told from a path by a line break in it, or a `{` at its start.
        policy: Which pages may call, and how.
        require_api_key: Whether every operation but OPTIONS asks for a key. Left out: yes. False: `security` stays as
            it is.
        keyless: Operations that ask for no key, as `GET /health` (`ANY /files` for `x-amazon-apigateway-any-method`).
            Left out: none. A key that the document asks them for is taken out; what else guards them stays. Refused:
            names of operations that do not exist.
        error_responses: What pages may learn of the errors that API Gateway makes itself. Left out: `AUTO`.
        preflight: Whether each path has an OPTIONS of its own, or they share one. Left out: each its own.
        branches: Policies of sub-trees, by the path of their top: `/admin` means it and all below it. Left out: the
            one policy is everybody's.
        join: Makes one string of an origin list that only deployment knows, its elements joined by commas. Needed
            where the policy has such lists.

    Returns:
        A new document.

    Warns:
        UserWarning: There are answers that pages of several origins cannot be given to read: an integration that is no
            proxy has no response template to choose in, or one that cannot be extended. It names the operations, and
            says what to write. (In apps of the CDK it is an annotation, `cors-constructs:response-without-headers`.)

    Raises:
        OpenApiError: Everything that is wrong with the document, at once: operations without integration
            (https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-integration.html),
            a `$ref` that leads nowhere or to another document, an OPTIONS that asks for a key or an authorizer, names
            in `keyless` and `branches` that match nothing, and whatever cannot be read.
        TypeError: An argument is of the wrong kind.
        ValueError: `keyless` holds what is no operation's name, or goes with `require_api_key=False`; or the policy's
            origins do not fit into a template.
    """
    done = patched(
        document,
        policy,
        require_api_key=require_api_key,
        keyless=keyless,
        error_responses=error_responses,
        preflight=preflight,
        branches=branches,
        join=join,
    )
    if done.lacking:
        warnings.warn(_unreadable(done.lacking), stacklevel=2)
    return done.document


@attrs.frozen
class Patched:
    """A document that was patched, and what it lacks.

    Attributes:
        document: The document.
        lacking: The operations whose answers not all pages that may call will be able to read, by the reason, which
            says what to write.
    """

    document: dict[str, Any]
    lacking: Mapping[str, Sequence[str]]


def patched(
    document: Mapping[str, Any] | str | Path,
    policy: CorsPolicy,
    *,
    require_api_key: bool = True,
    keyless: Iterable[str] = (),
    error_responses: ErrorResponses = ErrorResponses.AUTO,
    preflight: Preflight = Preflight.PER_RESOURCE,
    branches: Mapping[str, CorsPolicy] = _NO_BRANCHES,
    join: Callable[[Sequence[str]], str] | None = None,
) -> Patched:
    """As `patch_openapi`, but that it returns what that warns of."""
    check_arguments(
        policy,
        require_api_key=require_api_key,
        errors=error_responses,
        preflight=preflight,
        branches=branches,
        join=join,
    )
    named = Keyless.parse(keyless)
    if named.names and not require_api_key:
        raise ValueError(
            "keyless names operations that need no key, and with require_api_key=False none does: leave one of them out"
        )
    policies = PolicyTree(policy, branches)
    copied = load_document(document)
    reader = Reader(copied, dialect_of(copied))

    take_answers_back(copied)
    items = read_paths(reader)
    lacking = Lacking()
    answers = read_answers(reader, items, lacking)
    own = [item.preflight for item in items if item.preflight is not None]
    if own or require_api_key:
        schemes = read_schemes(reader)
        for operation in own:
            check_open(reader, operation, schemes)
        if require_api_key:
            require_keys(reader, items, schemes, named)
    carry_headers(reader, error_headers_of(policies.all(), error_responses))
    reader.problems.extend(_idle(policies, items))
    reader.problems.extend(dangling(copied, swagger_2=reader.dialect is SWAGGER_2))
    if reader.problems:
        raise OpenApiError(reader.problems)
    carry_answers(reader, answers, policies, join, lacking)
    answer_preflights(reader, items, policies, preflight, join)
    return Patched(copied, lacking.operations)


def _unreadable(lacking: Mapping[str, Sequence[str]]) -> str:
    """What to say of answers that lack headers, on one line: which operations', why, and what to write."""
    said = (
        f"{', '.join(names[:_SHOWN])}{f' and {len(names) - _SHOWN} more' if len(names) > _SHOWN else ''}: {reason}"
        for reason, names in lacking.items()
    )
    return f"pages may call these, and not all of them can read the answer: {'; '.join(said)}."


def _idle(policies: PolicyTree, items: Sequence[PathItem]) -> list[str]:
    """A sentence for each branch that no path is in."""
    known = [item.resource for item in items]
    there = f"{', '.join(known[:_SHOWN])}{', ...' if len(known) > _SHOWN else ''}" or "no paths"
    return [
        f"branches names {top!r}, and no path is there or below it: the document has {there}"
        for top in policies.idle(known)
    ]
