"""What a preflight's answer allows, and what it does not."""

from typing import Any

import pytest

from cors_constructs.simulate import Outcome, Response

from . import sections
from .exchange import WITH_CREDENTIALS, Exchange, check, of_preflight, with_origin
from .scripted import SITE, allows

PUT: dict[str, Any] = {"method": "PUT"}
PUT_WITH_CREDENTIALS: dict[str, Any] = {"method": "PUT", "credentials": "include"}
KEY: dict[str, Any] = {"headers": {"X-Api-Key": "k"}}
TOKEN: dict[str, Any] = {"headers": {"Authorization": "Bearer t"}}


def methods(
    value: str | list[str], outcome: Outcome, method: str = "PUT", section: str = sections.PREFLIGHT
) -> Exchange:
    answer = with_origin("*", Access_Control_Allow_Methods=value)
    return of_preflight(section, {"method": method}, answer, outcome)


def names(value: str | list[str], outcome: Outcome, section: str = sections.PREFLIGHT, **page: Any) -> Exchange:
    answer = with_origin("*", Access_Control_Allow_Headers=value)
    return of_preflight(section, {**KEY, **page}, answer, outcome)


STATUSES = [
    *(
        pytest.param(
            of_preflight(sections.PREFLIGHT, PUT, with_origin("*", status=status), Outcome.ALLOWED), id=f"{status}"
        )
        for status in (200, 201, 202, 204, 205, 206, 226, 299)
    ),
    *(
        pytest.param(
            of_preflight(sections.PREFLIGHT, PUT, with_origin("*", status=status), Outcome.PREFLIGHT_STATUS_NOT_OK),
            id=f"{status}-is-not-ok",
        )
        for status in (
            300,
            301,
            302,
            304,
            307,
            400,
            401,
            403,
            404,
            405,
            415,
            429,
            500,
            502,
            503,
            504,
            599,
            600,
            790,
            999,
        )
    ),
    *(
        pytest.param(
            of_preflight(
                sections.PREFLIGHT,
                PUT,
                with_origin("*", status=status, Location="/there"),
                Outcome.PREFLIGHT_REDIRECTED,
            ),
            id=f"{status}-leads-nowhere",
        )
        for status in (301, 302, 303, 307, 308)
    ),
    *(
        pytest.param(
            of_preflight(sections.NETWORK, PUT, with_origin("*", status=status), Outcome.PREFLIGHT_NETWORK_ERROR),
            id=f"{status}-is-no-answer",
        )
        for status in (0, 100, 101, 103, 199, 407, 1000, -1)
    ),
]

PREFLIGHT_ORIGINS = [
    pytest.param(of_preflight(sections.CORS_CHECK, PUT, with_origin(SITE), Outcome.ALLOWED), id="the-page's"),
    pytest.param(of_preflight(sections.CORS_CHECK, PUT, with_origin("*"), Outcome.ALLOWED), id="any"),
    pytest.param(
        of_preflight(
            sections.CORS_CHECK,
            PUT,
            Response(204, {"Access-Control-Allow-Methods": "PUT"}),
            Outcome.PREFLIGHT_ORIGIN_MISSING,
        ),
        id="none",
    ),
    pytest.param(
        of_preflight(sections.CORS_CHECK, PUT, Response(403), Outcome.PREFLIGHT_ORIGIN_MISSING), id="none-on-an-error"
    ),
    pytest.param(
        of_preflight(sections.CORS_CHECK, PUT, with_origin("https://evil.example"), Outcome.PREFLIGHT_ORIGIN_MISMATCH),
        id="another",
    ),
    pytest.param(
        of_preflight(sections.CORS_CHECK, PUT, with_origin(SITE, SITE), Outcome.PREFLIGHT_ORIGIN_SEVERAL), id="twice"
    ),
    pytest.param(
        of_preflight(
            sections.CORS_CHECK,
            PUT_WITH_CREDENTIALS,
            with_origin("*", credentials="true"),
            Outcome.PREFLIGHT_ORIGIN_WILDCARD,
        ),
        id="any-with-credentials",
    ),
    pytest.param(
        of_preflight(
            sections.CORS_CHECK, PUT_WITH_CREDENTIALS, with_origin(SITE), Outcome.PREFLIGHT_CREDENTIALS_NOT_ALLOWED
        ),
        id="the-page's-without-credentials",
    ),
    pytest.param(
        of_preflight(sections.CORS_CHECK, PUT_WITH_CREDENTIALS, with_origin(SITE, credentials="true"), Outcome.ALLOWED),
        id="the-page's-with-credentials",
    ),
]

