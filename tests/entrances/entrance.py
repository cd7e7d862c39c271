"""An entrance, and how what it builds is synthesized: once for all the terms."""

import abc
import json
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

import attrs
from aws_cdk import App, Stack

from cors_constructs.simulate import Gateway
from cors_constructs.simulate.model import Template
from cors_constructs.simulate.template import read_template

from .description import FULL, Description, Json
from .matrix import Backend
from .terms import ONE, TERMS, Terms

Build = Callable[[Stack, Terms, int], object]


@attrs.frozen
class Order:
    """What is built of an entrance.

    Attributes:
        name: What it is called.
        stack: The stack's name, by which the CDK names some resources. Those of one name are in apps of their own.
        terms: What the entrance is told; None for the same API without anything of ours.
        times: How often it is told.
    """

    name: str
    stack: str
    terms: Terms | None
    times: int = 1


IN_TERMS: Final = {terms: Order(terms.name, f"Stack{place}", terms) for place, terms in enumerate(TERMS)}
_STACK: Final = IN_TERMS[ONE].stack
ALONE: Final = Order("alone", _STACK, ONE)
"""The same as is built beside others, in an app that has no more than this."""
TWICE: Final = Order("twice", _STACK, ONE, times=2)
PLAIN: Final = Order("plain", _STACK, None)


@attrs.frozen
class Made:
    """What came of an order.

    Attributes:
        template: The stack's own template.
        read: What the simulator reads, nested stacks and assets with it.
        gateway: The simulated gateway over it.
    """

    template: Json = attrs.field(repr=False)
    read: Template = attrs.field(repr=False)
    gateway: Gateway = attrs.field(repr=False)


@attrs.frozen(kw_only=True)
class Entrance(abc.ABC):
    """A way to build the API.

    Attributes:
        name: What its rows of the tests are called.
        description: What is built.
        repeatable: Whether the terms can be told twice.
    """

    name: str
    description: Description = FULL
    repeatable: bool = False

    @property
    def terms(self) -> tuple[Terms, ...]:
        """The terms that the API can be built on."""
        return tuple(terms for terms in TERMS if self.description.proxies or not terms.binary)

    @abc.abstractmethod
    def make(self) -> Mapping[Order, Made]:
        """What comes of each order that makes sense."""


@attrs.frozen(kw_only=True)
class InStacks(Entrance):
    """One that builds into a stack.

    Attributes:
        build: Builds the API into a stack, on these terms, and tells them this many times.
        plain: Builds the same API without anything of ours.
        alone: Whether the terms hold for a whole app, so that each stack wants an app of its own.
    """

    build: Build
    plain: Callable[[Stack, Terms], object]
    alone: bool = False

    def make(self) -> Mapping[Order, Made]:
        """What comes of each order that makes sense."""
        orders = [IN_TERMS[terms] for terms in self.terms]
        apps = [[order] for order in orders] if self.alone else [orders]
        apps += [[ALONE], *([[TWICE]] if self.repeatable else []), [PLAIN]]
        return {order: made for orders in apps for order, made in self._synthesized(orders)}

    def _synthesized(self, orders: Iterable[Order]) -> Iterator[tuple[Order, Made]]:
        """What comes of one app."""
        with tempfile.TemporaryDirectory() as directory:
            app = App(outdir=directory, tree_metadata=False, analytics_reporting=False)
            stacks = {order: self._stack(app, order) for order in orders}
            app.synth()
            for order, stack in stacks.items():
                file = Path(directory, stack.template_file)
                # Alone, the stack's whole app is the API's: another of its stacks may have a part.
                read = read_template(directory if self.alone else file)
                yield order, _made(json.loads(file.read_text()), read, order)

    def _stack(self, app: App, order: Order) -> Stack:
        stack = Stack(app, order.stack)
        if order.terms is None:
            self.plain(stack, ONE)
        else:
            self.build(stack, order.terms, order.times)
        return stack


@attrs.frozen(kw_only=True)
class InTemplates(Entrance):
    """One that needs no CDK.

    Attributes:
        write: Writes a template, on these terms, and tells them this many times; without them, there are none.
    """

    write: Callable[[Terms | None, int], Json]

    def make(self) -> Mapping[Order, Made]:
        """What comes of each order."""
        orders = [*(IN_TERMS[terms] for terms in self.terms), ALONE, TWICE, PLAIN]
        templates = {order: self.write(order.terms, order.times) for order in orders}
        return {order: _made(template, read_template(template), order) for order, template in templates.items()}


def _made(template: Json, read: Template, order: Order) -> Made:
    backend = Backend((order.terms or ONE).policy)
    return Made(template, read, Gateway.from_template(read, backend=backend))
