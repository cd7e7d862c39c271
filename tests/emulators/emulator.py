"""Deploys a template to an emulator by CloudFormation, and sends requests to the API that comes of it."""

import copy
import json
import time
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from http.client import HTTPConnection
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from .abilities import LOCALSTACK_ABILITIES, MINISTACK_ABILITIES, Ability
from .adapt import for_emulator
from .own_names import with_own_exports, with_own_keys
from .response import Response
from .templates import Template, nested

if TYPE_CHECKING:
    from mypy_boto3_apigateway.client import APIGatewayClient
    from mypy_boto3_cloudformation.client import CloudFormationClient

DEPLOY_SECONDS: Final = 120.0
"""A stack takes under five seconds, but the machine may be busy with other things."""

REQUEST_SECONDS: Final = 30.0

MAX_TEMPLATE_BODY: Final = 51_200
"""Bytes that AWS takes in the request itself; larger templates lie in a bucket."""


class DeployError(Exception):
    """A stack that an emulator could not create or delete, with its reasons."""


@dataclass(frozen=True)
class DeployedApi:
    """A stack on an emulator, and the REST API in it, where it has one."""

    emulator: "Emulator"
    stack_name: str
    template: Template = field(repr=False)
    """As it was deployed, after `for_emulator`."""
    changes: tuple[str, ...] = field(repr=False)
    """What `for_emulator` and `deploy` changed."""
    physical_ids: dict[str, str] = field(repr=False)
    key_names: dict[str, str] = field(repr=False)
    """Logical ids of API keys, by the names the template gave them."""

    def logical_ids(self, kind: str) -> list[str]:
        """Logical ids of the resources of a type, such as `AWS::ApiGateway::ApiKey`."""
        return [name for name, it in self.template["Resources"].items() if it["Type"] == kind]

    def request(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str] | Iterable[tuple[str, str]] = (),
        body: bytes = b"",
        *,
        api: str | None = None,
        stage: str | None = None,
    ) -> Response:
        """Send one request to the API, on a connection of its own, with no header but Host and those given.

        Args:
            method: the verb, as it goes over the wire.
            path: below the stage, from the slash on, with its query.
            headers: a mapping, or pairs where a header is repeated.
            body: sent with its Content-Length unless it is empty.
            api: logical id of the RestApi; the stack's only one when left out.
            stage: its name; the API's only one when left out.
        """
        api_id = self.physical_ids[api or _only(self.logical_ids("AWS::ApiGateway::RestApi"), "RestApi")]
        stages = [it["stageName"] for it in self.emulator.apigateway.get_stages(restApiId=api_id)["item"]]
        host, target = self.emulator.address(api_id, stage or _only(stages, "stage"))
        pairs = list(headers.items() if isinstance(headers, Mapping) else headers)
        return self.emulator.send(method, target + path, [("Host", host), *pairs], body)

    def preflight(self, path: str, origin: str | None, method: str = "GET", headers: str | None = None) -> Response:
        """Send the preflight a browser would send before it calls `method` with the request headers `headers`."""
        sent = {"Accept": "*/*", "Access-Control-Request-Method": method}
        if headers is not None:
            sent["Access-Control-Request-Headers"] = headers
        if origin is not None:
            sent["Origin"] = origin
        return self.request("OPTIONS", path, sent)

    def key_value(self, which: str | None = None) -> str:
        """Ask the emulator for the value of an API key.

        Args:
            which: its logical id, the name the template gives it, or a part of either that only one key has;
                the stack's only key when left out.
        """
        keys = self.logical_ids("AWS::ApiGateway::ApiKey")
        names = {logical_id: name for name, logical_id in self.key_names.items()}
        if which in keys:
            found = [which]
        elif which in self.key_names:
            found = [self.key_names[which]]
        else:
            part = (which or "").lower()
            found = [key for key in keys if part in key.lower() or part in names.get(key, "").lower()]
        key_id = self.physical_ids[_only(found, f"key like {which!r} among {keys}")]
        return self.emulator.apigateway.get_api_key(apiKey=key_id, includeValue=True)["value"]

    def delete(self) -> None:
        """Delete the stack and wait until it is gone; deleting it again does nothing."""
        self.emulator.delete(self.stack_name)


