"""What browsers keep of preflights' answers, and for whom, otherwise than the standard has it."""

from typing import Final

import attrs

from ..explaining import (
    Explanation,
    kept_a_wildcard,
    kept_a_wildcard_with_credentials,
    kept_for_null,
    kept_for_others,
    noted,
    refused_once,
    whole_case,
)
from .cases import (
    CHROMIUM,
    FETCH,
    FIREFOX,
    LISTS,
    LONG,
    PRIVATE,
    PRIVATE_WILDCARD,
    PUT,
    WEBKIT,
    answer,
    case,
    get,
    redirect,
)

KEPT: Final = (
    Explanation(
        "leave-kept-after-failure",
        (CHROMIUM, WEBKIT),
        f"{FETCH}concept-cache-clear",
        "what a preflight allowed is kept, although the request that followed failed",
        noted("they remember what the preflight allowed"),
        case(PUT, PUT, response=answer(allow_origin="null")),
    ),
    Explanation(
        "leave-kept-after-refusal",
        (WEBKIT,),
        f"{FETCH}cors-preflight-fetch-0",
        "what a preflight allowed is kept, although it did not allow all that was asked",
        whole_case(refused_once),
        case(get(("x-b", "1"), method="PUT"), PUT),
    ),
    Explanation(
        "no-leave-kept-for-null",
        (CHROMIUM,),
        f"{FETCH}concept-cache-create-entry",
        "for pages whose origin is opaque, no preflight is kept",
        noted("it keeps no preflight for a page whose origin is null"),
        case(PUT, PUT, opaque=True),
    ),
    Explanation(
        "leave-kept-by-credentials",
        (FIREFOX,),
        f"{FETCH}concept-cache-match",
        "what was allowed with credentials is kept for calls with them only",
        whole_case(kept_for_others),
        case(attrs.evolve(PUT, credentials="include"), PUT, preflight=PRIVATE, response=PRIVATE),
    ),
    Explanation(
        "wildcard-kept-with-credentials",
        (WEBKIT,),
        f"{FETCH}concept-cache-match-method",
        "a * that came with credentials is a wildcard for calls without them, as the standard has it to the letter",
        whole_case(kept_a_wildcard_with_credentials),
        case(
            attrs.evolve(get(("x-a", "1")), credentials="include"),
            PUT,
            preflight=PRIVATE_WILDCARD,
            response=PRIVATE,
        ),
    ),
    Explanation(
        "no-leave-kept-after-redirect",
        (WEBKIT,),
        f"{FETCH}concept-cache-create-entry",
        "where a redirect has made the origin null, no preflight is kept",
        whole_case(kept_for_null),
        case(PUT, PUT, response=redirect(status=307), hosts=("api", "other")),
    ),
    Explanation(
        "conditional-requests",
        (CHROMIUM, FIREFOX),
        f"{FETCH}concept-http-fetch",
        "each conditional request has a preflight of its own, whatever was kept",
        noted("they send a preflight before each conditional request"),
        case(*[get(("if-none-match", '"e"'))] * 2),
    ),
    Explanation(
        "wildcards-not-kept",
        (FIREFOX,),
        f"{FETCH}concept-cache-match-header",
        "what a * in a preflight's answer allowed is not kept",
        whole_case(kept_a_wildcard),
        case(PUT, PUT, preflight=answer(200, ("Access-Control-Allow-Methods", "*"), LONG)),
    ),
    Explanation(
        "max-age-negative",
        (CHROMIUM, WEBKIT),
        f"{FETCH}cors-preflight-fetch-0",
        "a negative Access-Control-Max-Age counts as 0, and not as one that cannot be read",
        noted("they take a negative Access-Control-Max-Age for 0"),
        case(PUT, PUT, preflight=answer(200, *LISTS, ("Access-Control-Max-Age", "-1"))),
    ),
    Explanation(
        "max-age-unreadable",
        (FIREFOX,),
        f"{FETCH}cors-preflight-fetch-0",
        "an Access-Control-Max-Age that cannot be read counts as 0, and not as 5 seconds",
        noted("is no number of seconds; the preflight is kept for 5 of them"),
        case(PUT, PUT, preflight=answer(200, *LISTS, ("Access-Control-Max-Age", "5, 5"))),
    ),
)
