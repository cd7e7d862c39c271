"""Says in a few lines what a synthesized template gives to browsers: paths, keys, preflights, errors, clients.

    python -m examples.describe cdk.out/Quickstart.template.json

What preflights answer is not read out of the template: a simulated API Gateway is asked, as a browser would ask it.
"""

import json
import os
import re
import sys
import textwrap
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import attrs

from cors_constructs.simulate import Gateway, Request, Response
from cors_constructs.simulate.model import Api, ApiKey, Method, UsagePlan
from cors_constructs.simulate.template import read_template

_ANYBODY = "https://anybody.example"
_GUARDS = {"AWS_IAM": "an AWS signature", "COGNITO_USER_POOLS": "a Cognito user", "CUSTOM": "a Lambda authorizer's yes"}
_SAID = [
    ("headers", "access-control-allow-headers", ""),
    ("credentials", "access-control-allow-credentials", ""),
    ("max-age", "access-control-max-age", " s"),
]
_QUOTED = re.compile(r"'([^']*)'|\"([^\"]*)\"")
_HOST = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)*")
_WILDCARDS = [(stars, port) for stars in ("**.", "*.", "") for port in (":*", "")]  # the widest first


def describe(template: Mapping[str, Any], *, colour: bool = False) -> str:
    """What the REST APIs of a template do with its parameters' defaults, as text that ends in a newline.

    Args:
        template: A CloudFormation template, as JSON gives it.
        colour: Whether to mark headings and open methods for a terminal.
    """
    found = read_template(template)
    lines: list[str] = []
    for api in found.apis:
        stage = str(api.stages[0].name) if api.stages else None  # the methods are the same on each
        lines += _api(api, Gateway.from_template(found, api=api.source.logical_id, stage=stage))
    lines += _outputs(template.get("Outputs", {}))
    lines = lines or ["The template has no REST API."]
    return "".join(f"{_coloured(line) if colour else line}\n" for line in lines)


def _coloured(line: str) -> str:
    if line and not line.startswith(" "):
        return f"\x1b[1m{line}\x1b[0m"
    return re.sub("open to all$", "\x1b[32m\\g<0>\x1b[0m", line)


def _api(api: Api, gateway: Gateway) -> Iterator[str]:
    preflights = {method.path: Preflight.asked(gateway, method) for method in api.methods if _is_preflight(method)}
    yield str(api.name)
    yield from _methods(api, preflights)
    answers = _alike((path, preflight.lines()) for path, preflight in sorted(preflights.items()))
    for answer, paths in answers.items():
        yield f"  preflights{'' if len(answers) == 1 else ' of ' + ', '.join(paths)}"
        yield from answer
    errors = _alike(
        (
            type_.removeprefix("DEFAULT_"),
            [f"    {name}: {str(value)[1:-1]}" for name, value in response.headers.items()],
        )
        for type_, response in sorted(api.gateway_responses.items())
    )
    for headers, types in errors.items():
        yield f"  errors {', '.join(types)}"
        yield from headers
    yield from _clients(api.plans)
    yield ""


def _alike(things: Iterable[tuple[str, Iterable[str]]]) -> dict[tuple[str, ...], list[str]]:
    """The names of those of which the same lines are told, by these lines."""
    groups: dict[tuple[str, ...], list[str]] = {}
    for name, lines in things:
        groups.setdefault(tuple(lines), []).append(name)
    return groups


def _is_preflight(method: Method) -> bool:
    return method.verb == "OPTIONS" and method.integration is not None and method.integration.type == "MOCK"


def _methods(api: Api, preflights: Mapping[str, "Preflight"]) -> Iterator[str]:
    width, above = max((len(method.path) for method in api.methods), default=0), ""
    for method in sorted(api.methods, key=lambda it: (it.path, it.verb == "OPTIONS", it.verb)):
        guard = str(method.authorization)
        asks = ["a key"] * (method.api_key_required is True) + [_GUARDS.get(guard, guard)] * (guard != "NONE")
        text = f"needs {' and '.join(asks)}" if asks else "open to all"
        if _is_preflight(method):
            text = preflights[method.path].told + (f", and {text}" if asks else "")
        yield f"  {'' if method.path == above else method.path:{width}}  {method.verb:7}  {text}"
        above = method.path
    if not api.methods:
        yield "  no methods"


