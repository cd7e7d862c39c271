"""What an API warns of, so that it can be acknowledged on the API.

Before aws-cdk-lib 2.271 the CDK forgets an acknowledgement where the warning comes later, on the same construct; it
remembers it for constructs below. So warnings go to a child, which is there for that, and for the aspect.
"""

from typing import Final

from aws_cdk import Annotations
from constructs import Construct, IConstruct

_CHILD: Final = "Cors"


def add_child(api: Construct) -> Construct:
    """Make the child, if it is not there yet; it renders nothing."""
    found = api.node.try_find_child(_CHILD)
    return found if isinstance(found, Construct) else Construct(api, _CHILD)


def counted(number: int, one: str, many: str) -> str:
    """A number and what it counts: `1 resource`, `2 resources`."""
    return f"{number} {one if number == 1 else many}"


def warn(api: IConstruct, warning: str, message: str) -> None:
    """Warn of something about an API.

    Args:
        api: The API.
        warning: The id to acknowledge it by.
        message: What is wrong, and what to do.
    """
    Annotations.of(api.node.find_child(_CHILD)).add_warning_v2(warning, message)
