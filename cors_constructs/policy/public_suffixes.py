"""Names under which strangers register names of their own. Offline: the list comes with the `publicsuffixlist` package.

See https://publicsuffix.org/list/. Its private section counts too: at github.io anyone can have a page.
"""

import functools
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from publicsuffixlist import PublicSuffixList


def is_public_suffix(host: str) -> bool:
    """Whether anyone may register a name directly under the host.

    A single label the list does not know, such as `internal`, counts as public: that is the list's own default rule
    (https://github.com/publicsuffix/list/wiki/Format#algorithm), and such names have turned into public ones before.
    """
    return bool(_suffixes().is_public(host))


def public_suffix_below(host: str, *, one_label: bool) -> str | None:
    """A public suffix below the host, as `s3.amazonaws.com` lies below `amazonaws.com`; None where there is none.

    Args:
        host: The host, in ASCII.
        one_label: Whether it has to lie one label below, and not further.
    """
    ending = "." + host
    below = (suffix for suffix in _listed_suffixes() if suffix.endswith(ending))
    return next((suffix for suffix in below if not one_label or "." not in suffix.removesuffix(ending)), None)


@functools.cache
def _suffixes() -> "PublicSuffixList":
    # Imported late: a policy without patterns never needs it.
    from publicsuffixlist import PublicSuffixList  # noqa: PLC0415

    return PublicSuffixList(source=_list_text())


@functools.cache
def _listed_suffixes() -> tuple[str, ...]:
    lines = (line.split(" ")[0].strip() for line in _list_text().splitlines())
    names = (line.removeprefix("*.") for line in lines if line and not line.startswith(("//", "!")))
    return tuple(name if name.isascii() else name.encode("idna").decode("ascii") for name in names)


@functools.cache
def _list_text() -> str:
    from importlib.resources import files  # noqa: PLC0415

    return files("publicsuffixlist").joinpath("public_suffix_list.dat").read_text(encoding="utf-8")
