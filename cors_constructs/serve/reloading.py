"""Tells when what is served has changed."""

import asyncio
import contextlib
import os
import stat
from collections.abc import AsyncIterator, Iterable
from pathlib import Path
from typing import Final, TypeAlias

import watchfiles

_LOOKING: Final = 0.5  # seconds between two looks whether the file or folder is still the same one
_QUIET: Final = 0.2  # seconds without a change, until changes are told
_PATIENCE: Final = 2.0  # seconds after which they are told in any case


Identity: TypeAlias = tuple[object, ...] | None


def identity(target: str) -> Identity:
    """What tells a file from a later or another one of its name, and a folder by its files; None where it is gone."""
    path = Path(target)
    try:
        files = [path, *(it for it in path.iterdir() if it.is_file())] if path.is_dir() else [path]
        return tuple(sorted((it.name, *_told_apart(it.stat())) for it in files))
    except OSError:
        return None


async def changes(target: str, folders: Iterable[Path], before: Identity) -> AsyncIterator[None]:
    """Yields whenever files have changed, once they have kept still for a moment; at their disappearance, too.

    Args:
        target: A template, or a folder of templates.
        folders: Further folders to watch, such as those with the code of functions.
        before: What was read already.
    """
    while True:
        roots = [path for path in (Path(target), *folders) if path.exists()]
        async for found in _watched(roots):
            # What is watched is the file that was there, even where another has its name now.
            is_another = identity(target) != before
            if found or is_another:
                before = await _settled(target)
                yield
            if is_another:
                break


async def _settled(target: str) -> Identity:
    now = identity(target)
    while True:
        await asyncio.sleep(_QUIET)
        before, now = now, identity(target)
        if now == before:
            return now


async def _watched(roots: list[Path]) -> AsyncIterator[bool]:
    """Yields now and then: whether something has changed."""
    if roots:
        # A root may vanish before it is watched, and a system watches only so many: the files' identities remain.
        with contextlib.suppress(OSError, RuntimeError):
            async for found in watchfiles.awatch(
                *roots,
                debounce=round(_PATIENCE * 1000),
                step=round(_QUIET * 1000),
                rust_timeout=round(_LOOKING * 1000),
                yield_on_timeout=True,
                ignore_permission_denied=True,
            ):
                yield bool(found)
    await asyncio.sleep(_LOOKING)
    yield False


def _told_apart(found: os.stat_result) -> tuple[int, ...]:
    is_folder = stat.S_ISDIR(found.st_mode)
    return (found.st_ino, 0, 0) if is_folder else (found.st_ino, found.st_mtime_ns, found.st_size)
