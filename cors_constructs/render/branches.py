"""Which policy is whose: an API has one, and branches of it may have their own."""

from collections.abc import Mapping, Sequence

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
        tops = [top for top in self.branches if path == top or path.startswith(f"{top.rstrip('/')}/")]
        return max(tops, key=len, default=None)

    def all(self) -> Sequence[CorsPolicy]:
        """Every policy there is, the whole's first, each once."""
        return list(dict.fromkeys((self.whole, *self.branches.values())))
