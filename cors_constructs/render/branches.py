"""Which policy is whose: an API has one, and branches of it may have their own."""

from collections.abc import Collection, Iterable, Mapping, Sequence

import attrs

from cors_constructs.policy import CorsPolicy


@attrs.frozen
class PolicyTree:
    """The policy of each path of an API.

    Attributes:
        whole: The policy of whatever has none of its own.
        branches: The policies of sub-trees, by the path of their top: `/admin` means it and all below it.
    """

    whole: CorsPolicy
    branches: Mapping[str, CorsPolicy] = attrs.field(factory=dict)

    def at(self, path: str) -> CorsPolicy:
        """The policy of a path: that of the nearest branch above it, or of the whole."""
        return self.branches[top] if (top := self.branch_of(path)) is not None else self.whole

    def branch_of(self, path: str) -> str | None:
        """The top of the branch that a path is in; None where it is in none."""
        return nearest(self.branches, path)

    def idle(self, paths: Collection[str]) -> Sequence[str]:
        """The tops of the branches that none of these paths is in, branches within them counted."""
        return [top for top in self.branches if not any(_is_in(path, top) for path in paths)]

    def all(self) -> Sequence[CorsPolicy]:
        """Every policy there is, the whole's first, each once."""
        return list(dict.fromkeys((self.whole, *self.branches.values())))


def nearest(tops: Iterable[str], path: str) -> str | None:
    """The top of the branch that a path is in, the innermost; None where it is in none."""
    return max((top for top in tops if _is_in(path, top)), key=len, default=None)


def _is_in(path: str, top: str) -> bool:
    return path == top or path.startswith(f"{top.rstrip('/')}/")
