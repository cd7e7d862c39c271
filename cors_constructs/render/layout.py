"""Which paths get an OPTIONS of their own, and which one they can share.

What sharing rests on, and how far AWS documents it, is told in `path_tree`. An OPTIONS is shared only where others
measured that it is reached: at a `{proxy+}` by paths below the same parent, at an `{id}` by the literal paths
beside it.
"""

import enum
from collections.abc import Collection, Iterator, Mapping
from typing import Final

import attrs

from cors_constructs.render.branches import nearest
from cors_constructs.render.path_tree import Node, overlapping, taker, tree_of


class Preflight(enum.Enum):
    """Who answers the preflights of an API."""

    PER_RESOURCE = "per-resource"
    """Each path that has methods has an OPTIONS of its own, which allows the methods that the path has."""

    SHARED = "shared"
    """One OPTIONS at `/{proxy+}`, and one at `/` where that has methods, answer for all paths that can do without
    their own. They allow the union of the methods. That API Gateway goes on to `/{proxy+}` where a resource lacks
    OPTIONS was measured by others, and AWS documents it nowhere."""


@attrs.frozen
class Layout:
    """Where the OPTIONS go.

    Attributes:
        options: The path of each OPTIONS to make, and the verbs whose union it allows.
        resources: The paths among them that are not there yet: each is a `{proxy+}`.
        saved: How many CloudFormation resources fewer these are than an OPTIONS for each path.
    """

    options: Mapping[str, frozenset[str]]
    resources: tuple[str, ...] = ()
    saved: int = 0


def plan(paths: Mapping[str, Collection[str]], mode: Preflight, *, tops: Collection[str] = ()) -> Layout:
    """Where to make OPTIONS methods.

    Shared ones never answer for a path that another policy is for, and never cost more than they save. An OPTIONS of
    its own remains to `/`, to each `{proxy+}` that has methods, to each path that has ANY (which would take the
    preflight), and to each path that an OPTIONS of the app's own would answer for otherwise.

    Args:
        paths: The verbs of each path, OPTIONS among them where the app has made its own. A path without verbs gets no
            OPTIONS unless it can be shared, and is only known to be there: where resources without methods are left
            out, a `{proxy+}` may be planned beside an `{id}`, which API Gateway refuses.
        mode: Who answers.
        tops: The tops of the sub-trees that have their own policy.
    """
    own = {path: frozenset(verbs) for path, verbs in paths.items() if verbs and "OPTIONS" not in verbs}
    if mode is Preflight.PER_RESOURCE:
        return Layout(own)
    sharing = _Sharing(tree_of({path: frozenset(verbs) for path, verbs in paths.items()}), tops)
    return sharing.layout()


# ANY takes preflights, and a verb that only deployment knows may be it.
_PLAIN: Final = frozenset({"DELETE", "GET", "HEAD", "PATCH", "POST", "PUT"})

# What an OPTIONS costs that is made to be shared: itself, and the resource it is at if that is new.
_HERE: Final = 1
_NEW: Final = 2


