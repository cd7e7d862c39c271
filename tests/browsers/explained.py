"""Where browsers differ from the Fetch standard, which the simulated browser keeps: all that is known, in one table.

Each has an exchange that shows it, so that it goes when browsers mend it (`test_explanations.py`). What is put right in
what a browser did comes before what gives up on a whole case.
"""

import re
from collections.abc import Sequence
from typing import Final

import attrs

from cors_constructs.simulate import Outcome

from .exchanges import Answer, Ask, Case, Hop
from .explaining import (
    Explanation,
    answered_407,
    asked,
    ended,
    exposes_by_no_list,
    has_several_lines,
    judged_as_if_with_credentials,
    kept_a_wildcard,
    kept_a_wildcard_with_credentials,
    kept_for_null,
    kept_for_others,
    needs_leave_no_more,
    noted,
    origin,
    redirected,
    refused_once,
    sent_null_in_a_preflight,
    whole_case,
    without_high_bytes,
    without_needless_origins,
    without_repeated_names,
)

_FETCH: Final = "https://fetch.spec.whatwg.org/#"
_MIME: Final = "https://mimesniff.spec.whatwg.org/#"
_CHROMIUM, _FIREFOX, _WEBKIT = "chromium", "firefox", "webkit"
_EXPOSE: Final = "Access-Control-Expose-Headers"
_BODY_HEADERS: Final = {"content-encoding", "content-language", "content-location", "content-type"}


def _get(*headers: tuple[str, str], method: str = "GET", body: str | None = None) -> Ask:
    return Ask(method, headers, "same-origin", body)


def _answer(status: int = 200, *more: tuple[str, str], allow_origin: str = "*") -> Answer:
    return Answer(status, (("Access-Control-Allow-Origin", allow_origin), *more))


_NAMES: Final = "accept, accept-language, content-type, range, x-a, user-agent, dpr, if-none-match, authorization"
_LISTS: Final = (
    ("Access-Control-Allow-Methods", "GET, PUT, DELETE, PATCH"),
    ("Access-Control-Allow-Headers", _NAMES),
)
_LONG: Final = ("Access-Control-Max-Age", "600")
_YES: Final = _answer(200, *_LISTS, _LONG)
_PRIVATELY: Final = (_LONG, ("Access-Control-Allow-Credentials", "true"))
_PRIVATE: Final = _answer(200, *_LISTS, *_PRIVATELY, allow_origin="{origin}")
_PRIVATE_WILDCARD: Final = _answer(
    200, ("Access-Control-Allow-Methods", "*"), _LISTS[1], *_PRIVATELY, allow_origin="{origin}"
)
_PUT: Final = _get(method="PUT")


def _redirect(location: str = "{next}", *more: tuple[str, str], status: int = 302) -> Answer:
    return _answer(status, ("Location", location), *more)


def _case(
    *asks: Ask, preflight: Answer = _YES, response: Answer = _YES, hosts: Sequence[str] = ("api",), opaque: bool = False
) -> Case:
    first, *further = hosts
    answers = [response] * max(len(further), 1) + [_YES]  # the last one is not led on
    hops = (Hop(first, preflight, answers[0]), *map(Hop, further, [_YES] * len(further), answers[1:]))
    return Case(0, opaque, asks, hops)


