"""`CorsPolicy`: what browsers may do, in one value."""

import datetime
import functools
from collections.abc import Iterable, Mapping
from typing import Any, Final

import attrs

from cors_constructs.policy import rules, tokens
from cors_constructs.policy.arguments import DEFAULT_ALLOW_HEADERS, DEFAULT_EXPOSE_HEADERS, Arguments
from cors_constructs.policy.issues import CorsPolicyError, Issue, Problem, quoted
from cors_constructs.policy.origin import Leave, OriginPattern
from cors_constructs.policy.scalars import DEFAULT_MAX_AGE, DEFAULT_STATUS, Seconds

_DEFAULTS: Final[Mapping[str, object]] = {
    "allow_methods": None,
    "allow_headers": DEFAULT_ALLOW_HEADERS,
    "expose_headers": DEFAULT_EXPOSE_HEADERS,
    "allow_credentials": False,
    "max_age": DEFAULT_MAX_AGE,
    "status_code": DEFAULT_STATUS,
    "dangerously_allow_insecure_origins": False,
    "dangerously_allow_public_suffix_patterns": False,
}
_NAMES: Final = ("allow_origins", *_DEFAULTS)


@attrs.frozen(kw_only=True, init=False, repr=False)
class CorsPolicy:
    """Which pages may call an API, and how.

    The values are kept in normal form: header names in lower case, lists sorted and without order, so that policies
    which mean the same are equal. Every rule comes from https://fetch.spec.whatwg.org/#http-cors-protocol.

    Args:
        allow_origins: The origins whose pages may call the API: a list of

            - origins, exactly as browsers send them: `https://app.example.com`, `http://localhost:3000`,
              `capacitor://localhost`. A Unicode host is converted to Punycode;
            - patterns: `https://*.example.com` (one label in the wildcard's place), `https://**.example.com` (one or
              more), `http://localhost:*` (any port);
            - strings or lists that the CDK knows only at deployment (`CfnParameter.value_as_list`). Inside a longer
              string what surrounds the value is checked; a value by itself cannot be;
            - `*` alone: every page of every site.

            No default. Refused: whatever no browser would send (a path, a slash at the end, a default port, upper
            case), `null`, `http:` beyond the user's own machine, and wildcards inside a label or before a public
            suffix.
        allow_methods: The methods pages may use. Left out (None): those that each resource has. `*`: all of them.
            Names that browsers put in upper case (https://fetch.spec.whatwg.org/#concept-method-normalize) are put so
            here. Refused: an empty list, CONNECT, TRACE and TRACK, which no page can send, `patch`, and `ANY`.
        allow_headers: The request headers pages may set. Left out: authorization, content-type, x-api-key and those
            that signed requests carry. `x-api-key` is always added, except to `*`, which covers it. `*` may stand
            beside `authorization` only, the one name it does not cover
            (https://fetch.spec.whatwg.org/#cors-non-wildcard-request-header-name). Refused: names that browsers keep
            to themselves (https://fetch.spec.whatwg.org/#forbidden-request-header), names of response headers, and
            what cannot be put safely into a header or a mapping template.
        expose_headers: The response headers pages may read beyond the safelisted ones
            (https://fetch.spec.whatwg.org/#cors-safelisted-response-header-name). Left out: retry-after,
            x-amzn-errortype and x-amzn-requestid. An empty list exposes none. Refused: set-cookie, which scripts never
            see, and names that stand in requests or preflights only.
        allow_credentials: Whether pages may call with cookies and the like. Left out: no. `*` is refused beside it, in
            any list (https://fetch.spec.whatwg.org/#cors-protocol-and-credentials).
        max_age: How long browsers may keep a preflight's answer: seconds, a `datetime.timedelta` or an
            `aws_cdk.Duration`; whole seconds, 0 to 86400. Left out: 7200, the most that Chromium keeps. 0: they ask
            before every request. Without the header browsers would keep an answer 5 seconds
            (https://fetch.spec.whatwg.org/#http-access-control-max-age).
        status_code: The status of a preflight's answer, 200 to 299. Left out: 204.
        dangerously_allow_insecure_origins: Also take `http:` origins beyond localhost. Left out: they are refused,
            since anyone between the user and such a page can change it.
        dangerously_allow_public_suffix_patterns: Also take patterns over names under which anyone can have a site,
            such as `https://*.github.io`. Left out: they are refused, and so is any single label but `localhost`
            (https://publicsuffix.org/learn/).

    Attributes:
        allow_origins: In normal form and sorted; those known only at deployment stand last, in the order given.
        allow_methods: Sorted, or None.
        allow_headers: Lower-case and sorted.
        expose_headers: Lower-case and sorted.
        max_age: In seconds.

    Raises:
        CorsPolicyError: Everything that is wrong with the arguments, at once.
    """

    allow_origins: tuple[str, ...] = attrs.field(eq=frozenset)
    allow_methods: tuple[str, ...] | None
    allow_headers: tuple[str, ...]
    expose_headers: tuple[str, ...]
    allow_credentials: bool
    max_age: int
    status_code: int
    dangerously_allow_insecure_origins: bool
    dangerously_allow_public_suffix_patterns: bool

    def __init__(
        self,
        *,
        allow_origins: Iterable[str],
        allow_methods: Iterable[str] | None = None,
        allow_headers: Iterable[str] = DEFAULT_ALLOW_HEADERS,
        expose_headers: Iterable[str] = DEFAULT_EXPOSE_HEADERS,
        allow_credentials: bool = False,
        max_age: int | datetime.timedelta | Seconds = DEFAULT_MAX_AGE,
        status_code: int = DEFAULT_STATUS,
        dangerously_allow_insecure_origins: bool = False,
        dangerously_allow_public_suffix_patterns: bool = False,
    ) -> None:
        given = Arguments()
        credentials = given.flag("allow_credentials", allow_credentials, otherwise=False)
        leave = Leave(
            given.flag("dangerously_allow_insecure_origins", dangerously_allow_insecure_origins, otherwise=True),
            given.flag(
                "dangerously_allow_public_suffix_patterns", dangerously_allow_public_suffix_patterns, otherwise=True
            ),
        )
        self.__attrs_init__(
            allow_origins=given.origins(allow_origins, leave, credentials=credentials),
            allow_methods=given.methods(allow_methods, credentials=credentials),
            allow_headers=given.request_headers(allow_headers, credentials=credentials),
            expose_headers=given.response_headers(expose_headers, credentials=credentials),
            allow_credentials=credentials,
            max_age=given.max_age(max_age),
            status_code=given.status(status_code),
            dangerously_allow_insecure_origins=leave.insecure_origins,
            dangerously_allow_public_suffix_patterns=leave.public_suffix_patterns,
        )
        if given.issues:
            raise CorsPolicyError(sorted(given.issues, key=_argument_order))

    @property
    def any_origin(self) -> bool:
        """Whether every page of every site may call: the policy says `*`."""
        return self.allow_origins == ("*",)

    @property
    def exact_origins(self) -> tuple[str, ...]:
        """The origins listed one by one, including strings known only at deployment."""
        return tuple(o for o in self.allow_origins if "*" not in o and not tokens.is_list_token(o))

    @property
    def origin_patterns(self) -> tuple[OriginPattern, ...]:
        """The patterns among the origins."""
        return tuple(_pattern(origin) for origin in self.allow_origins if "*" in origin and origin != "*")

    @property
    def origin_lists(self) -> tuple[str, ...]:
        """The lists of origins known only at deployment, each as the CDK's marker for it."""
        return tuple(origin for origin in self.allow_origins if tokens.is_list_token(origin))

    @property
    def depends_on_origin(self) -> bool:
        """Whether answers differ by the request's Origin, so that caches must be told (`Vary: Origin`).

        They do not when every origin is allowed, or exactly one: then the same header goes to everyone
        (https://fetch.spec.whatwg.org/#cors-protocol-and-http-caches).
        """
        return not self.any_origin and (len(self.allow_origins) != 1 or self.allow_origins != self.exact_origins)

    def allows_origin(self, origin: str) -> bool:
        """Whether pages of an origin may call.

        Args:
            origin: The value of an Origin header, compared byte by byte.

        Raises:
            TypeError: `origin` is not a string.
            ValueError: It matches nothing that is known, and the policy has origins known only at deployment.
        """
        if not isinstance(origin, str):
            raise TypeError(f"An origin is a string, the value of an Origin header, not {type(origin).__name__}.")
        if self.any_origin or (origin in self.exact_origins and not tokens.holds_token(origin)):
            return True
        if any(pattern.matches(origin) for pattern in self.origin_patterns):
            return True
        self._require_known_origins(origin)
        return False

    def headers_for(self, origin: str | None) -> dict[str, str]:
        """The CORS headers of a real response (not of a preflight's answer).

        A policy with one exact origin, or with `*`, has the same headers for everyone. Any other answers strangers with
        no Access-Control header at all, and always with `Vary: Origin`
        (https://fetch.spec.whatwg.org/#cors-protocol-and-http-caches).

        Args:
            origin: The value of the request's Origin header; None when it has none.

        Returns:
            Header values by name. Origins are echoed only after a match.

        Raises:
            TypeError: `origin` is neither a string nor None.
            ValueError: The answer hangs on origins known only at deployment.
        """
        known = self.allows_origin(origin) if origin is not None else False
        if not self.depends_on_origin:
            (allowed,) = self.allow_origins
            self._require_known_origins(origin)
            return self._allowing(allowed)
        headers = self._allowing(origin) if known and origin is not None else {}
        return {**headers, "Vary": "Origin"}

    def evolve(self, **changes: Any) -> "CorsPolicy":
        """A policy that differs from this one in some arguments; checked anew.

        Args:
            **changes: Arguments of the constructor. A list replaces the whole list.

        Raises:
            CorsPolicyError: As from the constructor.
            TypeError: An argument is unknown.
        """
        return attrs.evolve(self, **changes)

    def to_dict(self) -> dict[str, object]:
        """The policy as values that JSON has; `from_dict` reads them back."""
        values = {name: getattr(self, name) for name in _NAMES}
        return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}

    @classmethod
    def from_dict(cls, values: Mapping[str, object]) -> "CorsPolicy":
        """The policy that a mapping describes, such as `to_dict` or a JSON file gives.

        Args:
            values: The constructor's arguments by name. Those left out have the constructor's defaults.

        Raises:
            CorsPolicyError: Unknown or missing names and whatever is wrong with the values, at once; also when
                `values` is no mapping.
        """
        if not isinstance(values, Mapping):
            problem = f"it is of type {type(values).__name__}, not a mapping of arguments"
            fix = 'write a mapping, for instance {"allow_origins": ["https://app.example.com"]}'
            raise CorsPolicyError([Problem(rules.UNKNOWN_ARGUMENT, problem, fix).at("policy", values)])
        issues = [_unknown(name) for name in values if name not in _NAMES]
        known: dict[str, Any] = {name: values[name] for name in _NAMES if name in values}
        if "allow_origins" not in known:
            problem = Problem(rules.MISSING_ARGUMENT, "it is missing", 'write "allow_origins" and a list of origins')
            issues.append(problem.at("allow_origins", None))
        try:
            policy = cls(**{"allow_origins": [_STANDING_IN], **known})
        except CorsPolicyError as error:
            raise CorsPolicyError([*issues, *error.issues]) from None
        if issues:
            raise CorsPolicyError(issues)
        return policy

    def __repr__(self) -> str:
        shown = [f"allow_origins={list(self.allow_origins)!r}"]
        for name, default in _DEFAULTS.items():
            value = getattr(self, name)
            if value != default:
                shown.append(f"{name}={list(value) if isinstance(value, tuple) else value!r}")
        return f"CorsPolicy({', '.join(shown)})"

    def _allowing(self, allowed: str) -> dict[str, str]:
        headers = {"Access-Control-Allow-Origin": allowed}
        if self.allow_credentials:
            headers["Access-Control-Allow-Credentials"] = "true"
        if self.expose_headers:
            headers["Access-Control-Expose-Headers"] = ",".join(self.expose_headers)
        return headers

    def _require_known_origins(self, origin: str | None) -> None:
        unknown = [item for item in self.allow_origins if tokens.holds_token(item)]
        if unknown:
            raise ValueError(
                f"What this policy answers to the Origin {origin!r} is known only at deployment: "
                f"it hangs on {', '.join(unknown)}."
            )


# For a mapping without allow_origins, so that the other arguments are checked all the same.
_STANDING_IN: Final = "https://origin.invalid"


def _argument_order(issue: Issue) -> int:
    return _NAMES.index(issue.place.partition("[")[0])


def _unknown(name: object) -> Issue:
    import difflib  # noqa: PLC0415 - needed for misspelt names only

    close = difflib.get_close_matches(name, _NAMES, n=1) if isinstance(name, str) else []
    fix = f"write {quoted(close[0])}" if close else f"remove it; the arguments are {', '.join(_NAMES)}"
    return Problem(rules.UNKNOWN_ARGUMENT, "no argument has this name", fix).at("policy", name)


@functools.lru_cache(maxsize=1024)
def _pattern(text: str) -> OriginPattern:
    return OriginPattern.parse(
        text, dangerously_allow_insecure_origins=True, dangerously_allow_public_suffix_patterns=True
    )
