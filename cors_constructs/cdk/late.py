"""What is done to an API once its methods are all there, and what is told of it afterwards.

It runs as an aspect, late, so that methods made anywhere before are seen, and on a construct without children, so
that it is called once, not once a construct. What it finds wrong is told by validation, with everything else that is.
"""

from collections.abc import Sequence
from typing import Final, Protocol

import jsii
from aws_cdk import Aspects, IAspect
from constructs import Construct, IConstruct, IValidation

from cors_constructs.cdk.verification import aspects_about
from cors_constructs.cdk.warnings import add_child

# After every aspect that may still make methods, and before those that only read: AspectPriority.READONLY is 1000.
_PRIORITY: Final = 900


class Step(Protocol):
    """The completion of one API."""

    def complete(self) -> Sequence[str]:
        """Do it, and say what is wrong. Called once, however often the app is synthesized."""

    def look_again(self) -> Sequence[str]:
        """Say what is no longer as it was completed. Called only where somebody may have changed it since."""


def complete_at_synthesis(api: Construct, step: Step) -> None:
    """Have an API completed when the app is synthesized.

    Args:
        api: The API; it gets the child that warnings go to.
        step: What is to be done.
    """
    late = _Late(api, step)
    Aspects.of(add_child(api)).add(late, priority=_PRIORITY)
    api.node.add_validation(late)


@jsii.implements(IAspect, IValidation)
class _Late:
    def __init__(self, api: Construct, step: Step) -> None:
        self._api = api
        self._step = step
        self._problems: Sequence[str] | None = None
        self._again = False

    def visit(self, node: IConstruct) -> None:  # noqa: ARG002 - an aspect's signature
        """Complete the API, once: an app may be synthesized again."""
        if self._problems is None:
            self._problems = self._step.complete()
        else:
            self._again = True

    def validate(self) -> list[str]:
        """Tell what is wrong."""
        if self._problems is None:
            return ["the API was not completed, since no aspects ran: synthesize the app it is in."]
        if self._problems or not (self._again or aspects_about(self._api)):
            return list(self._problems)
        return list(self._step.look_again())
