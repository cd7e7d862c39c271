"""Prints the lowest version of each dependency that `pyproject.toml` promises to work with, as pip's constraints."""

import re
import tomllib
from pathlib import Path

_REQUIREMENT = re.compile(r"(?P<name>[\w.-]+)>=(?P<lowest>[\w.]+)(,[^;]*)?(?P<marker>;.*)?")
_EXTRAS = ("sam", "serve")  # those that users install


def main() -> None:
    project = tomllib.loads(Path(__file__).parents[1].joinpath("pyproject.toml").read_text())["project"]
    extras = [it for extra in _EXTRAS for it in project["optional-dependencies"][extra]]
    for requirement in [*project["dependencies"], *extras]:
        form = _REQUIREMENT.fullmatch(requirement)
        if form is None:
            raise SystemExit(f"{requirement!r} does not say its lowest version: write name>=version")
        print(f"{form['name']}=={form['lowest']}{form['marker'] or ''}")


if __name__ == "__main__":
    main()
