"""A construct tree, read in two looks.

Every look across the border between Python and the CDK costs a tenth of a millisecond, however little it brings, and
a large API has hundreds of methods. Two lists of all constructs, in both orders, tell who is whose parent.
"""

from collections.abc import Iterator, Sequence
from typing import TypeVar

import attrs
from constructs import ConstructOrder, IConstruct

_Kind = TypeVar("_Kind", bound=IConstruct)


@attrs.frozen
class Tree:
    """The constructs below a scope, the scope first, each with its parent."""

    nodes: Sequence[IConstruct]
    _parents: Sequence[int | None]

    @classmethod
    def below(cls, scope: IConstruct) -> "Tree":
        """Read the tree below a scope."""
        preorder = scope.node.find_all()
        postorder = [identity(node) for node in scope.node.find_all(ConstructOrder.POSTORDER)]
        return cls(preorder, _parents([identity(node) for node in preorder], postorder))

    def all(self, kind: type[_Kind]) -> Iterator[tuple[int, _Kind]]:
        """Each construct of a kind, with its place."""
        return ((place, node) for place, node in enumerate(self.nodes) if isinstance(node, kind))

    def place_of(self, construct: IConstruct) -> int:
        """Where a construct is."""
        wanted = identity(construct)
        return next(place for place, node in enumerate(self.nodes) if identity(node) == wanted)

    def parent(self, place: int | None) -> int | None:
        """The place of a construct's parent; None at the top."""
        return None if place is None else self._parents[place]

    def descendants(self, place: int) -> range:
        """The places of all constructs below one: in preorder they follow it without a gap."""
        end = place + 1
        while end < len(self.nodes) and (self._parents[end] or 0) >= place:
            end += 1
        return range(place + 1, end)


def span(nodes: Sequence[IConstruct], scope: IConstruct) -> range:
    """The places of a construct, and of all below it, among constructs that are listed in preorder.

    It ends where the next construct beside it begins, or beside what is above it. To ask for those brings little.
    """
    places = {identity(node): place for place, node in enumerate(nodes)}
    start = places[identity(scope)]
    above = scope.node.scopes
    for parent, child in zip(above[-2::-1], above[:0:-1], strict=True):
        siblings = [identity(sibling) for sibling in parent.node.children]
        later = siblings[siblings.index(identity(child)) + 1 :]
        following = next((places[sibling] for sibling in later if sibling in places), None)
        if following is not None:
            return range(start, following)
    return range(start, len(nodes))


def identity(construct: IConstruct) -> str:
    """What two objects have in common that stand for the same construct."""
    # A construct that Python did not make comes as a new object each time. Its reference tells whether two are one;
    # jsii does not promise it, so the public (and slow) address stands behind it.
    reference = getattr(construct, "__jsii_ref__", None)
    return str(reference.ref) if reference is not None else construct.node.addr


def _parents(preorder: Sequence[str], postorder: Sequence[str]) -> list[int | None]:
    """The place of each node's parent, from two walks over one tree.

    A node that comes later in preorder lies below an earlier one that ends after it in postorder.
    """
    ends = {node: position for position, node in enumerate(postorder)}
    parents: list[int | None] = []
    above: list[int] = []
    for place, node in enumerate(preorder):
        while above and ends[preorder[above[-1]]] < ends[node]:
            above.pop()
        parents.append(above[-1] if above else None)
        above.append(place)
    return parents
