"""Says in a few lines what a synthesized template gives to browsers: paths, keys, preflights, errors, clients.

    python -m examples.describe cdk.out/Quickstart.template.json

It reads the template alone, and needs nothing but Python.
"""

import json
import os
import re
import sys
import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Properties = Mapping[str, Any]
_PREFIX = "Access-Control-"
_WIDTH = 100
_GUARDS = {"AWS_IAM": "an AWS signature", "COGNITO_USER_POOLS": "a Cognito user", "CUSTOM": "a Lambda authorizer's yes"}


def describe(template: Mapping[str, Any], *, colour: bool = False) -> str:
    """What the REST APIs of a template do, as text that ends in a newline.

    Args:
        template: A CloudFormation template, as JSON gives it.
        colour: Whether to mark headings and open methods for a terminal.
    """
    found = _Template(template.get("Resources", {}))
    lines: list[str] = []
    for api_id, api in found.of("RestApi"):
        lines += _describe_api(found, api_id, api, _Pen(colour=colour))
    lines += _describe_outputs(template.get("Outputs", {}), _Pen(colour=colour))
    return "\n".join(lines or ["The template has no REST API."]) + "\n"


@dataclass(frozen=True)
class _Pen:
    colour: bool

    def heading(self, text: str) -> str:
        return f"\x1b[1m{text}\x1b[0m" if self.colour else text

    def open(self, text: str) -> str:
        return f"\x1b[32m{text}\x1b[0m" if self.colour else text


@dataclass(frozen=True)
class _Template:
    resources: Mapping[str, Any]

    def of(self, kind: str) -> Iterator[tuple[str, Properties]]:
        """Logical id and properties of each API Gateway resource of a kind."""
        for logical_id, resource in self.resources.items():
            if resource["Type"] == f"AWS::ApiGateway::{kind}":
                yield logical_id, resource.get("Properties", {})

    def belonging(self, kind: str, api_id: str) -> Iterator[Properties]:
        return (properties for _, properties in self.of(kind) if _target(properties.get("RestApiId")) == api_id)

    def path(self, resource_id: object) -> str:
        properties = self.resources.get(_target(resource_id), {}).get("Properties", {})
        if "PathPart" not in properties:
            return "/"
        return f"{self.path(properties['ParentId']).rstrip('/')}/{properties['PathPart']}"

    def methods(self, api_id: str) -> dict[str, dict[str, Properties]]:
        """The methods of an API by path and verb, both sorted, OPTIONS last."""
        by_path: dict[str, dict[str, Properties]] = {}
        for method in self.belonging("Method", api_id):
            by_path.setdefault(self.path(method["ResourceId"]), {})[method["HttpMethod"]] = method
        return {path: dict(sorted(by_path[path].items(), key=_options_last)) for path in sorted(by_path)}


def _options_last(method: tuple[str, Properties]) -> tuple[bool, str]:
    return method[0] == "OPTIONS", method[0]


def _describe_api(found: _Template, api_id: str, api: Properties, pen: _Pen) -> list[str]:
    methods = found.methods(api_id)
    return [
        pen.heading(f"{api.get('Name', api_id)}"),
        *_describe_methods(methods, pen),
        *_describe_preflights(methods),
        *_describe_errors(found.belonging("GatewayResponse", api_id)),
        *_describe_clients(found, api_id),
        "",
    ]


def _describe_methods(methods: Mapping[str, Mapping[str, Properties]], pen: _Pen) -> list[str]:
    if not methods:
        return ["  no methods"]
    width = max(len(path) for path in methods)
    lines = []
    for path, by_verb in methods.items():
        for number, (verb, method) in enumerate(by_verb.items()):
            shown = path if number == 0 else ""
            lines.append(f"  {shown:{width}}  {verb:7}  {_described(verb, method, pen)}")
    return lines


def _described(verb: str, method: Properties, pen: _Pen) -> str:
    asks = _demands(method)
    if verb == "OPTIONS" and method.get("Integration", {}).get("Type") == "MOCK":
        preflight = Preflight.read(method)
        return f"answers {preflight.status}, methods {preflight.methods}{f', and needs {asks}' if asks else ''}"
    return f"needs {asks}" if asks else pen.open("open to all")


