"""Policies of sub-trees: `cors_for`, and what all entrances need to take branches in."""

from collections.abc import Iterable, Sequence
from typing import Any

import jsii
from aws_cdk import Stack
from aws_cdk import aws_apigateway as apigateway
from constructs import IConstruct, IValidation

from cors_constructs.cdk.references import target_of
from cors_constructs.cdk.registry import Entry, entry_of
from cors_constructs.cdk.tree import identity
from cors_constructs.policy import CorsPolicy
from cors_constructs.policy.tokens import holds_token
from cors_constructs.render.branches import PolicyTree


def cors_for(resource: apigateway.IResource, policy: CorsPolicy) -> None:
    """Give a resource, and all below it, a policy of their own.

    Of several policies above a path the nearest counts, and it alone: `api.cors.evolve(allow_origins=[...])` is a
    policy that keeps whatever else the API's says. The errors that API Gateway makes itself are the whole API's, and
    take all its policies into account; see `ErrorResponses`.

    Args:
        resource: A resource of a `CorsRestApi`, or of an API that `EnableCors` completes; not the root, whose policy is
            the API's. Where no method is at it or below it when the app is synthesized, that is an error: it would
            protect nothing.
        policy: What browsers may do there. To say the same again is fine.

    Raises:
        TypeError: It is no resource, or no policy.
        ValueError: It is the root, it has another policy already, or the API has been completed.
    """
    problems = []
    if not all(hasattr(resource, name) for name in ("api", "path", "resource_id")):
        problems.append(f"it takes a resource, not {resource!r}: write cors_for(api.root.add_resource(...), policy)")
    problems += _policy_problems(policy)
    if problems:
        raise TypeError(f"cors_for: {'; '.join(problems)}")
    register_branch(_meant(resource.api), resource.path, policy)


def _meant(api: apigateway.IRestApi) -> IConstruct:
    """The API that a resource belongs to: of an import of an API of the same stack, that one.

    Such an import is how resources of bare CloudFormation are had as resources, and nobody completes it by itself.
    """
    if isinstance(api, apigateway.RestApi | apigateway.SpecRestApi) or entry_of(api).owner is not None:
        return api
    target = target_of(api.rest_api_id)
    if target is None or identity(Stack.of(target)) != identity(Stack.of(api)):
        return api
    above = target.node.scope
    return above if isinstance(above, apigateway.RestApi | apigateway.SpecRestApi) else target


def register_branch(api: IConstruct, path: str, policy: CorsPolicy) -> None:
    """Note the policy of a branch, for whoever completes the API.

    Args:
        api: The API, or the handle to it that is completed.
        path: The path of the branch's top, such as `/admin`.
        policy: What browsers may do there.

    Raises:
        TypeError: `path` is no text, or `policy` no policy.
        ValueError: `path` is none or the root's, it has another policy already, or the API has been completed.
    """
    wrong = [*_text_problems(path), *_policy_problems(policy)]
    if wrong:
        raise TypeError(f"cors_for, of {api.node.path}: {'; '.join(wrong)}")
    entry = entry_of(api)
    if entry.branches.get(path) == policy:
        return
    problems = [*_path_problems(path), *_entry_problems(entry, path)]
    if problems:
        raise ValueError(f"cors_for {path!r}, of {api.node.path}: {'; '.join(problems)}")
    if entry.owner is None and not entry.branches:
        api.node.add_validation(_Owned(entry))
    entry.branches[path] = policy


def idle_branches(policies: PolicyTree, paths: Iterable[str]) -> list[str]:
    """A sentence for each branch that no method is in.

    Args:
        policies: The API's.
        paths: The paths that have methods other than OPTIONS; not looked at where there are no branches.
    """
    if not policies.branches:
        return []
    had = sorted(set(paths))
    return [
        f"cors_for gives {top} a policy, and no method is at it or below it. {_suggestion(top, had)}"
        for top in policies.idle(had)
    ]


def _policy_problems(policy: Any) -> list[str]:
    if isinstance(policy, CorsPolicy):
        return []
    return [f"it takes a CorsPolicy, not {policy!r}: write api.cors.evolve(...), or CorsPolicy(allow_origins=[...])"]


def _text_problems(path: Any) -> list[str]:
    return [] if isinstance(path, str) else [f'it takes a path such as "/admin", not {path!r}']


def _path_problems(path: str) -> list[str]:
    if path == "/":
        return [
            "the root's policy is that of the whole API: say it in cors=, or in EnableCors(...), and give cors_for "
            "a resource below"
        ]
    if holds_token(path):
        return ["only deployment knows this path: give the resource, or one above it, a path part that is known here"]
    parts = path.split("/")
    if len(parts) == 1 or parts[0] or not all(parts[1:]):
        meant = "/".join(part for part in parts if part)
        return [f'this is no path of a resource: write "/{meant or "admin"}"']
    return []


def _entry_problems(entry: Entry, path: str) -> list[str]:
    problems = []
    if path in entry.branches:
        problems.append("it has another policy already: say one of them, once")
    if entry.completed:
        problems.append(
            "it comes too late, since the API has been completed: call cors_for before the app is synthesized, and "
            "before EnableCors gets there"
        )
    return problems


def _suggestion(top: str, paths: Sequence[str]) -> str:
    import difflib  # noqa: PLC0415 - only errors need it, and synthesis is timed

    tops = dict.fromkeys(top for path in paths for top in _tops(path))
    close = difflib.get_close_matches(top, tops, n=3, cutoff=0.6)
    meant = f"Did you mean {' or '.join(close)}? If not, add" if close else "Add"
    return f"{meant} methods there, or leave the policy out."


def _tops(path: str) -> list[str]:
    """`/a/b` is in the branches `/a` and `/a/b`."""
    parts = path.strip("/").split("/")
    return ["/" + "/".join(parts[:count]) for count in range(1, len(parts) + 1)]


@jsii.implements(IValidation)
class _Owned:
    """Whether anybody completes an API that branches were noted for."""

    def __init__(self, entry: Entry) -> None:
        self._entry = entry

    def validate(self) -> list[str]:
        """Tell what is wrong."""
        if self._entry.owner is not None or self._entry.completed:
            return []
        return [
            f"cors_for gives {', '.join(self._entry.branches)} a policy, and nothing completes this API, so no "
            "preflight says it. Make the API a CorsRestApi, or apply EnableCors(...) to it; and give cors_for a "
            "resource of that very API, not of another handle to it."
        ]
