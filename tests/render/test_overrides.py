"""Which headers a template of the app's own sets: told from its text, and never guessed."""

import pytest

from cors_constructs.render.overrides import Overrides, overrides_in

OVERRIDE = "$context.responseOverride"


def found(*names: str, doubtful: tuple[str, ...] = (), anything: bool = False) -> Overrides:
    return Overrides({name.lower(): name for name in names}, frozenset(doubtful), any=anything)


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        pytest.param("$input.body", found(), id="none"),
        pytest.param(f"#set({OVERRIDE}.header.X-A = 1)", found("X-A"), id="a header"),
        pytest.param(f"#set({OVERRIDE}.header.X-A=1)#set({OVERRIDE}.header.vary=2)", found("X-A", "vary"), id="two"),
        pytest.param(f"#set({OVERRIDE}.header['X-A'] = 1)", found("X-A"), id="in brackets"),
        pytest.param(f'#set({OVERRIDE}.header[ "X-A" ] = 1)', found("X-A"), id="in brackets and blanks"),
        pytest.param("#set(${context.responseOverride.header.X-A} = 1)", found("X-A"), id="formally"),
        pytest.param(f"#set({OVERRIDE}.status = 400)", found(), id="a status"),
        pytest.param(f"#set({OVERRIDE}.statuses = 400)", found(anything=True), id="something else"),
        pytest.param(f"#set({OVERRIDE}.header[$name] = 1)", found(anything=True), id="a variable name"),
        pytest.param(f'#set({OVERRIDE}.header["$name"] = 1)', found(anything=True), id="a name put together"),
        pytest.param(f"{OVERRIDE}.header.put('X-A', 1)", found(anything=True), id="a call"),
        pytest.param(f"{OVERRIDE}.header.put ('X-A', 1)", found(anything=True), id="a call after a blank"),
        pytest.param(f"#set($all = {OVERRIDE}.header)", found(anything=True), id="another name for all headers"),
        pytest.param(f"#set($all = {OVERRIDE})", found(anything=True), id="another name for all"),
        pytest.param(f"## #set({OVERRIDE}.header.X-A = 1)\na", found(doubtful=("x-a",)), id="a comment"),
        pytest.param(f"#*\n#set({OVERRIDE}.header.X-A = 1)\n*#a", found(doubtful=("x-a",)), id="a block comment"),
        pytest.param(
            f'#set($a = "##")#set({OVERRIDE}.header.X-A = 1)', found(doubtful=("x-a",)), id="what looks like a comment"
        ),
        pytest.param(
            f"## {OVERRIDE}.header.X-A\n#set({OVERRIDE}.header.X-A = 1)", found("X-A"), id="a comment and a header"
        ),
    ],
)
def test_headers_that_a_template_sets(template: str, expected: Overrides) -> None:
    assert overrides_in(template) == expected
