"""Why a request reaches no method, and what to add or to write instead."""

from cors_constructs.simulate.gateway.invocation import Invocation
from cors_constructs.simulate.gateway.routing import VERBS, Router
from cors_constructs.simulate.model import Api, Stage


def why_nowhere(router: Router, api: Api, stage: Stage, invocation: Invocation) -> str:
    """The reason, in one sentence.

    Args:
        router: The API's methods by path.
        api: The API.
        stage: The stage that paths without one lead to.
        invocation: The request.
    """
    verb, path, name = invocation.request.method, invocation.path, invocation.name
    verbs = router.verbs(path)
    if verb not in VERBS:
        why = f"{name}: API Gateway has no {verb}: its methods, and ANY's, are {', '.join(VERBS)}"
    elif verbs:
        why = f"{name}: the path has {', '.join(verbs)}, and no {verb}: add that method"
    elif (resource := router.resource(path)) is not None:
        why = f"{name}: the resource {resource} has no methods: add {verb}"
    else:
        why = f"{name}: no resource has this path; there is {', '.join(router.paths[:20]) or 'none'}"
    first = path.split("/")[1]
    if first and first == stage.name:
        why += f"; a path alone is one below the stage, so leave /{first} out"
    hidden = [*api.unreadable, *(["the template only refers to the API"] if api.imported else [])]
    return why + "".join(f"; not all is seen here: {reason}" for reason in hidden)
