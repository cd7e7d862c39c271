"""The paths of an API as a tree, and the way that API Gateway takes through it.

A request goes to the most specific resource that has its verb, or ANY: a literal segment before `{id}`, and that
before `{proxy+}`. A resource that lacks the verb is passed over for the next. Of that rule

- AWS documents that ANY stands for the verbs that are not set up beside it, and that `{proxy+}` stands for all paths
  below its parent (https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-set-up-simple-proxy.html);
- that a resource without the verb is passed over, AWS only shows: others measured it from literal and variable
  resources to `/{proxy+}`, from a resource to the `{proxy+}` beside it, and from a literal to the `{id}` beside it
  (https://github.com/ministackorg/ministack/pull/1423, https://github.com/floci-io/floci/pull/3399);
- that it goes on from one branch of the tree into another, from `/a/b` to `/{id}/{proxy+}`, is documented nowhere, and
  nobody is known to have measured it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence

import attrs


@attrs.define(eq=False)
class Node:
    """A resource.

    Attributes:
        path: Where it is, as it was first said.
        parent: The resource above it; None for `/`.
        verbs: The verbs it has.
        literal: Its children with a fixed segment, by segment.
        variable: Its children such as `{id}`. API Gateway has one of these, or of the greedy ones, below a resource.
        greedy: Its children such as `{proxy+}`.
    """

    path: str
    parent: "Node | None" = None
    verbs: frozenset[str] = frozenset()
    literal: "dict[str, Node]" = attrs.field(factory=dict)
    variable: "dict[str, Node]" = attrs.field(factory=dict)
    greedy: "dict[str, Node]" = attrs.field(factory=dict)

    @property
    def segment(self) -> str:
        """The last part of the path; empty for `/`."""
        return self.path.rstrip("/").rpartition("/")[2]

    @property
    def is_greedy(self) -> bool:
        """Whether it stands for all paths below its parent."""
        return is_greedy(self.segment)

    def children(self) -> "Iterator[Node]":
        """The resources right below it."""
        for kind in (self.literal, self.variable, self.greedy):
            yield from kind.values()

    def all(self) -> "Iterator[Node]":
        """Itself, and the resources below it."""
        yield self
        for child in self.children():
            yield from child.all()

    def above(self) -> "Iterator[Node]":
        """The resources above it, the nearest first."""
        node = self.parent
        while node is not None:
            yield node
            node = node.parent

    def below(self, segment: str) -> "Node":
        """The resource at a segment below it, made where there is none."""
        kind = self.greedy if is_greedy(segment) else self.variable if is_variable(segment) else self.literal
        if segment not in kind:
            kind[segment] = Node(f"{self.path.rstrip('/')}/{segment}", self)
        return kind[segment]


def tree_of(verbs_by_path: Mapping[str, frozenset[str]]) -> Node:
    """The tree of these paths, and of those on the way to them."""
    root = Node("/")
    for path, verbs in verbs_by_path.items():
        node = root
        for segment in segments(path):
            node = node.below(segment)
        if not node.verbs:
            node.path = path
        node.verbs |= verbs
    return root


def taker(root: Node, path: str, has_verb: Callable[[Node], bool]) -> Node | None:
    """The resource that takes a request to a path; None where none does.

    Args:
        root: The tree.
        path: As the API writes it. `{id}` stands for a segment that is no literal of the API.
        has_verb: Whether a resource has the request's verb, or ANY.
    """
    return _search(root, segments(path), has_verb)


def overlapping(root: Node, node: Node) -> list[Node]:
    """The resources that share requests with another, and are less specific.

    `/{id}/x` takes what `/a/{proxy+}` would take of `/a/x`, unless the other has the verb.
    """
    found: list[Node] = []
    exact, others = root, list[Node]()
    *way, last = segments(node.path) or [""]
    for segment in way:
        found += [*exact.greedy.values(), *_greedy_below(others)]
        others = [child for other in others for child in _fitting(other, segment)]
        if not is_variable(segment):
            others += exact.variable.values()
        exact = exact.below(segment)
    if is_greedy(last):
        found += [below for other in others for below in other.all() if below is not other]
    else:
        found += [child for other in others for child in (*_fitting(other, last), *other.greedy.values())]
        found += [*(() if is_variable(last) else exact.variable.values()), *exact.greedy.values()]
    return [it for it in found if it is not node]


def segments(path: str) -> list[str]:
    """The parts of a path. Slashes at its end do not count, as API Gateway overlooks them."""
    return path.strip("/").split("/") if path.strip("/") else []


def is_greedy(segment: str) -> bool:
    """Whether a segment is such as `{proxy+}`."""
    return segment.startswith("{") and segment.endswith("+}")


def is_variable(segment: str) -> bool:
    """Whether a segment is such as `{id}` or `{proxy+}`."""
    return segment.startswith("{") and segment.endswith("}")


def _search(node: Node, wanted: Sequence[str], has_verb: Callable[[Node], bool]) -> Node | None:
    if not wanted:
        return node if has_verb(node) else None
    first, *others = wanted
    literal = node.literal.get(first)
    for child in (*([literal] if literal else []), *node.variable.values()):
        if found := _search(child, others, has_verb):
            return found
    return next((child for child in node.greedy.values() if has_verb(child)), None)


def _fitting(node: Node, segment: str) -> list[Node]:
    """The children that share requests with a segment, save the greedy ones."""
    literal = node.literal.get(segment)
    literals = [*node.literal.values()] if is_variable(segment) else [literal] if literal else []
    return [*literals, *node.variable.values()]


def _greedy_below(nodes: Sequence[Node]) -> list[Node]:
    return [child for node in nodes for child in node.greedy.values()]