@attrs.frozen
class Preflight:
    """What an OPTIONS method answers.

    Attributes:
        origins: Who is let in; `*` for everybody.
        answer: What they are told, or anybody is where none is let in.
        silent: Whether others are told nothing.
    """

    origins: tuple[str, ...]
    answer: Response
    silent: bool = False

    @classmethod
    def asked(cls, gateway: Gateway, method: Method) -> "Preflight":
        """Ask the gateway."""

        def ask(origin: str) -> Response:
            headers = {"Origin": origin, "Access-Control-Request-Method": "GET"}
            return gateway(Request("OPTIONS", re.sub("[{}+]", "", method.path), headers))

        def lets_in(origin: str) -> bool:
            return ask(origin).headers.get("access-control-allow-origin") == origin

        stranger = ask(_ANYBODY)
        told = stranger.headers.get("access-control-allow-origin")
        if told in ("*", _ANYBODY):
            return cls(("*" if told == "*" else "whoever asks",), stranger)
        found = dict(origin for text in _quoted(method) for origin in _origins(text, lets_in))
        answer = ask(next(filter(None, found.values()), _ANYBODY))
        return cls(
            tuple(found) or ("nobody",), answer, silent=not any("access-control" in it for it in stranger.headers)
        )

    @property
    def told(self) -> str:
        """Its status and methods, which are each path's own."""
        methods = self.answer.headers.get("access-control-allow-methods", "none")
        return f"answers {self.answer.status}, methods {methods.replace(',', ', ')}"

    def lines(self) -> Iterator[str]:
        """All else that it says."""
        said = {"origins": ", ".join(self.origins)}
        for title, name, unit in _SAID:
            if name in self.answer.headers:
                said[title] = self.answer.headers[name].replace(",", ", ") + unit
        if self.answer.headers.get("vary") == "Origin":
            said["vary"] = "Origin" + ("; other origins get no Access-Control header" if self.silent else "")
        for title, text in said.items():
            wrapped = textwrap.wrap(text, 83, break_on_hyphens=False, break_long_words=False)
            yield from (f"    {title if n == 0 else '':11}  {line}" for n, line in enumerate(wrapped))


def _quoted(method: Method) -> Iterator[str]:
    """What stands between quotes in an answer's headers and templates: origins do."""
    for response in method.integration.responses if method.integration else ():
        for text in (*response.headers.values(), *response.templates.values()):
            yield from (one or other for one, other in _QUOTED.findall(str(text)))


def _origins(text: str, lets_in: Callable[[str], bool]) -> Iterator[tuple[str, str]]:
    """The origins that a text lets in, patterns as a policy writes them, each with an example that was let in.

    The text only suggests them: what counts is what the gateway answers.
    """
    for piece in [text] if text.startswith("^") else text.split(","):
        scheme, _, rest = piece.strip("^$").partition("://")
        if not rest:
            continue
        hosts = _HOST.findall(rest.replace("[.]", ".").replace("\\.", "."))
        patterns = [piece, *(f"{scheme}://{stars}{host}{port}" for host in hosts for stars, port in _WILDCARDS)]
        examples = (it.replace("**.", "any1.any2.").replace("*.", "any1.").replace(":*", ":8443") for it in patterns)
        found = next((pair for pair in zip(patterns, examples, strict=True) if lets_in(pair[1])), None)
        if found:
            yield found
        elif set(piece) & set("\\[({*+|"):
            yield f"what {piece} will be" if "${" in piece else f"those that match {piece.strip('^$')}", ""


def _clients(plans: Sequence[UsagePlan]) -> Iterator[str]:
    limits = {", ".join(map(_client, plan.keys)): ", ".join(_limits(plan)) for plan in plans}
    yield "  clients" if limits else "  no usage plan: nobody has a key"
    for clients, text in limits.items():
        yield f"    {clients:{max(map(len, limits))}}  {text or 'no limits of its own'}"


def _client(key: ApiKey) -> str:
    return min(key.names | {key.source.logical_id}, key=len)


def _limits(plan: UsagePlan) -> Iterator[str]:
    if plan.throttle and plan.throttle.rate is not None:
        yield f"{plan.throttle.rate} requests a second".replace(".0 ", " ")
    if plan.throttle and plan.throttle.burst is not None:
        yield f"{plan.throttle.burst} at once"
    if plan.quota:
        yield f"{plan.quota[0]} requests a {str(plan.quota[1]).lower()}"


def _outputs(outputs: Mapping[str, Any]) -> Iterator[str]:
    if outputs:
        yield "Outputs, once deployed"
    for name, output in outputs.items():
        yield f"  {name}: {output.get('Description') or _text(output['Value'])}"


def _text(value: object) -> str:
    """An output's value, with what only a deployment knows as `${Name}`."""
    match value:
        case {"Fn::Join": [str(separator), list(parts)]}:
            return separator.join(map(_text, parts))
        case {"Ref": name} | {"Fn::GetAtt": [name, *_]}:
            return f"${{{name}}}"
    return str(value)


def main(paths: Sequence[str]) -> None:
    """Describe template files."""
    colour = sys.stdout.isatty() and "NO_COLOR" not in os.environ
    for path in paths:
        try:
            text = describe(json.loads(Path(path).read_text()), colour=colour)
        except (OSError, ValueError) as error:
            raise SystemExit(f"{path}: {error}") from None
        sys.stdout.write(text)


if __name__ == "__main__":
    main(sys.argv[1:])
