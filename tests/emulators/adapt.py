"""Cuts a synthesized template down to what an emulator without Docker can deploy, and says what it cut."""

import copy
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from .abilities import Ability
from .sam import translated
from .templates import Template, nested

KEPT_TYPES = frozenset(
    f"AWS::ApiGateway::{name}"
    for name in (
        "ApiKey",
        "Authorizer",
        "Deployment",
        "GatewayResponse",
        "Method",
        "Model",
        "RequestValidator",
        "Resource",
        "RestApi",
        "Stage",
        "UsagePlan",
        "UsagePlanKey",
    )
)
"""What a browser's request meets. All else (functions, roles, logs, domain names, ...) only stands around it."""

FUNCTION_TYPES = frozenset({"AWS::Lambda::Function", "AWS::Lambda::LayerVersion"})
"""What stays besides where functions are to run."""

AUTHORIZER_TYPES = frozenset({"CUSTOM", "COGNITO_USER_POOLS"})
"""The authorization types that name an `AWS::ApiGateway::Authorizer`."""


@dataclass(frozen=True)
class Adapted:
    """A template for an emulator, and one sentence for each way in which it is not the template of the app."""

    template: Template
    changes: tuple[str, ...]


def for_emulator(
    template: Template,
    backend_url: str,
    *,
    abilities: frozenset[Ability] = frozenset(Ability),
    functions: bool = False,
) -> Adapted:
    """Rewrite a synthesized template so that an emulator can deploy it and `backend_url` answers for its backends.

    - A template of SAM's is translated first, as CloudFormation does it: what it then holds is to be rewritten too.
    - `Rules`, the `BootstrapVersion` parameter and CDK's metadata go: they speak to AWS and to the CDK's bootstrap.
    - Resources that are not API Gateway's go: functions, their permissions and roles, log retention, custom resources.
      Who mentions one gets a stand-in name or ARN, so that an authorizer keeps its function, if out of reach.
    - Every integration but MOCK calls `backend_url`: `AWS_PROXY` becomes `HTTP_PROXY`, `AWS` becomes `HTTP` and keeps
      its mappings. An HTTP integration keeps its path. OpenAPI documents in `RestApi.Body` are treated alike.
    - What `abilities` lacks is left out where it would fail the whole stack: authorizers.
    - Nested stacks that have their template in them (see `with_assets`) stay, and all this holds for them too.

    Args:
        template: what `cdk synth` wrote; it is not changed.
        backend_url: `http://127.0.0.1:<port>`, without a last slash.
        abilities: what the emulator can do; everything, when left out.
        functions: whether functions stay, with their layers, and `AWS_PROXY` integrations call them.

    Returns:
        The new template and the list of changes.
    """
    adapting = _Adapting(copy.deepcopy(template), backend_url, abilities, functions)
    adapting.translate()
    adapting.drop_what_is_for_cdk()
    adapting.drop_what_stands_around()
    adapting.drop_authorizers()
    adapting.point_integrations_to_backend()
    adapting.respell_settings()
    adapting.adapt_nested_stacks()
    return Adapted(adapting.template, tuple(adapting.changes))


class _Words(NamedTuple):
    """How a document spells the fields of an integration."""

    type: str
    uri: str
    http_method: str
    for_aws_only: tuple[str, ...]


_CLOUDFORMATION = _Words("Type", "Uri", "IntegrationHttpMethod", ("Credentials", "ConnectionType", "ConnectionId"))
_OPENAPI = _Words("type", "uri", "httpMethod", ("credentials", "connectionType", "connectionId"))


