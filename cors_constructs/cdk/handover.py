"""An API's policy goes to its functions, once the API is completed and its branches are known."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from constructs import Construct

from cors_constructs.cdk.calls import Call
from cors_constructs.cdk.preflights import joined
from cors_constructs.cdk.registry import entry_of
from cors_constructs.cdk.settings import Settings
from cors_constructs.cdk.tree import identity
from cors_constructs.cdk.warnings import warn
from cors_constructs.render.branches import PolicyTree
from cors_constructs.render.variable import policy_variable, variable_text

if TYPE_CHECKING:
    from cors_constructs.cdk.callees import Callees
    from cors_constructs.cdk.functions import Target

NOT_SHARED_WARNING: Final = "cors-constructs:function-not-shared"


def hand_over(
    api: Construct, settings: Settings, policies: PolicyTree, calls: Callable[[], Sequence[Call]]
) -> list[str]:
    """Give the functions that the app named, and all behind the API if it said so, the API's policies.

    Args:
        api: The API.
        settings: What the app said about it.
        policies: Its policies.
        calls: Tells what its methods call. Asked only where the policy is shared with all.

    Returns:
        What is wrong.
    """
    entry = entry_of(api)
    everything = entry.shares_with_all or settings.share_policy
    if not entry.shares_with and not everything:
        return []
    from cors_constructs.cdk.callees import callees_of  # noqa: PLC0415 - functions take their time to load, and not
    from cors_constructs.cdk.giving import Gift, give, is_given, is_given_its_own  # noqa: PLC0415 - every API shares
    from cors_constructs.cdk.runtime import CorsRuntime  # noqa: PLC0415 - its policy with them

    chosen: dict[str, tuple[Target, bool]] = {}
    for target, wrap in entry.shares_with:
        key = identity(target.cfn)
        chosen[key] = (target, wrap or (key in chosen and chosen[key][1]))
    found = callees_of(api, calls()) if everything else None
    concerned = {key: target for key, (target, _) in chosen.items()}
    for target in found.targets if found else ():
        concerned.setdefault(identity(target.cfn), target)
        # What was said of a function by its name counts for more than what was said of all.
        if not is_given_its_own(target):
            chosen.setdefault(identity(target.cfn), (target, everything == "wrap" and not is_given(target)))
    _warn(api, found, list(concerned.values()), is_meant=bool(entry.shares_with_all) or entry.is_meant)
    gift = Gift(variable_text(policy_variable(policies, joined)), api.node.path)
    return give(gift, list(chosen.values()), CorsRuntime.of)


def _warn(api: Construct, found: "Callees | None", targets: Sequence["Target"], *, is_meant: bool) -> None:
    """Warn of what calls have, and are not changed by, what is changed here; and where there is no call at all.

    Args:
        api: The API.
        found: What it calls; None where that does not matter.
        targets: The functions that have a policy now.
        is_meant: Whether all functions of this very API were meant, and not those of whatever APIs there are.
    """
    said = []
    if found and found.unknown:
        called = "; ".join(f"{function} ({_some(methods)})" for function, methods in found.unknown.items())
        said.append(
            f"The policy cannot be shared with functions that are not made in this app: {called}. Share it where they "
            "are made, by CorsRuntime.share(policy, function), or have them send the headers themselves"
        )
    if found and is_meant and not found.unknown and not found.targets:
        said.append(
            "This API calls no function by a proxy integration, so that none learns its policy. Where there is to be "
            "none, do not share it; where another API calls them, share it there, or by "
            "CorsRuntime.share(policy, function)"
        )
    stay = [target.version.node.path for target in targets if target.version is not None]
    if stay:
        said.append(
            f"Versions stay as they were published: {', '.join(stay)}. Where one is deployed already, call the "
            "function by its current_version, which is published anew when it changes, or publish another one"
        )
    if said:
        warn(api, NOT_SHARED_WARNING, f"{'. '.join(said)}.")


def _some(methods: Sequence[str]) -> str:
    return methods[0] if len(methods) == 1 else f"{methods[0]} and {len(methods) - 1} more"