class Emulator:
    """One running emulator.

    Attributes:
        name: `localstack` or `ministack`.
        abilities: what it can do; see `Ability`.
        backend_url: where the integrations of deployed templates go.
        cloudformation: a client of the emulator's CloudFormation.
        apigateway: a client of the emulator's API Gateway.
        s3: a client of the emulator's S3.
    """

    def __init__(self, name: str, endpoint: str, backend_url: str) -> None:
        self.name = name
        self.endpoint = endpoint
        self.backend_url = backend_url
        self.abilities = {"localstack": LOCALSTACK_ABILITIES, "ministack": MINISTACK_ABILITIES}[name]
        address = urlsplit(endpoint)
        if address.hostname != "127.0.0.1" or address.port is None:
            raise ValueError(f"{endpoint} is not http://127.0.0.1:<port>; tests talk to loopback only")
        self.port = address.port
        self.cloudformation: CloudFormationClient = self._client("cloudformation")
        self.apigateway: APIGatewayClient = self._client("apigateway")
        self.s3 = self._client("s3")
        self._stacks: list[str] = []

    def __repr__(self) -> str:
        return f"<{self.name} at {self.endpoint}>"

    def can(self, ability: Ability) -> bool:
        """Whether the emulator does what AWS does in this point."""
        return ability in self.abilities

    def deploy(
        self, template: Template, parameters: Mapping[str, str] | None = None, *, functions: bool = False
    ) -> DeployedApi:
        """Create a stack from a synthesized or hand-written template, once `for_emulator` has cut it to size.

        Stack names are unique, and so are exports, and the names and values of API keys: the ones in the template are
        changed. The stack lives until `DeployedApi.delete` or `Emulator.close`.

        Args:
            template: the template.
            parameters: what its parameters are to hold.
            functions: whether the emulator is to run the Lambda functions, whose code has to be in its S3.

        Raises:
            DeployError: the emulator refused it; the message has its reasons.
        """
        return self._deploy(template, _unique(), parameters or {}, functions=functions)

    def deploy_app(self, templates: Iterable[Template]) -> list[DeployedApi]:
        """Create the stacks of an app, one after the other: each may import what those before it export; see `deploy`.

        Raises:
            DeployError: the emulator refused one; the message has its reasons.
        """
        app_name = _unique()
        return [self._deploy(template, app_name, {}) for template in templates]

    def _deploy(
        self, template: Template, app_name: str, parameters: Mapping[str, str], *, functions: bool = False
    ) -> DeployedApi:
        stack_name = _unique()
        adapted = for_emulator(template, self.backend_url, abilities=self.abilities, functions=functions)
        adapted, key_names = with_own_keys(adapted, stack_name)
        adapted = with_own_exports(adapted, app_name)
        self._stacks.append(stack_name)
        self.cloudformation.create_stack(
            StackName=stack_name,
            **self._template(json.dumps(self._with_nested_elsewhere(adapted.template, stack_name)), stack_name),
            Parameters=[{"ParameterKey": name, "ParameterValue": value} for name, value in parameters.items()],
            Capabilities=["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"],
        )
        status = self._settled(stack_name)
        if status != "CREATE_COMPLETE":
            reasons = self._reasons(stack_name)
            # LocalStack cannot always delete what it could not create, and nothing hangs on it: names are unique.
            self._stacks.remove(stack_name)
            self.cloudformation.delete_stack(StackName=stack_name)
            raise DeployError("\n  ".join([f"{self.name} ended in {status}", *reasons, *adapted.changes]))
        pages = self.cloudformation.get_paginator("list_stack_resources").paginate(StackName=stack_name)
        physical_ids = {
            it["LogicalResourceId"]: it.get("PhysicalResourceId", "")
            for page in pages
            for it in page["StackResourceSummaries"]
        }
        return DeployedApi(self, stack_name, adapted.template, adapted.changes, physical_ids, key_names)

    def delete(self, stack_name: str) -> None:
        """Delete a stack that `deploy` made, and wait until it is gone."""
        if stack_name not in self._stacks:
            return
        self._stacks.remove(stack_name)
        try:
            self.cloudformation.delete_stack(StackName=stack_name)
        except ClientError as error:
            # LocalStack resolves a list parameter's Ref to a string when it deletes, and so cannot join it any more.
            # What it deployed was right, its names are this stack's own, and it goes when the emulator does.
            if self.name == "localstack" and "definition for Fn::Join" in str(error):
                return
            raise
        status = self._settled(stack_name)
        if status not in {None, "DELETE_COMPLETE"}:
            raise DeployError("\n  ".join([f"{self.name} ended in {status}", *self._reasons(stack_name)]))

    def close(self) -> None:
        """Delete all stacks that are left, those that import before those that export."""
        for stack_name in reversed(self._stacks.copy()):
            self.delete(stack_name)

    def address(self, api_id: str, stage: str) -> tuple[str, str]:
        """The Host header and the path's beginning that lead to a stage of an API."""
        if self.name == "localstack":
            return f"127.0.0.1:{self.port}", f"/_aws/execute-api/{api_id}/{stage}"
        return f"{api_id}.execute-api.localhost:{self.port}", f"/{stage}"

    def send(self, method: str, target: str, headers: Iterable[tuple[str, str]], body: bytes = b"") -> Response:
        """Send a request to 127.0.0.1, whatever its Host header says."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=REQUEST_SECONDS)
        try:
            connection.putrequest(method, target, skip_host=True, skip_accept_encoding=True)
            for name, value in headers:
                connection.putheader(name, value)
            if body:
                connection.putheader("Content-Length", str(len(body)))
            connection.endheaders(body or None)
            answer = connection.getresponse()
            return Response(answer.status, tuple(answer.getheaders()), answer.read())
        finally:
            connection.close()

    def _template(self, text: str, stack_name: str) -> Any:
        """How the emulator is told a template: in the request, or by where it lies."""
        if len(text.encode()) <= MAX_TEMPLATE_BODY:
            return {"TemplateBody": text}
        return {"TemplateURL": self._uploaded(text, stack_name, "template.json")}

    def _with_nested_elsewhere(self, template: Template, stack_name: str, within: str = "") -> Template:
        """A template whose nested stacks name where their templates lie: CloudFormation takes them from a bucket."""
        found = copy.deepcopy(template)
        for logical_id, properties in nested(found):
            path = f"{within}{logical_id}/"
            inner = self._with_nested_elsewhere(properties.pop("TemplateBody"), stack_name, path)
            properties["TemplateURL"] = self._uploaded(json.dumps(inner), stack_name, f"{path}template.json")
        return found

    def _uploaded(self, text: str, bucket: str, key: str) -> str:
        """The address of a text that is put into a bucket."""
        self.s3.create_bucket(Bucket=bucket)
        self.s3.put_object(Bucket=bucket, Key=key, Body=text.encode())
        return f"{self.endpoint}/{bucket}/{key}"

    def _client(self, service: Any) -> Any:
        return boto3.client(
            service,
            endpoint_url=self.endpoint,
            region_name="us-east-1",
            # Each emulator takes any credentials; these keep boto3 from looking for real ones.
            aws_access_key_id="test",
            aws_secret_access_key="test",  # noqa: S106 - not a secret
            config=Config(
                proxies={},
                s3={"addressing_style": "path"},
                retries={"total_max_attempts": 2},
                read_timeout=DEPLOY_SECONDS,
            ),
        )

    def _settled(self, stack_name: str) -> str | None:
        """The stack's status once it no longer changes, None if there is no such stack."""
        deadline = time.monotonic() + DEPLOY_SECONDS
        pause = 0.05
        while True:
            try:
                status = self.cloudformation.describe_stacks(StackName=stack_name)["Stacks"][0]["StackStatus"]
            except ClientError as error:
                if "does not exist" in str(error):
                    return None
                raise
            if not status.endswith("_IN_PROGRESS"):
                return status
            if time.monotonic() > deadline:
                raise DeployError(f"{self.name} left {stack_name} in {status} for {DEPLOY_SECONDS:.0f} seconds")
            time.sleep(pause)
            pause = min(pause * 2, 0.5)

    def _reasons(self, stack_name: str) -> list[str]:
        events = self.cloudformation.describe_stack_events(StackName=stack_name)["StackEvents"]
        return [
            f"{it['LogicalResourceId']}: {it['ResourceStatus']}: {it.get('ResourceStatusReason', 'no reason given')}"
            for it in events
            if "FAILED" in it["ResourceStatus"]
        ]


def _unique() -> str:
    """A name that nothing else has."""
    return f"cors-{uuid.uuid4().hex[:12]}"


def _only(found: list[str], what: str) -> str:
    """The one item of a list, or an error that names what was looked for."""
    if len(found) != 1:
        raise LookupError(f"expected one {what}, found {len(found)}: {found}")
    return found[0]