def _demands(method: Properties) -> str:
    guard = str(method.get("AuthorizationType", "NONE"))
    keys = ["a key"] if method.get("ApiKeyRequired") is True else []
    return " and ".join(keys if guard == "NONE" else [*keys, _GUARDS.get(guard, guard)])


@dataclass(frozen=True)
class Preflight:
    """What an OPTIONS method with a MOCK integration answers.

    Attributes:
        status: Its status.
        origins: Who gets that answer; `*` for everybody.
        headers: The CORS headers, by their names without `Access-Control-`.
        varies: Whether caches are told that the answer depends on the origin.
    """

    status: str
    origins: tuple[str, ...]
    headers: Mapping[str, str]
    varies: bool

    @classmethod
    def read(cls, method: Properties) -> "Preflight":
        """Read one out of a method's properties."""
        responses = method["Integration"].get("IntegrationResponses") or [{}]
        sent = {
            name.removeprefix("method.response.header."): _unquoted(_text(value))
            for name, value in responses[0].get("ResponseParameters", {}).items()
        }
        template = _text(responses[0].get("ResponseTemplates", {}).get("application/json", ""))
        overrides = dict(re.findall(r"#set\(\$context\.responseOverride\.header\.([\w-]+)=(.*?)\)(?=#)", template))
        sent |= {name: _unquoted(value) for name, value in overrides.items()}
        origin = sent.pop(f"{_PREFIX}Allow-Origin", "")
        return cls(
            status=str(responses[0].get("StatusCode", "?")),
            origins=tuple(_origins_in(template)) if origin == "$o" else (origin or "nobody",),
            headers={name.removeprefix(_PREFIX): text for name, text in sent.items() if name.startswith(_PREFIX)},
            varies=sent.get("Vary") == "Origin",
        )

    @property
    def methods(self) -> str:
        """The methods it allows."""
        return self.headers.get("Allow-Methods", "none").replace(",", ", ")

    def lines(self) -> list[str]:
        """All that it says but its status and methods, which are each path's own."""
        said = [("origins", ", ".join(self.origins))]
        said += [
            (title, self.headers[name].replace(",", ", ") + unit)
            for title, name, unit in (
                ("headers", "Allow-Headers", ""),
                ("credentials", "Allow-Credentials", ""),
                ("max-age", "Max-Age", " s"),
            )
            if name in self.headers
        ]
        if self.varies:
            said.append(("vary", "Origin; other origins get no Access-Control header"))
        return [line for title, text in said for line in _wrapped(f"    {title:11}  ", text)]


# What a dot and the wildcards (several labels, one, any port) become in a regular expression.
_WILDCARDS = (
    (re.compile(r"\[\.\]|\\\."), "."),
    (re.compile(r"\(\?:\[a-z0-9_-\]\{1,63\}\.\)\{1,126\}"), "**."),
    (re.compile(r"\[a-z0-9_-\]\{1,63\}\."), "*."),
    (re.compile(r"\(\?::\(\?!.*\)\?$"), ":*"),
)


def _origins_in(template: str) -> Iterator[str]:
    yield from re.findall(r"\$o=='([^']+)'", template)
    for expression in re.findall(r"\$o\.matches\('\^(.*?)\$'\)", template):
        pattern = expression
        for wildcard, sign in _WILDCARDS:
            pattern = wildcard.sub(sign, pattern)
        yield pattern if re.fullmatch(r"[a-z+.-]+://[\w.*:\[\]-]+", pattern) else f"those that match {expression}"
    yield from (f"each of {lists}" for lists in re.findall(r"#set\(\$l='([^']*)'\)", template))