METHODS = [
    pytest.param(methods("PUT", Outcome.ALLOWED), id="listed"),
    pytest.param(methods("GET, PUT, POST", Outcome.ALLOWED), id="among-others"),
    pytest.param(methods(["GET", "PUT"], Outcome.ALLOWED, section=sections.LIST_VALUES), id="on-a-line-of-its-own"),
    pytest.param(methods("*", Outcome.ALLOWED), id="any"),
    pytest.param(methods("GET,*", Outcome.ALLOWED), id="any-among-others"),
    pytest.param(methods("put", Outcome.METHOD_NOT_ALLOWED), id="in-lower-case"),
    pytest.param(methods("OPTIONS", Outcome.METHOD_NOT_ALLOWED), id="only-OPTIONS"),
    pytest.param(methods("", Outcome.METHOD_NOT_ALLOWED), id="none"),
    pytest.param(methods("**", Outcome.METHOD_NOT_ALLOWED), id="two-asterisks"),
    pytest.param(methods("PATCH", Outcome.METHOD_NOT_ALLOWED, "patch"), id="patch-is-not-PATCH"),
    pytest.param(methods("patch", Outcome.ALLOWED, "patch"), id="patch-is-patch"),
    pytest.param(methods("DELETE", Outcome.ALLOWED, "delete"), id="delete-was-normalised"),
    pytest.param(methods("delete", Outcome.METHOD_NOT_ALLOWED, "delete"), id="the-list-is-not-normalised"),
    pytest.param(methods("chicken", Outcome.ALLOWED, "chicken"), id="an-own-method"),
    pytest.param(methods("CHICKEN", Outcome.METHOD_NOT_ALLOWED, "chicken"), id="an-own-method-in-another-case"),
    pytest.param(methods("*", Outcome.ALLOWED, "*"), id="the-method-*"),
    pytest.param(methods(",,PUT,GET", Outcome.ALLOWED, section=sections.NEW_HEADER_SYNTAX), id="empty-items"),
    pytest.param(methods(" \tPUT\t , ", Outcome.ALLOWED, section=sections.NEW_HEADER_SYNTAX), id="blanks"),
    pytest.param(methods("GET", Outcome.ALLOWED, "GET"), id="no-leave-asked"),
    *(
        pytest.param(
            methods(value, Outcome.ALLOW_METHODS_UNREADABLE, section=sections.NEW_HEADER_SYNTAX), id=f"no-list-{place}"
        )
        for place, value in enumerate(
            ["PUT GET", "PUT; GET", "'PUT', x y", '"PUT"', "PUT,@", "PUT,\x0b", "PUT, \xe9", "[PUT]"]
        )
    ),
    pytest.param(
        methods(["PUT", "GET POST"], Outcome.ALLOW_METHODS_UNREADABLE, section=sections.LIST_VALUES),
        id="one-line-is-no-list",
    ),
    pytest.param(methods("'PUT'", Outcome.METHOD_NOT_ALLOWED), id="single-quotes-are-letters"),
    pytest.param(
        of_preflight(
            sections.CREDENTIALS,
            PUT_WITH_CREDENTIALS,
            with_origin(SITE, Access_Control_Allow_Methods="*", credentials="true"),
            Outcome.METHOD_NOT_ALLOWED,
        ),
        id="any-but-with-credentials",
    ),
    pytest.param(
        of_preflight(
            sections.CREDENTIALS,
            {"method": "*", "credentials": "include"},
            with_origin(SITE, Access_Control_Allow_Methods="*", credentials="true"),
            Outcome.ALLOWED,
        ),
        id="the-method-*-with-credentials",
    ),
    pytest.param(
        of_preflight(sections.SAFELISTED_METHOD, {"method": "POST", **KEY}, allows(None, "x-api-key"), Outcome.ALLOWED),
        id="POST-need-not-be-listed",
    ),
    pytest.param(of_preflight(sections.PREFLIGHT, PUT, allows(), Outcome.METHOD_NOT_ALLOWED), id="no-header"),
]