@dataclass
class _Adapting:
    """One run of `for_emulator`: the template under the knife, and the report."""

    template: Template
    backend_url: str
    abilities: frozenset[Ability]
    functions: bool
    changes: list[str] = field(default_factory=list)

    def resources(self, kind: str) -> Iterator[tuple[str, dict[str, Any]]]:
        """Logical id and properties of each resource of one type."""
        for logical_id, resource in self.template.get("Resources", {}).items():
            if resource["Type"] == f"AWS::ApiGateway::{kind}":
                yield logical_id, resource.setdefault("Properties", {})

    def translate(self) -> None:
        found = translated(self.template)
        if found is not None:
            self.template = found
            self.changes.append("translated from SAM")

    def drop_what_is_for_cdk(self) -> None:
        if self.template.pop("Rules", None) is not None:
            self.changes.append("Rules dropped")
        for section, name in (("Parameters", "BootstrapVersion"), ("Conditions", "CDKMetadataAvailable")):
            if self.template.get(section, {}).pop(name, None) is not None:
                self.changes.append(f"{section}.{name} dropped")
                if not self.template[section]:
                    del self.template[section]

    def drop_what_stands_around(self) -> None:
        stay = {logical_id for logical_id, _ in nested(self.template)}
        kept = KEPT_TYPES | FUNCTION_TYPES if self.functions else KEPT_TYPES
        resources = self.template["Resources"].items()
        self._drop({name: it["Type"] for name, it in resources if it["Type"] not in kept and name not in stay})

    def drop_authorizers(self) -> None:
        if Ability.AUTHORIZERS in self.abilities:
            return
        self._drop({logical_id: "AWS::ApiGateway::Authorizer" for logical_id, _ in self.resources("Authorizer")})
        for logical_id, method in self.resources("Method"):
            if (kind := method.get("AuthorizationType")) in AUTHORIZER_TYPES:
                method["AuthorizationType"] = "NONE"
                method.pop("AuthorizerId", None)
                method.pop("AuthorizationScopes", None)
                self.changes.append(f"{logical_id}: authorization {kind} became NONE")

    def point_integrations_to_backend(self) -> None:
        for logical_id, method in self.resources("Method"):
            if isinstance(integration := method.get("Integration"), dict):
                self._point(logical_id, integration, _CLOUDFORMATION, method.get("HttpMethod", "ANY"))
        for logical_id, api in self.resources("RestApi"):
            for path, operations in api.get("Body", {}).get("paths", {}).items():
                for verb, operation in operations.items():
                    if isinstance(operation, dict) and "x-amazon-apigateway-integration" in operation:
                        name = "ANY" if verb == "x-amazon-apigateway-any-method" else verb.upper()
                        integration = operation["x-amazon-apigateway-integration"]
                        self._point(f"{logical_id} {name} {path}", integration, _OPENAPI, name)

    def respell_settings(self) -> None:
        """Leave out what no emulator reads, and spell paths of method settings the way MiniStack compares them."""
        for logical_id, stage in self.resources("Stage"):
            if stage.pop("AccessLogSetting", None) is not None:
                self.changes.append(f"{logical_id}: access log dropped")
            for setting in stage.get("MethodSettings", []):
                path = setting.get("ResourcePath")
                if isinstance(path, str) and path.startswith("/~1"):
                    # CloudFormation wants `/~1pets` for /pets (a JSON pointer); MiniStack compares with `/pets`.
                    setting["ResourcePath"] = path[1:].replace("~1", "/")
                    self.changes.append(f"{logical_id}: method setting {path} spelled {setting['ResourcePath']}")
        for logical_id, key in self.resources("ApiKey"):
            if "{{resolve:" in str(key.get("Value", "")):
                del key["Value"]
                self.changes.append(f"{logical_id}: value from a secret became a generated one")

    def adapt_nested_stacks(self) -> None:
        for logical_id, properties in nested(self.template):
            adapted = for_emulator(
                properties["TemplateBody"], self.backend_url, abilities=self.abilities, functions=self.functions
            )
            properties["TemplateBody"] = adapted.template
            self.changes += [f"{logical_id}/{change}" for change in adapted.changes]

    def _point(self, where: str, integration: dict[str, Any], words: "_Words", verb: str) -> None:
        kind = str(integration.get(words.type, "")).upper()
        if kind not in {"AWS", "AWS_PROXY", "HTTP", "HTTP_PROXY"} or (kind == "AWS_PROXY" and self.functions):
            return
        new = kind.replace("AWS", "HTTP")
        uri = integration.get(words.uri)
        path = urlsplit(uri).path if new == kind and isinstance(uri, str) else ""
        integration[words.uri] = self.backend_url + (path or "/")
        if new != kind:
            integration[words.type] = new if words is _CLOUDFORMATION else new.lower()
            # A function is always called by POST; an HTTP backend by the verb of the method.
            integration[words.http_method] = verb
        for name in words.for_aws_only:
            integration.pop(name, None)
        self.changes.append(f"{where}: {kind} integration became {new} to the test backend")

    def _drop(self, gone: dict[str, str]) -> None:
        """Remove resources, and put stand-ins where they are mentioned."""
        for logical_id, kind in gone.items():
            del self.template["Resources"][logical_id]
            self.changes.append(f"{logical_id}: {kind} dropped")
        for resource in self.template["Resources"].values():
            if "DependsOn" in resource:
                names = resource["DependsOn"]
                kept = [name for name in ([names] if isinstance(names, str) else names) if name not in gone]
                if kept:
                    resource["DependsOn"] = kept
                else:
                    del resource["DependsOn"]
        for section in ("Resources", "Outputs"):
            if section in self.template:
                self.template[section] = _with_stand_ins(self.template[section], gone)


def _with_stand_ins(value: Any, gone: dict[str, str]) -> Any:
    """`value` with plain strings in place of all references to the resources that are gone."""
    if isinstance(value, list):
        return [_with_stand_ins(item, gone) for item in value]
    if not isinstance(value, dict):
        return value
    if len(value) == 1:
        ((function, argument),) = value.items()
        if function == "Ref" and argument in gone:
            return f"stand-in-{argument}"
        if function == "Fn::GetAtt":
            logical_id = argument.partition(".")[0] if isinstance(argument, str) else argument[0]
            if logical_id in gone:
                return _stand_in_arn(logical_id, gone[logical_id])
        if function == "Fn::Sub":
            return {function: _with_stand_ins_in_sub(argument, gone)}
    return {name: _with_stand_ins(item, gone) for name, item in value.items()}


def _with_stand_ins_in_sub(argument: Any, gone: dict[str, str]) -> Any:
    text, variables = argument if isinstance(argument, list) else (argument, None)

    def replaced(match: re.Match[str]) -> str:
        logical_id, dot, _ = match[1].partition(".")
        if logical_id not in gone or logical_id in (variables or {}):
            return match[0]
        return _stand_in_arn(logical_id, gone[logical_id]) if dot else f"stand-in-{logical_id}"

    text = re.sub(r"\$\{([^!}][^}]*)\}", replaced, text)
    return text if variables is None else [text, _with_stand_ins(variables, gone)]


def _stand_in_arn(logical_id: str, kind: str) -> str:
    place = "us-east-1:000000000000"
    if kind.startswith("AWS::Lambda::"):
        return f"arn:aws:lambda:{place}:function:{logical_id}"
    if kind == "AWS::Cognito::UserPool":
        return f"arn:aws:cognito-idp:{place}:userpool/us-east-1_StandIn"
    return f"arn:aws:stand-in:{place}:{logical_id}"
