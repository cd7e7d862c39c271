"""An entrance, and what comes of it when it is synthesized."""

import abc
import json
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import attrs
from aws_cdk import App, Stack

from cors_constructs.simulate import Gateway
from cors_constructs.simulate.model import Template
from cors_constructs.simulate.template import read_template

from .description import FULL, Description, Json
from .matrix import Backend
from .terms import ONE, TERMS, Terms

DEPLOYMENT: Final = "AWS::ApiGateway::Deployment"


@attrs.frozen
class Made:
    """What was built.

    Attributes:
        template: The stack's own template.
        read: What the simulator reads, nested stacks and assets with it.
        gateway: The simulated gateway over it.
    """

    template: Json = attrs.field(repr=False)
    read: Template = attrs.field(repr=False)
    gateway: Gateway = attrs.field(repr=False)

    @classmethod
    def of(cls, template: Json, read: Template, terms: Terms) -> "Made":
        return cls(template, read, Gateway.from_template(read, backend=Backend(terms.policy)))

    @property
    def deployments(self) -> set[str]:
        """The logical ids of its Deployments; those that SAM makes, where it has none itself."""
        read = {name for resources in self.read.resources.values() for name in of_types(resources, DEPLOYMENT)}
        return of_types(self.template["Resources"], DEPLOYMENT) or read


@attrs.frozen(kw_only=True)
class Entrance(abc.ABC):
    """A way to build the API.

    Attributes:
        name: What its rows of the tests are called.
        description: What is built.
        repeatable: Whether the terms can be told twice.
        told: The terms that it is built on. Left out: all of them. Where an entrance differs from another one by how
            the policy comes to the API, and no more, `FEW` will do.
    """

    name: str
    description: Description = FULL
    repeatable: bool = False
    told: tuple[Terms, ...] = TERMS

    @property
    def terms(self) -> tuple[Terms, ...]:
        """The terms of those that the API can be built on."""
        return tuple(terms for terms in self.told if self.description.proxies or not terms.binary)

    @abc.abstractmethod
    def on_all_terms(self) -> Mapping[Terms, Made]:
        """The API on each of the terms; in one app, if an app can hold several."""

    @abc.abstractmethod
    def on_terms(self, terms: Terms, *, times: int = 1) -> Made:
        """The API by itself, told the terms so many times."""

    @abc.abstractmethod
    def without_us(self) -> Made:
        """The same API without anything of ours."""


@attrs.frozen(kw_only=True)
class InStacks(Entrance):
    """One that builds into a stack.

    Attributes:
        build: Builds the API into a stack, on these terms, and tells them this many times.
        plain: Builds the same API without anything of ours.
        alone: Whether the terms hold for a whole app, so that each stack wants an app of its own.
    """

    build: Callable[[Stack, Terms, int], object]
    plain: Callable[[Stack, Terms], object]
    alone: bool = False

    def on_all_terms(self) -> Mapping[Terms, Made]:
        """The API on each of the terms."""
        if self.alone:
            return {terms: self.on_terms(terms) for terms in self.terms}
        return self._synthesized(lambda stack, terms: self.build(stack, terms, 1), *self.terms)

    def on_terms(self, terms: Terms, *, times: int = 1) -> Made:
        """The API in an app of its own."""
        return self._synthesized(lambda stack, terms: self.build(stack, terms, times), terms)[terms]

    def without_us(self) -> Made:
        """The same API without anything of ours."""
        return self._synthesized(self.plain, ONE)[ONE]

    def _synthesized(self, build: Callable[[Stack, Terms], object], *told: Terms) -> dict[Terms, Made]:
        """What comes of an app with a stack for each of the terms."""
        with tempfile.TemporaryDirectory() as directory:
            app = App(outdir=directory, tree_metadata=False, analytics_reporting=False)
            files = {}
            for terms in told:
                stack = Stack(app, stack_name(terms))
                build(stack, terms)
                files[terms] = Path(directory, stack.template_file)
            app.synth()
            # Alone, the whole app is the API's: another of its stacks may have a part.
            return {
                terms: Made.of(json.loads(file.read_text()), read_template(directory if self.alone else file), terms)
                for terms, file in files.items()
            }


@attrs.frozen(kw_only=True)
class InTemplates(Entrance):
    """One that needs no CDK.

    Attributes:
        write: Writes a template, on these terms, and tells them this many times.
    """

    write: Callable[[Terms, int], Json]

    def on_all_terms(self) -> Mapping[Terms, Made]:
        """The API on each of the terms."""
        return {terms: self.on_terms(terms) for terms in self.terms}

    def on_terms(self, terms: Terms, *, times: int = 1) -> Made:
        """The API by itself."""
        template = self.write(terms, times)
        return Made.of(template, read_template(template), terms)

    def without_us(self) -> Made:
        """The same API, not told anything."""
        return self.on_terms(ONE, times=0)


def stack_name(terms: Terms) -> str:
    """The stack that an API on these terms is in. The CDK names some resources by it."""
    return f"Stack{TERMS.index(terms)}"


def of_types(resources: Mapping[str, Any], *types: str) -> set[str]:
    """The logical ids of the resources of some types."""
    return {name for name, it in resources.items() if it["Type"] in types}