EXPLAINED: Final = (
    Explanation(
        "names-repeated",
        (_FIREFOX,),
        f"{_FETCH}cors-unsafe-request-header-names",
        "a header of several lines is named several times in Access-Control-Request-Headers",
        without_repeated_names,
        _case(_get(("x-a", "1"), ("x-a", "2"))),
    ),
    Explanation(
        "bytes-above-7f",
        (_WEBKIT,),
        f"{_FETCH}concept-header-value",
        "bytes above 0x7F of a header's value are sent as UTF-8, and are replaced where they are read",
        without_high_bytes,
        _case(_get(("x-a", "\xe9"))),
    ),
    Explanation(
        "origin-after-redirect",
        (_WEBKIT,),
        f"{_FETCH}append-a-request-origin-header",
        "a GET that a redirect has made of another method keeps the Origin of that",
        without_needless_origins,
        _case(_get(method="POST"), response=_redirect(status=303), hosts=("page", "page")),
    ),
    Explanation(
        "lines-joined",
        (_CHROMIUM, _WEBKIT),
        f"{_FETCH}cors-unsafe-request-header-names",
        "a header's lines are joined before they are looked at, so that they need leave if all together do",
        noted("they join the lines of a header"),
        _case(_get(("content-type", "text/plain"), ("content-type", "text/plain"))),
    ),
    Explanation(
        "empty-lines-left-out",
        (_FIREFOX,),
        f"{_FETCH}concept-header-list-get",
        "where a header stands on several lines, empty ones are left out",
        has_several_lines(with_empty=True),
        _case(_get(), response=_answer(200, ("x-one", ""), ("x-one", "1")), hosts=("page",)),
    ),
    Explanation(
        "same-location-twice",
        (_CHROMIUM, _FIREFOX, _WEBKIT),
        f"{_FETCH}concept-response-location-url",
        "a Location on several lines is followed where they are all the same, in WebKit to all of them joined",
        noted("whose Location stands there several times"),
        _case(_get(), response=_redirect("{next}", ("Location", "{next}")), hosts=("api", "api")),
    ),
    Explanation(
        "one-line-of-some",
        (_FIREFOX,),
        f"{_FETCH}concept-header-list-get",
        "of an Authorization or a Location on several lines, one line counts",
        has_several_lines("authorization", "location"),
        _case(_get(("authorization", "a"), ("authorization", "b")), hosts=("page",)),
    ),
    Explanation(
        "user-agent",
        (_CHROMIUM,),
        f"{_FETCH}forbidden-request-header",
        "no page sets User-Agent",
        noted("it sends its own User-Agent"),
        _case(_get(("user-agent", "1"))),
    ),
    Explanation(
        "client-hints",
        (_CHROMIUM,),
        f"{_FETCH}cors-safelisted-request-header",
        "client hints need no leave, whoever sets them",
        noted("is a header that it adds by itself"),
        _case(_get(("dpr", "1"))),
    ),
    Explanation(
        "no-limit-for-all-values",
        (_FIREFOX,),
        f"{_FETCH}cors-unsafe-request-header-names",
        "safe values of more than 1024 bytes in all need no leave",
        asked(lambda lines: sum(len(value) for values in lines.values() for value in values) > 1024),
        _case(_get(*[("accept", "a" * 128)] * 9)),
    ),
    Explanation(
        "accept-above-7f",
        (_FIREFOX,),
        f"{_FETCH}cors-safelisted-request-header",
        "an Accept with bytes above 0x7F needs leave",
        asked(lambda lines: not all(map(str.isascii, lines.get("accept", [])))),
        _case(_get(("accept", "\xe9"))),
    ),
    Explanation(
        "content-type-parameters",
        (_FIREFOX,),
        f"{_MIME}parse-a-mime-type",
        "a Content-Type needs leave where its parameters are empty or have bytes above 0x7F",
        asked(lambda lines: any(not it.isascii() or ";;" in it for it in lines.get("content-type", []))),
        _case(_get(("content-type", "text/plain;;"))),
    ),
    Explanation(
        "range-unit",
        (_WEBKIT,),
        f"{_FETCH}simple-range-header-value",
        "the unit of a safe Range may have capital letters",
        asked(lambda lines: any(re.match("(?!bytes)(?i:bytes)=", it) for it in lines.get("range", []))),
        _case(_get(("range", "Bytes=0-"))),
    ),
    Explanation(
        "authorization-covered",
        (_CHROMIUM, _FIREFOX, _WEBKIT),
        f"{_FETCH}cors-non-wildcard-request-header-name",
        "Access-Control-Allow-Headers: * covers Authorization",
        noted("still let Access-Control-Allow-Headers: * cover Authorization"),
        _case(_get(("authorization", "x")), preflight=_answer(200, ("Access-Control-Allow-Headers", "*"))),
    ),
    Explanation(
        "leave-kept-after-failure",
        (_CHROMIUM, _WEBKIT),
        f"{_FETCH}concept-cache-clear",
        "what a preflight allowed is kept, although the request that followed failed",
        noted("they remember what the preflight allowed"),
        _case(_PUT, _PUT, response=_answer(allow_origin="null")),
    ),
    Explanation(
        "leave-kept-after-refusal",
        (_WEBKIT,),
        f"{_FETCH}cors-preflight-fetch-0",
        "what a preflight allowed is kept, although it did not allow all that was asked",
        whole_case(refused_once),
        _case(_get(("x-b", "1"), method="PUT"), _PUT),
    ),
    Explanation(
        "no-leave-kept-for-null",
        (_CHROMIUM,),
        f"{_FETCH}concept-cache-create-entry",
        "for pages whose origin is opaque, no preflight is kept",
        noted("it keeps no preflight for a page whose origin is null"),
        _case(_PUT, _PUT, opaque=True),
    ),
    Explanation(
        "leave-kept-by-credentials",
        (_FIREFOX,),
        f"{_FETCH}concept-cache-match",
        "what was allowed with credentials is kept for calls with them only",
        whole_case(kept_for_others),
        _case(attrs.evolve(_PUT, credentials="include"), _PUT, preflight=_PRIVATE, response=_PRIVATE),
    ),
    Explanation(
        "wildcard-kept-with-credentials",
        (_WEBKIT,),
        f"{_FETCH}concept-cache-match-method",
        "a * that came with credentials is a wildcard for calls without them, as the standard has it to the letter",
        whole_case(kept_a_wildcard_with_credentials),
        _case(
            attrs.evolve(_get(("x-a", "1")), credentials="include"),
            _PUT,
            preflight=_PRIVATE_WILDCARD,
            response=_PRIVATE,
        ),
    ),
    Explanation(
        "no-leave-kept-after-redirect",
        (_WEBKIT,),
        f"{_FETCH}concept-cache-create-entry",
        "where a redirect has made the origin null, no preflight is kept",
        whole_case(kept_for_null),
        _case(_PUT, _PUT, response=_redirect(status=307), hosts=("api", "other")),
    ),
    Explanation(
        "conditional-requests",
        (_CHROMIUM, _FIREFOX),
        f"{_FETCH}concept-http-fetch",
        "each conditional request has a preflight of its own, whatever was kept",
        noted("they send a preflight before each conditional request"),
        _case(*[_get(("if-none-match", '"e"'))] * 2),
    ),
    Explanation(
        "wildcards-not-kept",
        (_FIREFOX,),
        f"{_FETCH}concept-cache-match-header",
        "what a * in a preflight's answer allowed is not kept",
        whole_case(kept_a_wildcard),
        _case(_PUT, _PUT, preflight=_answer(200, ("Access-Control-Allow-Methods", "*"), _LONG)),
    ),
    Explanation(
        "max-age-negative",
        (_CHROMIUM, _WEBKIT),
        f"{_FETCH}cors-preflight-fetch-0",
        "a negative Access-Control-Max-Age counts as 0, and not as one that cannot be read",
        noted("they take a negative Access-Control-Max-Age for 0"),
        _case(_PUT, _PUT, preflight=_answer(200, *_LISTS, ("Access-Control-Max-Age", "-1"))),
    ),
    Explanation(
        "max-age-unreadable",
        (_FIREFOX,),
        f"{_FETCH}cors-preflight-fetch-0",
        "an Access-Control-Max-Age that cannot be read counts as 0, and not as 5 seconds",
        noted("is no number of seconds; the preflight is kept for 5 of them"),
        _case(_PUT, _PUT, preflight=_answer(200, *_LISTS, ("Access-Control-Max-Age", "5, 5"))),
    ),
    Explanation(
        "expose-headers-unreadable",
        (_FIREFOX,),
        f"{_FETCH}extract-header-list-values",
        "a * in Access-Control-Expose-Headers counts, although that is no list",
        whole_case(exposes_by_no_list),
        _case(_get(), response=_answer(200, (_EXPOSE, "*, a b"), ("x-one", "1"))),
    ),
    Explanation(
        "407-is-read",
        (_FIREFOX, _WEBKIT),
        f"{_FETCH}http-network-or-cache-fetch",
        "a server that is no proxy may answer 407 as any other status",
        whole_case(answered_407),
        _case(_get(), response=_answer(407)),
    ),
    Explanation(
        "location-empty",
        (_CHROMIUM, _WEBKIT),
        f"{_FETCH}concept-response-location-url",
        "a redirect with an empty Location is not followed; in Chromium, the page reads it",
        noted("they follow no redirect with an empty Location"),
        _case(_get(), response=_redirect("")),
    ),
    Explanation(
        "redirect-to-credentials-refused",
        (_CHROMIUM,),
        f"{_FETCH}concept-http-redirect-fetch",
        "no redirect to a URL with a user name is followed, within the page's origin neither",
        noted("it follows no redirect to a URL with a user name"),
        _case(_get(), response=_redirect("{user}"), hosts=("page", "page")),
    ),
    Explanation(
        "redirect-to-credentials-followed",
        (_WEBKIT,),
        f"{_FETCH}concept-http-redirect-fetch",
        "a redirect from the page's origin to a URL of another with a user name is followed, without that",
        ended(Outcome.REDIRECT_WITH_CREDENTIALS),
        _case(_get(("x-a", "1")), response=_redirect("{user}"), hosts=("page", "api")),
    ),
    Explanation(
        "credentials-after-redirects",
        (_WEBKIT,),
        f"{_FETCH}cors-check",
        "the second preflight of a call that redirects have led away from the page is judged as one with credentials",
        whole_case(judged_as_if_with_credentials),
        _case(_get(("x-a", "1")), response=_redirect(), hosts=("page", "api", "api")),
    ),
    Explanation(
        "preflight-origin-after-redirect",
        (_FIREFOX,),
        f"{_FETCH}append-a-request-origin-header",
        "a preflight after a redirect from one strange origin to another has the page's origin, and not null",
        whole_case(sent_null_in_a_preflight),
        _case(_get(("x-a", "1")), response=_redirect(), hosts=("api", "other")),
    ),
    Explanation(
        "delete-becomes-get",
        (_WEBKIT,),
        f"{_FETCH}concept-http-redirect-fetch",
        "a redirect to another origin makes a GET of a DELETE, whatever its status",
        redirected(lambda _, before, after: before.request.method == "DELETE" and origin(before) != origin(after)),
        _case(_get(method="DELETE"), response=_redirect(status=307), hosts=("page", "api")),
    ),
    Explanation(
        "body-headers-kept",
        (_WEBKIT,),
        f"{_FETCH}request-body-header-name",
        "a redirect that makes a GET of another method leaves the headers of the body, or some",
        redirected(
            lambda ask, before, _: (
                before.request.method not in {"GET", "HEAD"}
                and (isinstance(ask.body, str) or any(name.lower() in _BODY_HEADERS for name, _ in ask.headers))
            )
        ),
        _case(_get(("content-type", "a/b"), method="POST"), response=_redirect(status=303), hosts=("page", "api")),
    ),
    Explanation(
        "authorization-after-redirect",
        (_WEBKIT,),
        f"{_FETCH}concept-http-redirect-fetch",
        "a redirect to another origin leaves Authorization in Access-Control-Request-Headers",
        redirected(
            lambda ask, before, after: (
                origin(before) != origin(after) and any(name.lower() == "authorization" for name, _ in ask.headers)
            )
        ),
        _case(_get(("authorization", "a"), ("x-a", "1")), response=_redirect(), hosts=("page", "api")),
    ),
    Explanation(
        "preflight-after-redirect",
        (_FIREFOX, _WEBKIT),
        f"{_FETCH}concept-main-fetch",
        "what needed leave before a redirect needs it after it, whatever has become of it",
        whole_case(needs_leave_no_more),
        _case(_get(method="PATCH"), response=_redirect(status=303), hosts=("api", "api")),
    ),
)