NAMES = [
    pytest.param(names("x-api-key", Outcome.ALLOWED), id="a-name"),
    pytest.param(names("X-API-KEY", Outcome.ALLOWED), id="a-name-in-another-case"),
    pytest.param(names("content-type, X-Api-Key", Outcome.ALLOWED), id="a-name-among-others"),
    pytest.param(names(["a", "X-Api-Key"], Outcome.ALLOWED, section=sections.LIST_VALUES), id="a-name-on-its-own-line"),
    pytest.param(names("*", Outcome.ALLOWED), id="any-name"),
    pytest.param(names("a, *", Outcome.ALLOWED), id="any-name-among-others"),
    pytest.param(names("x-api", Outcome.HEADER_NOT_ALLOWED), id="another-name"),
    pytest.param(names("x-*", Outcome.HEADER_NOT_ALLOWED), id="an-asterisk-within-a-name"),
    pytest.param(names("", Outcome.HEADER_NOT_ALLOWED), id="no-name"),
    pytest.param(names("'x-api-key'", Outcome.HEADER_NOT_ALLOWED), id="a-name-in-single-quotes"),
    pytest.param(names("x-a", Outcome.HEADER_NOT_ALLOWED, headers={"X-A": "1", "X-B": "1"}), id="one-name-of-two"),
    *(
        pytest.param(
            names(value, Outcome.ALLOW_HEADERS_UNREADABLE, section=sections.NEW_HEADER_SYNTAX),
            id=f"no-list-of-names-{place}",
        )
        for place, value in enumerate(
            ["x-api-key x-b", "x-api-key;", '"x-api-key"', "x-api-key:", "x-api-key,(", "\x0c,x-api-key"]
        )
    ),
    pytest.param(
        of_preflight(sections.NEW_HEADER_SYNTAX, PUT, allows("PUT", "a b"), Outcome.ALLOW_HEADERS_UNREADABLE),
        id="no-list-of-names-though-none-is-needed",
    ),
    pytest.param(
        of_preflight(
            sections.CREDENTIALS,
            {**KEY, **WITH_CREDENTIALS},
            with_origin(SITE, Access_Control_Allow_Headers="*", credentials="true"),
            Outcome.HEADER_NOT_ALLOWED,
        ),
        id="any-name-but-with-credentials",
    ),
    pytest.param(
        of_preflight(
            sections.CREDENTIALS,
            {"headers": {"*": "1"}, **WITH_CREDENTIALS},
            with_origin(SITE, Access_Control_Allow_Headers="*", credentials="true"),
            Outcome.ALLOWED,
        ),
        id="the-name-*-with-credentials",
    ),
    pytest.param(
        of_preflight(sections.NON_WILDCARD, TOKEN, allows(None, "*"), Outcome.AUTHORIZATION_NOT_ALLOWED),
        id="any-name-does-not-cover-Authorization",
    ),
    pytest.param(
        of_preflight(sections.NON_WILDCARD, TOKEN, allows(None, "*, authorization"), Outcome.ALLOWED),
        id="Authorization-beside-any-name",
    ),
    pytest.param(
        of_preflight(sections.NON_WILDCARD, TOKEN, allows(None, "AUTHORIZATION"), Outcome.ALLOWED), id="Authorization"
    ),
    pytest.param(
        of_preflight(sections.NON_WILDCARD, TOKEN, allows(None, "x-a"), Outcome.HEADER_NOT_ALLOWED),
        id="no-Authorization",
    ),
    pytest.param(
        of_preflight(
            sections.NON_WILDCARD,
            {**TOKEN, **WITH_CREDENTIALS},
            with_origin(SITE, Access_Control_Allow_Headers="*", credentials="true"),
            Outcome.HEADER_NOT_ALLOWED,
        ),
        id="Authorization-with-credentials",
    ),
]


@pytest.mark.parametrize("exchange", [*STATUSES, *PREFLIGHT_ORIGINS, *METHODS, *NAMES])
def test_a_preflight_is_answered(exchange: Exchange) -> None:
    check(exchange)
