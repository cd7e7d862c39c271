"""What browsers make of answers, redirects above all, otherwise than the standard has it."""

from typing import Final

from cors_constructs.simulate import Outcome

from ..explaining import (
    Explanation,
    answered_407,
    ended,
    exposes_by_no_list,
    judged_as_if_with_credentials,
    needs_leave_no_more,
    noted,
    origin,
    redirected,
    sent_null_in_a_preflight,
    whole_case,
)
from .cases import CHROMIUM, FETCH, FIREFOX, WEBKIT, answer, case, get, redirect

_BODY_HEADERS: Final = {"content-encoding", "content-language", "content-location", "content-type"}
_EXPOSE: Final = "Access-Control-Expose-Headers"

ANSWERED: Final = (
    Explanation(
        "expose-headers-unreadable",
        (FIREFOX,),
        f"{FETCH}extract-header-list-values",
        "a * in Access-Control-Expose-Headers counts, although that is no list",
        whole_case(exposes_by_no_list),
        case(get(), response=answer(200, (_EXPOSE, "*, a b"), ("x-one", "1"))),
    ),
    Explanation(
        "407-is-read",
        (FIREFOX, WEBKIT),
        f"{FETCH}http-network-or-cache-fetch",
        "a server that is no proxy may answer 407 as any other status",
        whole_case(answered_407),
        case(get(), response=answer(407)),
    ),
    Explanation(
        "location-empty",
        (CHROMIUM, WEBKIT),
        f"{FETCH}concept-response-location-url",
        "a redirect with an empty Location is not followed; in Chromium, the page reads it",
        noted("they follow no redirect with an empty Location"),
        case(get(), response=redirect("")),
    ),
    Explanation(
        "redirect-to-credentials-refused",
        (CHROMIUM,),
        f"{FETCH}concept-http-redirect-fetch",
        "no redirect to a URL with a user name is followed, within the page's origin neither",
        noted("it follows no redirect to a URL with a user name"),
        case(get(), response=redirect("{user}"), hosts=("page", "page")),
    ),
    Explanation(
        "redirect-to-credentials-followed",
        (WEBKIT,),
        f"{FETCH}concept-http-redirect-fetch",
        "a redirect from the page's origin to a URL of another with a user name is followed, without that",
        ended(Outcome.REDIRECT_WITH_CREDENTIALS),
        case(get(("x-a", "1")), response=redirect("{user}"), hosts=("page", "api")),
    ),
    Explanation(
        "credentials-after-redirects",
        (WEBKIT,),
        f"{FETCH}cors-check",
        "the second preflight of a call that redirects have led away from the page is judged as one with credentials",
        whole_case(judged_as_if_with_credentials),
        case(get(("x-a", "1")), response=redirect(), hosts=("page", "api", "api")),
    ),
    Explanation(
        "preflight-origin-after-redirect",
        (FIREFOX,),
        f"{FETCH}append-a-request-origin-header",
        "a preflight after a redirect from one strange origin to another has the page's origin, and not null",
        whole_case(sent_null_in_a_preflight),
        case(get(("x-a", "1")), response=redirect(), hosts=("api", "other")),
    ),
    Explanation(
        "delete-becomes-get",
        (WEBKIT,),
        f"{FETCH}concept-http-redirect-fetch",
        "a redirect to another origin makes a GET of a DELETE, whatever its status",
        redirected(lambda _, before, after: before.request.method == "DELETE" and origin(before) != origin(after)),
        case(get(method="DELETE"), response=redirect(status=307), hosts=("page", "api")),
    ),
    Explanation(
        "body-headers-kept",
        (WEBKIT,),
        f"{FETCH}request-body-header-name",
        "a redirect that makes a GET of another method leaves the headers of the body, or some",
        redirected(
            lambda ask, before, _: (
                before.request.method not in {"GET", "HEAD"}
                and (isinstance(ask.body, str) or any(name.lower() in _BODY_HEADERS for name, _ in ask.headers))
            )
        ),
        case(get(("content-type", "a/b"), method="POST"), response=redirect(status=303), hosts=("page", "api")),
    ),
    Explanation(
        "authorization-after-redirect",
        (WEBKIT,),
        f"{FETCH}concept-http-redirect-fetch",
        "a redirect to another origin leaves Authorization in Access-Control-Request-Headers",
        redirected(
            lambda ask, before, after: (
                origin(before) != origin(after) and any(name.lower() == "authorization" for name, _ in ask.headers)
            )
        ),
        case(get(("authorization", "a"), ("x-a", "1")), response=redirect(), hosts=("page", "api")),
    ),
    Explanation(
        "preflight-after-redirect",
        (FIREFOX, WEBKIT),
        f"{FETCH}concept-main-fetch",
        "what needed leave before a redirect needs it after it, whatever has become of it",
        whole_case(needs_leave_no_more),
        case(get(method="PATCH"), response=redirect(status=303), hosts=("api", "api")),
    ),
)
