"""What linters find in the examples, in one form for all of them; and what is the user's to decide, with reasons."""

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import attrs

from .apps import EVERY_API, EXAMPLES


@attrs.frozen(order=True)
class Finding:
    """A rule that fires on a construct."""

    rule: str
    path: str


@attrs.frozen
class Left:
    """What a rule finds in an example and we leave to its reader, and why."""

    rule: str
    reason: str
    paths: Sequence[str]

    @property
    def findings(self) -> set[Finding]:
        return {Finding(self.rule, path) for path in self.paths}


APIS: Final = [f"{example}/{api}/Resource" for example, api in EVERY_API]
STAGES: Final = [f"{example}/{api}/DeploymentStage.prod/Resource" for example, api in EVERY_API]
_FUNCTIONS: Final = [
    "Quickstart/Function",
    "Authorizers/Authorizer",
    "ExistingApi/Function",
    "LargeApi/Reader",
    "LargeApi/Writer",
    "OpenApi/Complaints",
    "ScanRecords/ScanRecords",
    "ScanRecords/GetRecord",
]
FUNCTIONS: Final = [f"{function}/Resource" for function in _FUNCTIONS]
ROLES: Final = [f"{function}/ServiceRole/Resource" for function in _FUNCTIONS]
OPEN: Final = [
    "Quickstart/Api/Default/health/GET/Resource",
    "Authorizers/ReadersApi/Default/opening-hours/GET/Resource",
]
KEY_ONLY: Final = [
    "Quickstart/Api/Default/departures/{stop}/GET/Resource",
    "Quickstart/Api/Default/reports/POST/Resource",
    "Quickstart/Api/Default/stops/GET/Resource",
    "ManyOrigins/WebApi/Default/orders/GET/Resource",
    "ManyOrigins/WebApi/Default/orders/POST/Resource",
    "ManyOrigins/WebApi/Default/orders/{order}/DELETE/Resource",
    "ManyOrigins/EmbedApi/Default/products/GET/Resource",
    "ExistingApi/Api/Default/ANY/Resource",
    "ExistingApi/Api/Default/{proxy+}/ANY/Resource",
    "CustomDomain/Api/Default/admin/orders/{order}/DELETE/Resource",
    "CustomDomain/Api/Default/orders/GET/Resource",
    "CustomDomain/Api/Default/orders/POST/Resource",
    "ScanRecords/Api/Default/records/{id}/GET/Resource",
    "ScanRecords/Api/Default/scanRecords/POST/Resource",
]
OTHERWISE_GUARDED: Final = [
    "Authorizers/ReadersApi/Default/catalogue/PUT/Resource",
    "Authorizers/ReadersApi/Default/e-books/{book}/GET/Resource",
    "Authorizers/StaffApi/Default/reports/GET/Resource",
    "Authorizers/StaffApi/Default/fines/ANY/Resource",
]
USER_POOL: Final = ["Authorizers/UserPool/Resource"]


def paths_of(folder: Path, example: str) -> dict[str, str]:
    """The constructs' paths in a template, by logical id."""
    return {name: it["Metadata"]["aws:cdk:path"] for name, it in _resources(folder, example) if "Metadata" in it}


def generated(folder: Path) -> set[str]:
    """The paths of all that comes from cors-constructs: preflights, gateway errors, clients' plans and keys, layers."""
    ours = {f"AWS::ApiGateway::{kind}" for kind in ("ApiKey", "GatewayResponse", "UsagePlan", "UsagePlanKey")}
    ours.add("AWS::Lambda::LayerVersion")
    return {
        resource["Metadata"]["aws:cdk:path"]
        for example in EXAMPLES
        for _, resource in _resources(folder, example)
        if resource["Type"] in ours or resource.get("Properties", {}).get("HttpMethod") == "OPTIONS"
    }


def _resources(folder: Path, example: str) -> Iterator[tuple[str, dict[str, Any]]]:
    yield from json.loads((folder / f"{example}.template.json").read_text())["Resources"].items()


def all_of(rows: Iterable[Left]) -> list[Finding]:
    """The findings of a table."""
    return sorted(finding for row in rows for finding in row.findings)
