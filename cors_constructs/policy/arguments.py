"""All arguments of a policy together: brought to normal form, or every problem in them found."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from cors_constructs.policy import rules, tokens
from cors_constructs.policy.issues import Issue, Problem, listed, quoted
from cors_constructs.policy.names import read_method, read_request_header, read_response_header
from cors_constructs.policy.origin import Leave, read_origin
from cors_constructs.policy.scalars import read_flag, read_max_age, read_status

DEFAULT_ALLOW_HEADERS: Final = (
    "authorization",
    "content-type",
    "x-amz-content-sha256",
    "x-amz-date",
    "x-amz-security-token",
    "x-amz-user-agent",
    "x-api-key",
)
DEFAULT_EXPOSE_HEADERS: Final = ("retry-after", "x-amzn-errortype", "x-amzn-requestid")
API_KEY_HEADER: Final = "x-api-key"

_Reader = Callable[[str], str | list[Problem]]
_STRING_SHOWN = 200


class Arguments:
    """Reads the arguments one by one and keeps the issues met."""

    def __init__(self) -> None:
        self.issues: list[Issue] = []

    def flag(self, place: str, given: object, *, otherwise: bool) -> bool:
        """A flag; `otherwise` when it is none, so that one mistake does not bring further issues."""
        value = read_flag(given)
        return otherwise if self._failed(place, given, value) else value is True

    def max_age(self, given: object) -> int:
        """The seconds of max_age."""
        value = read_max_age(given)
        self._failed("max_age", given, value)
        return value if isinstance(value, int) else 0

    def status(self, given: object) -> int:
        """The status of a preflight's answer."""
        value = read_status(given)
        self._failed("status_code", given, value)
        return value if isinstance(value, int) else 0

    def origins(self, given: object, leave: Leave, *, credentials: bool) -> tuple[str, ...]:
        """The origins: `*`, or sorted ones first and tokens after them."""
        place = "allow_origins"
        found = self._list(place, given, lambda text: read_origin_item(text, leave))
        if found is None:
            return ()
        self._check_not_empty(place, given, found, "list at least one origin")
        self._check_wildcard(found, credentials=credentials, fix="list the origins, or leave credentials out")
        known = sorted(origin for origin in found.values() if not tokens.holds_token(origin))
        return (*known, *(origin for origin in found.values() if tokens.holds_token(origin)))

    def methods(self, given: object, *, credentials: bool) -> tuple[str, ...] | None:
        """The methods, sorted; None for what each resource has."""
        place = "allow_methods"
        found = None if given is None else self._list(place, given, read_method)
        if found is None:
            return None
        fix = "leave allow_methods out to allow the methods that each resource has"
        self._check_not_empty(place, given, found, fix)
        self._check_wildcard(found, credentials=credentials, fix=fix)
        return tuple(sorted(found.values()))

    def request_headers(self, given: object, *, credentials: bool) -> tuple[str, ...]:
        """The request headers, sorted, with the API key's among them."""
        place = "allow_headers"
        found = self._list(place, given, read_request_header)
        if found is None:
            return ()
        fix = f"list the names, for instance {listed(DEFAULT_ALLOW_HEADERS)}"
        self._check_wildcard(found, credentials=credentials, fix=fix, beside="authorization")
        names = set(found.values())
        return tuple(sorted(names if "*" in names else names | {API_KEY_HEADER}))

    def response_headers(self, given: object, *, credentials: bool) -> tuple[str, ...]:
        """The response headers, sorted."""
        place = "expose_headers"
        found = self._list(place, given, read_response_header)
        if found is None:
            return ()
        fix = f"list the names, for instance {listed(DEFAULT_EXPOSE_HEADERS)}"
        self._check_wildcard(found, credentials=credentials, fix=fix)
        return tuple(sorted(found.values()))

    def _failed(self, place: str, given: object, outcome: object) -> bool:
        if isinstance(outcome, Problem):
            self.issues.append(outcome.at(place, given))
        return isinstance(outcome, Problem)

    def _list(self, place: str, given: object, read: _Reader) -> dict[str, str] | None:
        """The items of a list by place, in normal form; None when it is no list at all."""
        if isinstance(given, str | bytes | bytearray | memoryview | Mapping) or not isinstance(given, Iterable):
            self.issues.append(_not_a_list(given, read).at(place, given))
            return None
        items = [(f"{place}[{index}]", item) for index, item in enumerate(given)]
        if not items:
            return {}
        found: dict[str, str] = {}
        first_places: dict[str, str] = {}
        for where, item in items:
            outcome = read(item) if isinstance(item, str) else [_not_a_string(item)]
            if isinstance(outcome, str) and outcome in first_places:
                outcome = [Problem(rules.DUPLICATE, f"it is the same as {first_places[outcome]}", "remove it")]
            if isinstance(outcome, str):
                found[where] = outcome
                first_places[outcome] = where
            else:
                self.issues.extend(problem.at(where, item) for problem in outcome)
        return found

    def _check_not_empty(self, place: str, given: object, found: Mapping[str, str], fix: str) -> None:
        if not found and not any(issue.place.startswith(f"{place}[") for issue in self.issues):
            self.issues.append(Problem(rules.EMPTY_LIST, "it names nothing", fix).at(place, given))

    def _check_wildcard(self, found: Mapping[str, str], *, credentials: bool, fix: str, beside: str = "*") -> None:
        where = next((where for where, item in found.items() if item == "*"), None)
        if where is None:
            return
        others = set(found.values()) - {"*", beside}
        if others:
            covered = f'"*" covers the others; write {listed(["*"])}'
            fix_mix = covered if beside == "*" else f"{covered}, or {listed(['*', beside])}"
            self.issues.append(
                Problem(rules.WILDCARD_BESIDE_OTHERS, "it stands beside other items", fix_mix).at(where, "*")
            )
        if credentials:
            # https://fetch.spec.whatwg.org/#cors-protocol-and-credentials
            problem = 'with allow_credentials=True browsers take "*" for a name like any other'
            self.issues.append(Problem(rules.WILDCARD_WITH_CREDENTIALS, problem, fix).at(where, "*"))