class _Sharing:
    """Shared preflights, found from the top of the tree down and then tried out.

    Every path has an OPTIONS of its own at first. A *spot* is a resource whose OPTIONS answers for a *flock* of others
    too, which then need none.
    """

    def __init__(self, root: Node, tops: Collection[str]) -> None:
        self._root = root
        self._tops = tops
        self._there = list(root.all())
        self._needy = {node for node in self._there if node.verbs and "OPTIONS" not in node.verbs}
        """What needs an answer, from an OPTIONS of its own or from a shared one."""
        self._spots: dict[Node, int] = {}
        """What each OPTIONS costs that is there for its flock alone."""
        self._takers: dict[Node, Node] = {}
        """The spot whose flock a resource is in."""
        for node in self._there:
            self._share_greedy(node)
        for node in self._there:
            self._share_variable(node)
        self._settle()

    def layout(self) -> Layout:
        """What was found."""
        options = {node: node.verbs for node in self._there if self._has_own(node)}
        options |= {spot: self._verbs_of_intruders(spot) for spot in self._spots}
        for node, spot in self._takers.items():
            options[spot] |= node.verbs
        new = tuple(spot.path for spot, cost in self._spots.items() if cost == _NEW)
        return Layout(
            {node.path: verbs - {"OPTIONS"} for node, verbs in options.items()},
            resources=new,
            saved=len(self._needy) - len(options) - len(new),
        )

    def _share_greedy(self, node: Node) -> None:
        """Have the `{proxy+}` below a resource answer for what else is below it."""
        there = next(iter(node.greedy.values()), None)
        if (there is None and node.variable) or (there is not None and "OPTIONS" in there.verbs):
            return
        spot = there or Node(f"{node.path.rstrip('/')}/{{proxy+}}", node)
        self._share(spot, _reach(node), cost=_NEW if there is None else _HERE)

    def _share_variable(self, node: Node) -> None:
        """Have the `{id}` below a resource answer for the literals beside it."""
        spot = next(iter(node.variable.values()), None)
        if spot is not None and spot not in self._takers and "OPTIONS" not in spot.verbs:
            self._share(spot, iter(node.literal.values()), cost=_HERE)

    def _share(self, spot: Node, reached: Iterator[Node], cost: int) -> None:
        is_needed_anyway = spot in self._needy
        top = self._top(spot)
        flock = [node for node in reached if self._may_share(node) and self._top(node) == top]
        if is_needed_anyway:
            # It is the nearest, and so the one that is reached, whatever was found for them further up.
            self._takers |= dict.fromkeys(flock, spot)
            return
        flock = [node for node in flock if node not in self._takers]
        if len(flock) > cost and all(self._may_intrude(node, top) for node in overlapping(self._root, spot)):
            self._takers |= dict.fromkeys(flock, spot)
            self._spots[spot] = cost
            if cost == _NEW and spot.parent is not None:
                spot.parent.greedy[spot.segment] = spot

    def _may_share(self, node: Node) -> bool:
        return node in self._needy and node.verbs <= _PLAIN and not node.is_greedy

    def _may_intrude(self, node: Node, top: str | None) -> bool:
        """Whether a spot of a policy may take some of the preflights of a path elsewhere."""
        return node.verbs <= {"OPTIONS"} or (self._top(node) == top and "OPTIONS" not in node.verbs)

    def _settle(self) -> None:
        """Give an OPTIONS of their own to those whose preflight would not go where it should.

        Each that is made may take preflights in its turn, so this goes on until all is as planned.
        """
        settled = False
        while not settled:
            settled = True
            for node, spot in list(self._takers.items()):
                if not self._reaches(node, spot):
                    del self._takers[node]
                    settled = False
            for spot, cost in list(self._spots.items()):
                flock = [node for node, other in self._takers.items() if other is spot]
                if len(flock) <= cost:
                    self._give_up(spot, flock, is_new=cost == _NEW)
                    settled = False

    def _give_up(self, spot: Node, flock: list[Node], *, is_new: bool) -> None:
        del self._spots[spot]
        for node in flock:
            del self._takers[node]
        if is_new and spot.parent is not None:
            del spot.parent.greedy[spot.segment]

    def _reaches(self, node: Node, spot: Node) -> bool:
        """Whether all preflights of a path go to the spot, but those that would not go to the path's own OPTIONS."""
        if taker(self._root, node.path, self._takes_options) is not spot:
            return False
        nearer = (other for other in overlapping(self._root, node) if spot.parent in [*other.above()])
        return not any(self._takes_options(other) and other is not spot for other in nearer)

    def _takes_options(self, node: Node) -> bool:
        return "OPTIONS" in node.verbs or "ANY" in node.verbs or node in self._spots or self._has_own(node)

    def _has_own(self, node: Node) -> bool:
        return node in self._needy and node not in self._takers

    def _verbs_of_intruders(self, spot: Node) -> frozenset[str]:
        return frozenset[str]().union(*(node.verbs for node in overlapping(self._root, spot)))

    def _top(self, node: Node) -> str | None:
        return nearest(self._tops, node.path) if self._tops else None


def _reach(node: Node) -> Iterator[Node]:
    """What is below a resource, except for what a greedy path further down takes."""
    for child in (*node.literal.values(), *node.variable.values()):
        yield child
        if not any(greedy.verbs for greedy in child.greedy.values()):
            yield from _reach(child)
