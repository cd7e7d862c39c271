"""Origins, and patterns of origins: parse, match, serialise."""

import re
from typing import NamedTuple

import attrs

from cors_constructs.policy import rules, tokens
from cors_constructs.policy.hosts import is_local
from cors_constructs.policy.issues import CorsPolicyError, Findings, Issue, Problem, listed, quoted
from cors_constructs.policy.origin_syntax import DEFAULT_PORTS, Shape, read_shape
from cors_constructs.policy.public_suffixes import is_public_suffix, public_suffix_below

# No browser can send a longer origin: 8 characters of scheme, 253 of host, 6 of port.
_MAX_ORIGIN = len("https://") + 253 + len(":65535")

_LABEL = "[a-z0-9_-]{1,63}"
_SUBDOMAINS = {
    "": "",
    "*": rf"{_LABEL}\.",
    "**": rf"(?:{_LABEL}\.){{1,126}}",
}  # 253 characters hold 126 labels and dots
_ANY_PORT = "(?:[1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])"
_HOW_TO = 'write scheme://host or scheme://host:port, for instance "https://app.example.com"'

_NO_ORIGINS = {
    "": Problem(rules.ORIGIN_EMPTY, "it is empty", _HOW_TO),
    "*": Problem(rules.NOT_THIS_KIND, "it stands for any origin", 'write "*" as the only item of allow_origins'),
    "null": Problem(
        rules.ORIGIN_NULL,
        'any site can make a page whose origin is "null"',
        "give the page an origin of its own: serve it over https, and without a sandbox",
    ),
}


class Leave(NamedTuple):
    """What the caller takes upon themselves."""

    insecure_origins: bool = False
    public_suffix_patterns: bool = False


@attrs.frozen
class Origin:
    """One origin, as a browser puts it into the Origin header.

    Make one with `Origin.parse`; the constructor checks the syntax of its parts too.

    Attributes:
        scheme: `"https"`, `"http"`, or the scheme of an app, such as `"capacitor"`.
        host: A name in lower case and Punycode, an IPv4 address, or an IPv6 address in brackets.
        port: The port, or None for the scheme's default port, which browsers leave out.

    Raises:
        CorsPolicyError: A browser would not send these parts.
    """

    scheme: str
    host: str
    port: int | None = None

    def __attrs_post_init__(self) -> None:
        _check_parts(Shape(self.scheme, "", self.host, self.port))

    @classmethod
    def parse(cls, text: str, *, dangerously_allow_insecure_origins: bool = False) -> "Origin":
        """Reads an origin, strictly: what is not byte for byte what a browser sends is refused.

        Only a Unicode host is converted, to the Punycode a browser sends for it.

        Args:
            text: `scheme://host` or `scheme://host:port`.
            dangerously_allow_insecure_origins: Also take `http:` origins of hosts other than the user's own machine.
                Left out, they are refused: anyone between the user and such a page can change it.

        Raises:
            CorsPolicyError: Whatever is wrong with the text, all at once.
        """
        shape = _parse(text, Leave(insecure_origins=dangerously_allow_insecure_origins), "origin")
        if shape.is_pattern:
            fix = "parse it with OriginPattern, or write one origin"
            raise CorsPolicyError([Problem(rules.NOT_THIS_KIND, "it is a pattern", fix).at("origin", text)])
        return cls(shape.scheme, shape.host, shape.port)

    def __str__(self) -> str:
        return str(Shape(self.scheme, "", self.host, self.port))


