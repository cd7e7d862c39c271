"""A function's files, laid out as Lambda does: its code, and its layers one over the other as `/opt`.

https://docs.aws.amazon.com/lambda/latest/dg/packaging-layers.html
"""

import shutil
import stat
import tempfile
import zipfile
from pathlib import Path
from typing import Final

import attrs

from cors_constructs.simulate.model import Function

# What Node.js runs there, and what has to be built before.
_MODULES: Final = (".js", ".mjs", ".cjs")
_SOURCES: Final = (".ts", ".mts", ".cts", ".tsx")
# https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-lambda-function-code.html
_INLINE: Final = {"python": "index.py", "nodejs": "index.js"}
# https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
_LARGEST: Final = 1024 * 1024 * 1024


@attrs.frozen
class Laid:
    """Where a function's files are.

    Attributes:
        root: The folder of its code: `/var/task` on Lambda.
        opt: The folder of its layers: `/opt` on Lambda.
    """

    root: Path
    opt: Path


class CannotRunError(Exception):
    """A function cannot be run here; the message, one line, says why."""


def language_of(function: Function) -> str:
    """`python` or `nodejs`.

    Raises:
        CannotRunError: It is another.
    """
    runtime = function.runtime
    if runtime is None:
        raise CannotRunError("it is a container image, and only functions in Python and Node.js are run here")
    language = next((it for it in _INLINE if str(runtime).startswith(it)), None)
    if language is None:
        raise CannotRunError(f"its runtime is {runtime}, and only functions in Python and Node.js are run here")
    return language


def lay_out(function: Function, scratch: Path) -> Laid:
    """Lays a function's files out. A folder of code is used where it is; what is else is put into `scratch`.

    Raises:
        CannotRunError: The code is not here, or not built yet, or cannot be unpacked.
    """
    _check_is_built(function)
    root = function.folder or Path(tempfile.mkdtemp(prefix="code-", dir=scratch))
    opt = Path(tempfile.mkdtemp(prefix="opt-", dir=scratch))
    try:
        if function.folder is None:
            _put_code(function, root)
        for layer in function.layer_files:
            if layer is not None:
                _put(layer, opt)
    except (OSError, ValueError, NotImplementedError, RuntimeError, zipfile.BadZipFile) as error:
        raise CannotRunError(f"its files cannot be laid out: {' '.join(str(error).split())}") from error
    return Laid(root.resolve(), opt.resolve())


def missing_layers(function: Function) -> list[str]:
    """The layers whose files are not here."""
    files = function.layer_files
    return [str(layer) for layer, file in zip(function.layers or (), files, strict=False) if file is None]


def _check_is_built(function: Function) -> None:
    """Refuses TypeScript: what `sam build` makes of it is elsewhere."""
    if function.folder is None or not isinstance(function.handler, str) or language_of(function) != "nodejs":
        return
    module, dot, _ = function.handler.rpartition(".")
    if not dot or "\0" in module or any((function.folder / f"{module}{suffix}").is_file() for suffix in _MODULES):
        return
    source = next((it for it in _SOURCES if (function.folder / f"{module}{it}").is_file()), None)
    if source is not None:
        built = "build it, and serve what that makes, such as .aws-sam/build/template.yaml of sam build"
        raise CannotRunError(f"its handler is in {module}{source}, which is not built: {built}")


def _put_code(function: Function, root: Path) -> None:
    if function.archive is not None:
        _put(function.archive, root)
    elif isinstance(function.code, str):
        (root / _INLINE[language_of(function)]).write_text(function.code, encoding="utf-8")
    elif function.code is not None:
        raise CannotRunError(f"its code in the template holds {function.code}, which only a deployment knows")
    else:
        raise CannotRunError("its code is not here: synthesize the app again, or build it")


def _put(source: Path, target: Path) -> None:
    """Copies a folder, or unpacks a zip file; what is there already is written over, as by a later layer."""
    if source.is_dir():
        shutil.copytree(source, target, dirs_exist_ok=True, symlinks=False)
        return
    with zipfile.ZipFile(source) as archive:
        if sum(it.file_size for it in archive.infolist()) > _LARGEST:
            raise CannotRunError(f"{source.name} holds more than 1 GB")
        for item in archive.infolist():
            path = Path(archive.extract(item, target))  # which keeps below the folder
            mode = stat.S_IMODE(item.external_attr >> 16)
            if mode and path.is_file():
                path.chmod(mode | stat.S_IRUSR | stat.S_IWUSR)
