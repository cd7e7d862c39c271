"""Apache Velocity in a Java machine of its own, asked line by line."""

import base64
import os
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Final

JARS: Final = ("velocity.jar", "commons-collections3.jar", "commons-lang.jar")
HOW_TO: Final = "apt-get install velocity openjdk-17-jdk-headless"


class MissingError(Exception):
    """Java or a library of Velocity's is not there."""


class Velocity:
    """A running Velocity. Use it as a context manager.

    Raises:
        MissingError: Something has to be installed first.
    """

    def __init__(self, java: str = "java", jars: Path | None = None) -> None:
        """Starts Java.

        Args:
            java: The command; it has to be a JDK's, 11 or later, since it compiles the harness.
            jars: Where Velocity's jars are. Left out: `VELOCITY_JARS`, or where Debian's packages put them.
        """
        folder = jars or Path(os.environ.get("VELOCITY_JARS", "/usr/share/java"))
        program = shutil.which(java)
        absent = [] if program else [f"the command {java}"]
        absent += [str(folder / jar) for jar in JARS if not (folder / jar).exists()]
        if program is None or absent:
            raise MissingError(f"These tests run Apache Velocity, which needs {', '.join(absent)}: {HOW_TO}")
        class_path = os.pathsep.join(str(folder / jar) for jar in JARS)
        harness = Path(__file__).with_name("Harness.java")
        self._process = subprocess.Popen(  # noqa: S603 - our own harness
            [program, "-cp", class_path, str(harness)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self._template: str | None = None

    def __enter__(self) -> "Velocity":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._process.communicate(timeout=30)  # the end of its input ends it

    def run(
        self, template: str, headers: Mapping[str, str], *, link: Mapping[str, str] | None = None
    ) -> dict[str, str]:
        """The response headers that a template sets for a request; as `tests.render.engine.run`.

        A missing header is null here.

        Raises:
            AssertionError: The template fails, writes a body, sets a header twice or reads more than headers.
        """
        output, overrides = self.merge(template, {**headers, **{f"?{name}": it for name, it in (link or {}).items()}})
        assert output == "", f"it writes a body: {output!r}"
        return overrides

    def merge(self, template: str, sent: Mapping[str, str]) -> tuple[str, dict[str, str]]:
        """What a template writes, and the response headers that it sets.

        Args:
            template: Any template.
            sent: The request's headers; what a link says comes under `?name`.

        Raises:
            AssertionError: The template fails, sets a header twice or reads more than headers.
        """
        if template != self._template:
            self._template = None
            self._ask("template", [template])
            self._template = template
        output, *overrides = self._ask("request", [word for pair in sent.items() for word in pair])
        return output, dict(zip(overrides[::2], overrides[1::2], strict=True))

    def _ask(self, question: str, words: Iterable[str]) -> list[str]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(" ".join([question, *map(_encoded, words)]) + "\n")
        self._process.stdin.flush()
        answer, *said = self._process.stdout.readline().split() or ["nothing: Java has ended"]
        decoded = [_decoded(word) for word in said]
        assert answer == "ok", f"{answer} {' '.join(decoded)}"
        return decoded


def _encoded(word: str) -> str:
    return base64.b64encode(word.encode()).decode() or "="


def _decoded(word: str) -> str:
    return "" if word == "=" else base64.b64decode(word).decode()