@attrs.frozen
class OriginPattern:
    """A set of origins: those of a site's subdomains, or of any port.

    - `https://*.example.com`: exactly one label before `example.com`, never `example.com` itself;
    - `https://**.example.com`: one label or more;
    - `http://localhost:*`: any port, the default one included.

    Make one with `OriginPattern.parse`; the constructor checks the syntax of its parts too.

    Attributes:
        scheme: `"https"` or `"http"`.
        subdomains: `"*"`, `"**"`, or `""` when only the port is open.
        host: What stands after the wildcard.
        port: The port, or None for the scheme's default port.
        any_port: Whether every port will do; `port` is None then.

    Raises:
        CorsPolicyError: The parts do not make a pattern.
    """

    scheme: str
    subdomains: str
    host: str
    port: int | None = None
    any_port: bool = False

    def __attrs_post_init__(self) -> None:
        shape = self._shape()
        _check_parts(shape)
        if not shape.is_pattern:
            raise CorsPolicyError([_no_wildcard(str(shape))])

    @classmethod
    def parse(
        cls,
        text: str,
        *,
        dangerously_allow_insecure_origins: bool = False,
        dangerously_allow_public_suffix_patterns: bool = False,
    ) -> "OriginPattern":
        """Reads a pattern.

        Args:
            text: An origin whose host begins with `*.` or `**.`, or whose port is `*`, or both.
            dangerously_allow_insecure_origins: As for `Origin.parse`.
            dangerously_allow_public_suffix_patterns: Also take patterns such as `https://*.github.io`, under which
                anyone can have a site. Left out, they are refused; so is a single label other than `localhost`.

        Raises:
            CorsPolicyError: Whatever is wrong with the text, all at once.
        """
        leave = Leave(dangerously_allow_insecure_origins, dangerously_allow_public_suffix_patterns)
        shape = _parse(text, leave, "origin")
        if not shape.is_pattern:
            raise CorsPolicyError([_no_wildcard(text)])
        return cls(*shape)

    @property
    def regex(self) -> str:
        r"""The pattern as a regular expression for the whole origin: for `re.fullmatch`, or Java's `String.matches`.

        It has no anchors, and means the same in both languages. It is ASCII, its repetitions are bounded, and it holds
        no quote, `$`, `#` or line break, so it can stand in a single-quoted literal of a mapping template as it is.
        Guard it by length as `matches` does.
        """
        host = re.sub(r"([.\[\]])", r"\\\1", self.host)
        return f"{self.scheme}://{_SUBDOMAINS[self.subdomains]}{host}{self._port_regex()}"

    def matches(self, origin: str) -> bool:
        """Whether an Origin header's value is one of the pattern's origins; compared byte by byte."""
        return len(origin) <= _MAX_ORIGIN and re.fullmatch(self.regex, origin) is not None

    def __str__(self) -> str:
        return str(self._shape())

    def _shape(self) -> Shape:
        return Shape(self.scheme, self.subdomains, self.host, self.port, self.any_port)

    def _port_regex(self) -> str:
        if self.any_port:
            # A browser never sends the default port, so nobody honest does:
            # https://html.spec.whatwg.org/multipage/browsers.html#ascii-serialisation-of-an-origin
            return f"(?::(?!{DEFAULT_PORTS[self.scheme]}(?![0-9])){_ANY_PORT})?"
        return "" if self.port is None else f":{self.port}"


def pattern_of(regex: str) -> OriginPattern | None:
    """The pattern that a regular expression was made of; None where it is not one of ours.

    Args:
        regex: As `OriginPattern.regex` has it, with or without anchors, its dots escaped in either way.
    """
    plain = regex.removeprefix("^").removesuffix("$").replace("[.]", r"\.")
    text = plain
    for wildcard in ("**", "*"):
        text = text.replace(f"://{_SUBDOMAINS[wildcard]}", f"://{wildcard}.")
    if text.endswith(")?"):
        text = f"{text.partition('(?::(?!')[0]}:*"
    text = re.sub(r"\\([.\[\]])", r"\1", text)
    outcome = read_origin(text, Leave(insecure_origins=True, public_suffix_patterns=True))
    if isinstance(outcome, list) or not outcome.is_pattern:
        return None
    pattern = OriginPattern(*outcome)
    return pattern if pattern.regex == plain else None


def read_origin(text: str, leave: Leave) -> Shape | list[Problem]:
    """Reads an origin or a pattern for a policy.

    Args:
        text: What was given; neither `*` nor holding tokens.
        leave: What the caller allows beyond what is safe.

    Returns:
        Its parts, or every problem found in it.
    """
    problems, shape = _examine(text, leave)
    return problems if problems or shape is None else shape


def _parse(text: object, leave: Leave, place: str) -> Shape:
    outcome = read_origin(text, leave) if isinstance(text, str) else [_not_text(text)]
    if isinstance(outcome, list):
        raise CorsPolicyError([problem.at(place, text) for problem in outcome])
    return outcome