# An origin has at most 267 characters; a few tokens beside its text take more, but not this many.
_MAX_TEXT: Final = 20_000


def read_origin_item(text: str, leave: Leave) -> str | list[Problem]:
    """Reads an item of allow_origins: in normal form, or what is wrong with it.

    An item that is a token through and through cannot be checked; around a token, everything else is.
    """
    if text == "*" or tokens.is_string_token(text) or tokens.is_list_token(text):
        return text
    if len(text) > _MAX_TEXT:
        return [Problem(rules.TOO_LONG, f"it has {len(text):,} characters", "write one origin")]
    if tokens.holds_list_token(text):
        fix = "make the list an item by itself, holding whole origins"
        return [Problem(rules.LIST_TOKEN_IN_TEXT, "a list cannot be part of a string", fix)]
    if tokens.holds_token(text):
        return _read_with_token(text, leave)
    outcome = read_origin(text, leave)
    return outcome if isinstance(outcome, list) else str(outcome)


def _read_with_token(text: str, leave: Leave) -> str | list[Problem]:
    if "*" in text:
        fix = "write the name out, or list exact origins: those may be known only at deployment"
        return [Problem(rules.TOKEN_IN_PATTERN, "a pattern cannot hold a value known only at deployment", fix)]
    readable, restore = tokens.stand_in(text)
    if tokens.starts_with_token(text):
        return _read_leading_token(readable, restore, leave)
    outcome = read_origin(readable, leave)
    if isinstance(outcome, list):
        return _restored(outcome, restore)
    if str(outcome) != readable:
        fix = f"write {quoted(restore(str(outcome)))}"
        return [Problem(rules.IDNA, "beside a value known only at deployment a host must be in Punycode", fix)]
    return text


def _read_leading_token(readable: str, restore: Callable[[str], str], leave: Leave) -> list[Problem]:
    """A token that something follows may be a scheme, a host or a whole origin: the rest says which."""
    first, separator, rest = readable.partition("://")
    if readable.endswith("/") and tokens.is_string_token(restore(first[:-1])):
        # Most often a URL, such as a website bucket's, and a slash.
        return [Problem(rules.TRAILING_SLASH, "it ends in a slash", f"write {quoted(restore(first[:-1]))}")]
    meant = "https://" + (rest if separator and tokens.is_string_token(restore(first)) else readable)
    outcome = read_origin(meant, leave)
    if not isinstance(outcome, list):
        fix = f"write {quoted(meant)}, or pass the whole origin as the value known at deployment"
        outcome = [Problem(rules.NO_SCHEME, "it has no scheme that can be checked", fix)]
    return _restored(outcome, restore)


def _restored(problems: list[Problem], restore: Callable[[str], str]) -> list[Problem]:
    return [problem._replace(problem=restore(problem.problem), fix=restore(problem.fix)) for problem in problems]


def _not_a_list(given: object, read: _Reader) -> Problem:
    fix = "write a list of strings"
    if (
        isinstance(given, str)
        and given.strip()
        and len(given) <= _STRING_SHOWN
        and given.isprintable()
        and '"' not in given
    ):
        pieces = [piece for piece in re.split(r"[,\s]+", given) if piece]
        known = [read(piece) for piece in pieces]
        items = [item for item in known if isinstance(item, str)]
        fix = f"write it in a list: {listed(items if len(items) == len(known) else pieces)}"
    elif given is None:
        fix = "write a list of strings, or leave the argument out where it has a default"
    elif _is_foreign(given):
        fix = "write a list of strings; a value of the CDK becomes one with Token.as_list"
    return Problem(rules.NOT_A_LIST, f"it is {_kind(given)}, not a list of strings", fix)


def _not_a_string(item: object) -> Problem:
    fix = "write a string"
    if isinstance(item, bytes) and item.isascii() and item.decode("ascii").isprintable():
        fix = f"write {quoted(item.decode('ascii'))}"
    elif isinstance(item, list | tuple | set | frozenset):
        fix = "write its items in the outer list"
    elif _is_foreign(item):
        fix = "write a string; a value of the CDK becomes one with Token.as_string"
    return Problem(rules.NOT_A_STRING, f"it is {_kind(item)}, not a string", fix)


def _is_foreign(given: object) -> bool:
    return type(given).__module__ != "builtins"


def _kind(given: object) -> str:
    return "None" if given is None else f"of type {type(given).__name__}"
