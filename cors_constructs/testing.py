"""What a user's own tests import: a browser that calls what a stack will deploy, without deploying it.

    from cors_constructs.testing import Browser

    def test_the_app_can_create_users(stack):
        browser = Browser.on(stack, backend=backend)
        verdict = browser.fetch("POST", "/users", origin="https://app.example.com",
                                headers={"x-api-key": browser.key("web"), "content-type": "application/json"})
        assert verdict.allowed, verdict

What the gateway says by itself is in the template: preflights, errors, answers of integrations that are no proxies.
A proxy passes on what stands behind it, and `backend` plays that; left out, it answers 200 and forgets CORS headers.

Where pytest is, the fixture `cors_browser` makes such browsers too, and a failed test shows what they said.
"""

import os
import sys
from collections.abc import Container, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import attrs

from cors_constructs.simulate import browser as simulated
from cors_constructs.simulate.browser import Credentials, Verdict
from cors_constructs.simulate.browser.page_request import GivenHeaders
from cors_constructs.simulate.gateway import Gateway
from cors_constructs.simulate.gateway.decisions import Access, Decision
from cors_constructs.simulate.gateway.guards import Authorize
from cors_constructs.simulate.gateway.integrations import Backend
from cors_constructs.simulate.model import Template
from cors_constructs.simulate.template import read_template

if TYPE_CHECKING:
    from aws_cdk import Stack, Stage, assertions, cx_api

    Deployable: TypeAlias = (
        Stack | Stage | assertions.Template | cx_api.CloudAssembly | Mapping[str, Any] | str | os.PathLike[str]
    )


class Browser(simulated.Browser):
    """A browser whose pages call a simulated API Gateway.

    Attributes:
        gateway: What answers: API Gateway's pipeline over the template.
        origin: The origin of pages where a fetch names none; None to have each fetch name it.
    """

    def __init__(self, gateway: Gateway, *, origin: str | None = None) -> None:
        """Takes the gateway; `Browser.on` makes one of a stack or a template."""
        super().__init__(gateway)
        self.gateway = gateway
        self.origin = origin

    @classmethod
    def on(
        cls,
        deployable: "Deployable",
        *,
        api: str | None = None,
        stage: str | None = None,
        api_keys: Mapping[str, str] | None = None,
        authorizer: Authorize | Decision | Access | bool | None = None,
        backend: Backend | None = None,
        parameters: Mapping[str, str] | None = None,
        origin: str | None = None,
    ) -> "Browser":
        """Makes a browser that calls what would be deployed.

        Args:
            deployable: A stack, whose app is synthesized unless it has been; an app or a stage of it; what
                `aws_cdk.assertions.Template.from_stack` or `App.synth` gives; a template as a mapping; or the path of
                a template or of a folder of them, such as `cdk.out`. Of a stack, its nested stacks are part, and
                methods that other stacks of the app add to its APIs. Where it has no API and adds methods to one that
                another stack of the app makes, that API is part of it; one that is made in another app is seen as far
                as this stack goes.
            api: Which API, by name, logical id or construct. Left out, the only one there is.
            stage: Which of its stages. Left out, the only one there is.
            api_keys: Values of keys, by the client's or key's name. Left out, they are made up where the template
                holds none; `key` tells them.
            authorizer: What authorizers decide: a callable, or the decision itself; see `Gateway.from_template`. Left
                out, who brings what an authorizer reads may pass.
            backend: What integrations answer. Left out, 200 without CORS headers, as of a function that forgot them.
            parameters: Values of the template's parameters. Left out, their defaults.
            origin: The origin of pages where a fetch names none. Left out, each fetch names it.

        Raises:
            TypeError: It is nothing that can be deployed.
            ValueError: The stack is in no app.
            TemplateError: The template cannot be read, or has no such API, stage or key, or several and none is named.
            RuntimeError: The app cannot be synthesized; the CDK says why.
        """
        gateway = Gateway.from_template(
            _template(deployable, parameters),
            api=api,
            stage=stage,
            api_keys=api_keys,
            authorizer=authorizer,
            backend=backend,
        )
        return cls(gateway, origin=origin)

    def fetch(
        self,
        method: str,
        url: str,
        *,
        origin: str | None = None,
        headers: GivenHeaders | None = None,
        credentials: Credentials = "same-origin",
        body: str | bytes | None = None,
    ) -> Verdict:
        """Does what `fetch(url, {method, headers, credentials, body})` does in a page of that origin.

        Args:
            method: The method, as the page writes it.
            url: A path of the API, without the stage; or an absolute URL.
            origin: The page's origin, such as `https://app.example.com`. Left out, the browser's own.
            headers: The headers that the page sets. Left out, none.
            credentials: `omit`, `same-origin` or `include`. Left out, `same-origin`: none go to another origin.
            body: The body. Left out, none.

        Returns:
            The verdict: `verdict.allowed`, `verdict.reason`, and the whole conversation as `str(verdict)`.

        Raises:
            ValueError: Neither the fetch nor the browser names an origin, or it is not as browsers send it.
        """
        origin = self.origin if origin is None else origin
        if origin is None:
            raise ValueError(
                'fetch: no origin; write fetch(..., origin="https://app.example.com"), or tell the browser'
            )
        return super().fetch(method, url, origin=origin, headers=headers, credentials=credentials, body=body)

    def key(self, name: str) -> str:
        """The API key that a client sends as `x-api-key`.

        Args:
            name: The client's name, as in `add_client`; or the key's name, logical id or construct.

        Raises:
            TemplateError: No key, or several, have the name.
        """
        return self.gateway.key(name)


