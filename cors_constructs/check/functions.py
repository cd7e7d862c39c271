"""What is known of a Lambda function: the policy that it is told, and whether it may know of CORS by itself."""

import re
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final

from cors_constructs.simulate.model import Function
from cors_constructs.simulate.values import Text

if TYPE_CHECKING:
    from cors_constructs.check.shared import Policies

VARIABLE: Final = "CORS_CONSTRUCTS_POLICY"
OWN_HANDLER: Final = "CORS_CONSTRUCTS_HANDLER"
WRAPPERS: Final = {
    "python": "cors_constructs.runtime.wrapped",
    "nodejs": "/opt/nodejs/node_modules/cors-constructs/wrapped.handler",
}
"""The handlers that call a function's own, by how the names of their runtimes begin."""

_SUFFIXES: Final = (".py", ".mjs", ".js", ".cjs", ".ts")
_MOST: Final = 4_000_000  # of a file's bytes: bundles are long
_OF_CORS: Final = re.compile(r"cors|access-control-allow-|allow(?:ed)?[-_]?origin", re.IGNORECASE)
_IMPORT_OF_OURS: Final = re.compile(
    r"^\s*(?:from|import)\s+cors_constructs\b|(?:require\(\s*|from\s+|import\s*\(?\s*)['\"]cors-constructs['\"]",
    re.MULTILINE,
)
# As an argument, an option, or what is given a value: not where a comment tells of it.
_POLICY_PASSED: Final = re.compile(
    r"^(?!\s*(?:#|//|/?\*)).*?polic(?:y|ies)\w*['\"]?\]?\s*[=:,)}]", re.IGNORECASE | re.MULTILINE
)
# As the name of a header, in quotes: not where a comment tells of it.
_OWN_HEADER: Final = re.compile(r"(['\"])access-control-allow-origin\1", re.IGNORECASE)


class FunctionFacts:
    """What is known of one function.

    Attributes:
        function: The function.
    """

    def __init__(self, function: Function) -> None:
        self.function = function

    @property
    def name(self) -> str:
        """What findings call it."""
        return self.function.source.logical_id

    @property
    def text(self) -> Text | None:
        """The policy that it is told, as it is written; None where there is none, or that is not known."""
        return (self.function.variables or {}).get(VARIABLE)

    @property
    def own_handler(self) -> Text | None:
        """The handler that the wrapper is to call; None where there is none."""
        return (self.function.variables or {}).get(OWN_HANDLER)

    @property
    def is_wrapped(self) -> bool:
        """Whether the wrapper is called, and not its own handler."""
        return self.function.handler in WRAPPERS.values()

    @cached_property
    def policies(self) -> "Policies | None":
        """The policies that it is told; None where there are none."""
        if self.text is None:
            return None
        from cors_constructs.check.shared import read_policies  # noqa: PLC0415 - for functions that are told one

        return read_policies(self.text)

    @cached_property
    def code(self) -> str | None:
        """The code that has its own handler; None where it is not here."""
        if self.function.code is not None:
            return str(self.function.code)
        return next((text for path in self._files() if (text := _read(path)) is not None), None)

    @cached_property
    def tells_of_cors(self) -> bool:
        """Whether its code, or a variable, has words that only somebody writes who has thought of CORS."""
        return any(_OF_CORS.search(text) for text in (*self._other_variables, self.code or ""))

    @cached_property
    def lacks_policy(self) -> bool:
        """Whether its code, which is here, has this package add the headers, and nobody tells it a policy.

        What it says of CORS otherwise does not count: the package's own name has that word.
        """
        code, variables = self.code or "", self.function.variables
        if variables is None or self.text is not None or not _IMPORT_OF_OURS.search(code):
            return False
        return not (self.sets_origin or _POLICY_PASSED.search(code) or any(map(_OF_CORS.search, self._other_variables)))

    @cached_property
    def leaves_policy_unused(self) -> bool:
        """Whether it is told a policy, and its code is here, which says nothing of it nor of CORS."""
        return self.text is not None and not self.is_wrapped and self.code is not None and not self.tells_of_cors

    @cached_property
    def imports_ours(self) -> bool:
        """Whether code that stands in the template, and so brings nothing along, imports this package."""
        return self.function.code is not None and bool(_IMPORT_OF_OURS.search(str(self.function.code)))

    @cached_property
    def sets_origin(self) -> bool:
        """Whether it certainly or probably sets Access-Control-Allow-Origin by itself."""
        return any(_OWN_HEADER.search(text) for text in (*self._other_variables, self.code or ""))

    @cached_property
    def _other_variables(self) -> tuple[str, ...]:
        given = (self.function.variables or {}).items()
        return tuple(f"{name}={value}" for name, value in given if name not in {VARIABLE, OWN_HANDLER})

    def _files(self) -> Iterator[Path]:
        handler = self.own_handler if self.own_handler is not None else self.function.handler
        module = str(handler).rpartition(".")[0]
        folder = self.function.folder
        if folder is None or not module or ".." in module or module.startswith("/"):
            return
        for suffix in _SUFFIXES:
            yield folder / f"{module.replace('.', '/') if suffix == '.py' else module}{suffix}"


def _read(path: Path) -> str | None:
    try:
        with path.open("rb") as file:
            return file.read(_MOST).decode("utf-8", "replace")
    except (OSError, ValueError):
        return None