def _examine(text: str, leave: Leave) -> tuple[list[Problem], Shape | None]:
    """The problems of a text, each with its fix, and the parts it has once they are mended."""
    special = _special_case(text, leave)
    if special:
        return [special], None
    found = Findings()
    shape = read_shape(text, found)
    if found.mendable:
        shape = _refuse(shape, leave, found)
    if not found.mendable:
        return [
            problem._replace(fix=problem.fix if problem.fix and "{mended}" not in problem.fix else _HOW_TO)
            for problem in found.problems
        ], None
    mended = quoted(str(shape))
    fixes = ((problem.fix or "write {mended}").replace("{mended}", mended) for problem in found.problems)
    return [problem._replace(fix=fix) for problem, fix in zip(found.problems, fixes, strict=True)], shape


def _special_case(text: str, leave: Leave) -> Problem | None:
    """What is no origin at all, and is better told by its own name than by the parts it lacks."""
    bare = text.strip().strip("'\"").lower()
    if bare in _NO_ORIGINS:
        return _NO_ORIGINS[bare]
    if tokens.holds_token(text):
        fix = "pass it to CorsPolicy as it is"
        return Problem(rules.TOKEN_UNREADABLE, "its parts are known only at deployment", fix)
    if re.search(r"\$\{.*\}", text):
        fix = "write a CDK token such as Aws.REGION in its place"
        return Problem(rules.CHARACTER, "CloudFormation replaces no ${...} in it", fix)
    pieces = re.split(r"[,;\s]+", text)
    if "," in text or sum("://" in piece for piece in pieces) > 1:
        return _several([piece for piece in pieces if piece], leave)
    return None


def _several(pieces: list[str], leave: Leave) -> Problem:
    shapes = [_examine(piece, leave)[1] for piece in pieces]
    mended = list(dict.fromkeys(str(shape) for shape in shapes if shape))
    complete = bool(mended) and None not in shapes
    fix = f"write each origin as an item: {listed(mended)}" if complete else "write each origin as an item of the list"
    return Problem(rules.SEVERAL_ORIGINS, "one string holds several origins, or a list's comma", fix)


def _refuse(shape: Shape, leave: Leave, found: Findings) -> Shape:
    """What is well-formed and yet unsafe; returns the safe twin."""
    if shape.scheme == "http" and not is_local(shape.host) and not leave.insecure_origins:
        fix = "write {mended}; only dangerously_allow_insecure_origins=True lets http in beyond localhost"
        found.add(rules.INSECURE_ORIGIN, "anyone on the way can change an http page", fix)
        port = None if shape.port == DEFAULT_PORTS["https"] else shape.port
        shape = shape._replace(scheme="https", port=port)
    if shape.subdomains and not is_local(shape.host) and not leave.public_suffix_patterns:
        _refuse_public_suffix(shape, found)
    return shape


def _refuse_public_suffix(shape: Shape, found: Findings) -> None:
    if is_public_suffix(shape.host):
        problem = f'anyone can register a name under "{shape.host}"'
    elif below := public_suffix_below(shape.host, one_label=shape.subdomains == "*"):
        problem = f'it covers "{below}", where anyone can have a page'
    else:
        return
    own = quoted(str(shape._replace(host=f"your-site.{shape.host}")))
    fix = f"name your own part of it, as in {own}; only dangerously_allow_public_suffix_patterns=True lets all of it in"
    found.add(rules.PUBLIC_SUFFIX, problem, fix, mendable=False)


def _check_parts(shape: Shape) -> None:
    text = str(shape)
    outcome = read_origin(text, Leave(insecure_origins=True, public_suffix_patterns=True))
    if isinstance(outcome, list):
        raise CorsPolicyError([problem.at("origin", text) for problem in outcome])
    if outcome != shape:
        raise CorsPolicyError(
            [Problem(rules.NOT_THIS_KIND, "its parts are not where they belong", _HOW_TO).at("origin", text)]
        )


def _no_wildcard(text: str) -> Issue:
    return Problem(rules.NOT_THIS_KIND, "it has no wildcard", "parse it with Origin").at("origin", text)


def _not_text(given: object) -> Problem:
    return Problem(rules.NOT_A_STRING, f"it is of type {type(given).__name__}, not a string", _HOW_TO)