def _template(deployable: "Deployable", parameters: Mapping[str, str] | None) -> Template:
    if isinstance(deployable, str | os.PathLike | Mapping):
        return read_template(deployable, parameters=parameters)
    if "aws_cdk" not in sys.modules:  # then it cannot be a stack, and nothing is to load the CDK
        raise _not_deployable(deployable)
    return _synthesized(deployable, parameters)


def _synthesized(
    deployable: "Stack | Stage | assertions.Template | cx_api.CloudAssembly", parameters: Mapping[str, str] | None
) -> Template:
    from aws_cdk import NestedStack, Stack, Stage, assertions, cx_api  # noqa: PLC0415 - only who has a stack has the CDK loaded
    from constructs import Construct  # noqa: PLC0415 - likewise

    if isinstance(deployable, assertions.Template):
        return read_template(deployable.to_json(), parameters=parameters)
    if isinstance(deployable, cx_api.CloudAssembly):
        return read_template(deployable.directory, parameters=parameters)
    if not isinstance(deployable, Construct):
        raise _not_deployable(deployable)
    if not isinstance(deployable, Stack | Stage):
        raise TypeError(
            f"Browser.on: {deployable.node.path} is no stack; write Browser.on(Stack.of(it)), and api= names it"
        )
    app, stage = deployable.node.root, deployable if isinstance(deployable, Stage) else Stage.of(deployable)
    if not isinstance(app, Stage) or stage is None:
        raise ValueError(f"Browser.on: the stack {deployable.node.path} is in no app; make it with an App as its scope")
    app.synth()  # once: the CDK keeps what it made
    template = read_template(stage.outdir, parameters=parameters)
    if isinstance(deployable, Stage) or len(template.files) == 1:
        return template
    stacks = [it for it in deployable.node.find_all() if it is deployable or isinstance(it, NestedStack)]
    return _part(template, {Path(stage.outdir, stack.template_file) for stack in stacks})


def _part(template: Template, files: Container[Path]) -> Template:
    """What of the templates of a folder stands in some of them; without an API there, those that they add to."""
    made = tuple(api for api in template.apis if Path(api.source.file or "") in files)
    added_to = (api for api in template.apis if any(Path(it.source.file or "") in files for it in api.methods))
    return attrs.evolve(
        template,
        files=tuple(file for file in template.files if Path(file) in files),
        apis=made or tuple(added_to),
        keys=tuple(key for key in template.keys if Path(key.source.file or "") in files),
        unreadable=tuple(error for error in template.unreadable if Path(error.file or "") in files),
    )


def _not_deployable(it: object) -> TypeError:
    return TypeError(
        f"Browser.on: {it!r:.100} is nothing to deploy; give a Stack, an App, a Template of aws_cdk.assertions, a "
        "template as a mapping, or the path of a template or of cdk.out"
    )