def _describe_preflights(methods: Mapping[str, Mapping[str, Properties]]) -> list[str]:
    """Each different answer once, with the paths that give it where there are several."""
    groups: dict[tuple[str, ...], list[str]] = {}
    for path, by_verb in methods.items():
        own = by_verb.get("OPTIONS")
        if own is not None and own.get("Integration", {}).get("Type") == "MOCK":
            groups.setdefault(tuple(Preflight.read(own).lines()), []).append(path)
    return [
        line
        for answer, paths in groups.items()
        for line in (f"  preflights{'' if len(groups) == 1 else ' of ' + ', '.join(paths)}", *answer)
    ]


def _describe_errors(responses: Iterable[Properties]) -> list[str]:
    groups: dict[tuple[str, ...], list[str]] = {}
    for response in responses:
        headers = tuple(
            f"    {name.removeprefix('gatewayresponse.header.')}: {_unquoted(_text(value))}"
            for name, value in response.get("ResponseParameters", {}).items()
        )
        groups.setdefault(headers, []).append(response["ResponseType"].removeprefix("DEFAULT_"))
    return [line for headers, types in groups.items() for line in (f"  errors {', '.join(sorted(types))}", *headers)]


def _describe_clients(found: _Template, api_id: str) -> list[str]:
    keys = dict(found.of("ApiKey"))
    plans = {
        plan_id: plan
        for plan_id, plan in found.of("UsagePlan")
        if any(_target(stage["ApiId"]) == api_id for stage in plan.get("ApiStages", []))
    }
    names: dict[str, list[str]] = {plan_id: [] for plan_id in plans}
    for _, link in found.of("UsagePlanKey"):
        if _target(link["UsagePlanId"]) in plans:
            key_id = _target(link["KeyId"])
            key = keys.get(key_id, {})
            name = str(key.get("Name") or key.get("Description") or key_id)
            names[_target(link["UsagePlanId"])].append(name.removeprefix("Client "))
    width = max((len(", ".join(clients)) for clients in names.values()), default=0)
    return [
        "  clients" if plans else "  no usage plan: nobody has a key",
        *(f"    {', '.join(names[plan_id]):{width}}  {_limits(plan)}" for plan_id, plan in plans.items()),
    ]


def _limits(plan: Properties) -> str:
    throttle, quota = plan.get("Throttle", {}), plan.get("Quota", {})
    return ", ".join(
        [
            *([f"{throttle['RateLimit']} requests a second"] if "RateLimit" in throttle else []),
            *([f"{throttle['BurstLimit']} at once"] if "BurstLimit" in throttle else []),
            *([f"{quota['Limit']} requests a {quota['Period'].lower()}"] if "Limit" in quota else []),
        ]
        or ["no limits of its own"]
    )


def _describe_outputs(outputs: Mapping[str, Any], pen: _Pen) -> list[str]:
    if not outputs:
        return []
    return [
        pen.heading("Outputs, once deployed"),
        *(f"  {name}: {output.get('Description') or _text(output['Value'])}" for name, output in outputs.items()),
    ]


def _wrapped(start: str, text: str) -> list[str]:
    return textwrap.wrap(
        text,
        _WIDTH,
        initial_indent=start,
        subsequent_indent=" " * len(start),
        break_long_words=False,
        break_on_hyphens=False,
    )


def _target(value: object) -> str:
    """The logical id that a reference names."""
    if isinstance(value, Mapping):
        return str(value.get("Ref") or (value.get("Fn::GetAtt") or [""])[0])
    return str(value)


def _text(value: object) -> str:
    """A value with what only deployment knows as `${Name}`."""
    if isinstance(value, Mapping) and "Fn::Join" in value:
        separator, parts = value["Fn::Join"]
        return separator.join(map(_text, parts)) if isinstance(parts, Sequence) else _text(parts)
    if isinstance(value, Mapping):
        return f"${{{_target(value) or '?'}}}"
    return str(value)


def _unquoted(value: str) -> str:
    return value[1:-1] if len(value) > 1 and value[0] == value[-1] == "'" else value


def main(paths: Sequence[str]) -> None:
    """Describe template files."""
    colour = sys.stdout.isatty() and "NO_COLOR" not in os.environ
    for path in paths:
        sys.stdout.write(describe(json.loads(Path(path).read_text()), colour=colour))


if __name__ == "__main__":
    main(sys.argv[1:])
