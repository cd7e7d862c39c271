"""The table of a start: what it says of who guards a method, and that it has room on any terminal."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cors_constructs.check.reports.characters import printable
from cors_constructs.serve.columns import columns_of, folded, laid_out
from cors_constructs.serve.limits import Limits
from cors_constructs.serve.settings import Settings
from cors_constructs.serve.site import read_site
from cors_constructs.serve.table import shown
from tests.cli.templates import ORIGIN, Template, write

EXAMPLE = (
    Path(__file__).parents[1] / "examples/__snapshots__/test_snapshots/test_the_template_is_as_it_was[Authorizers].json"
)


def table_of(target: Path, width: int | None = None) -> list[str]:
    site = read_site(Settings(target=str(target)), Limits())
    return shown(site, "http://127.0.0.1:3001", width=width).split("\n")


def authorizer(kind: str, name: Any) -> dict[str, Any]:
    said = {"RestApiId": {"Ref": "Api"}, "Name": name, "Type": kind}
    return {"Type": "AWS::ApiGateway::Authorizer", "Properties": said}


def guarding(authorization: Any, kind: str = "", name: Any = None) -> Callable[[Template], None]:
    def change(template: Template) -> None:
        said = template["Resources"]["UsersGet"]["Properties"]
        said["AuthorizationType"] = authorization
        if kind:
            template["Resources"]["Who"] = authorizer(kind, name)
            said["AuthorizerId"] = {"Ref": "Who"}

    return change


def elsewhere(template: Template) -> None:
    template["Resources"]["UsersGet"]["Properties"] |= {"AuthorizationType": "CUSTOM", "AuthorizerId": "abc123"}


@pytest.mark.parametrize(
    ("change", "guard"),
    [
        pytest.param(guarding("AWS_IAM"), "IAM", id="IAM"),
        pytest.param(guarding("COGNITO_USER_POOLS", "COGNITO_USER_POOLS", "members"), "Cognito members", id="Cognito"),
        pytest.param(guarding("CUSTOM", "TOKEN", "tokens"), "Lambda tokens", id="a function that reads a token"),
        pytest.param(guarding("CUSTOM", "REQUEST", "links"), "Lambda links", id="a function that reads the request"),
        pytest.param(guarding("CUSTOM", "TOKEN", {"Ref": "Keyed"}), "Lambda ${Keyed}", id="of an unknown name"),
        pytest.param(elsewhere, "Lambda", id="of another template"),
        pytest.param(guarding({"Ref": "Keyed"}), "?", id="only a deployment knows"),
    ],
)
def test_the_table_says_who_guards_a_method(tmp_path: Path, change: Callable[[Template], None], guard: str) -> None:
    _, titles, row, *_ = table_of(write(tmp_path / "a.json", change))
    assert titles.split() == ["METHOD", "PATH", "KEY", "AUTHORIZER", "CALLS", "ITS", "PREFLIGHT", "ALLOWS"]
    at = titles.index("AUTHORIZER")
    assert row[at:].startswith(f"{guard}  ")


def test_a_method_that_nobody_guards_says_so_beside_one_that_is() -> None:
    lines = table_of(EXAMPLE)
    (hours,) = [line for line in lines if "/opening-hours" in line]
    assert hours.split()[:4] == ["GET", "/opening-hours", "no", "no"]


@pytest.mark.parametrize(
    ("name", "columns"),
    [("a\x1b[31m\nb", 12), ("\u90f5\u4fbf\u5c40", 6), ("Ana\u0303", 3), ("se\u00f1or", 5)],
    ids=["commands to a terminal", "wide letters", "a mark of its own", "letters beyond ASCII"],
)
def test_what_stands_behind_a_name_is_below_its_title(tmp_path: Path, name: str, columns: int) -> None:
    change = guarding("COGNITO_USER_POOLS", "COGNITO_USER_POOLS", name)
    _, titles, row, *_ = table_of(write(tmp_path / "a.json", change))
    written = printable(name)
    assert columns_of(written) == columns
    before, _, _ = row.partition("HTTP_PROXY ")
    assert before.endswith(f"Cognito {written}  ")
    assert columns_of(before) == titles.index("CALLS")


def test_where_nothing_is_guarded_there_is_no_column(tmp_path: Path) -> None:
    _, titles, *_ = table_of(write(tmp_path / "a.json"))
    assert titles.split() == ["METHOD", "PATH", "KEY", "CALLS", "ITS", "PREFLIGHT", "ALLOWS"]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"ApiKeyRequired": True}, "nothing: ANY /users asks for an API key"),
        ({"ApiKeyRequired": False, "AuthorizationType": "AWS_IAM"}, "nothing: ANY /users asks for AWS_IAM"),
        ({"ApiKeyRequired": False}, "what its backend says"),
    ],
    ids=["a key", "a signature", "nothing"],
)
def test_an_any_that_takes_preflights_lets_in_nobody_if_it_asks_for_something(
    tmp_path: Path, asked: dict[str, Any], said: str
) -> None:
    def any_instead(template: Template) -> None:
        del template["Resources"]["UsersOptions"]
        template["Resources"]["Deployment"]["DependsOn"].remove("UsersOptions")
        template["Resources"]["UsersGet"]["Properties"] |= {"HttpMethod": "ANY", **asked}

    (row,) = [line for line in table_of(write(tmp_path / "a.json", any_instead)) if line.startswith("  ANY ")]
    assert row.endswith(f"  {said}")


@pytest.mark.parametrize("width", [140, 100, 80, 60])
def test_no_line_is_longer_than_the_terminal_is_wide(width: int) -> None:
    said = table_of(EXAMPLE, width)
    assert max(map(len, said)) <= width
    squeezed = "".join("".join(said).split())  # a list of headers may go on in the next line, behind a comma
    titles = {"AUTHORIZER", "CALLS", "ITS", "PREFLIGHT", "ALLOWS"}
    assert [word for word in " ".join(table_of(EXAMPLE)).split() if word not in squeezed and word not in titles] == []


def test_what_has_no_room_in_its_row_stands_below_it() -> None:
    said = table_of(EXAMPLE, 100)
    at = next(number for number, line in enumerate(said) if line.startswith("  GET     /loans"))
    assert said[at : at + 3] == [
        "  GET     /loans           yes  Cognito AuthorizersUsersDC796CD6",
        "      calls HTTP_PROXY https://library.example.com/loans",
        f"      preflight allows {ORIGIN}; GET,POST",
    ]


@given(
    st.lists(st.lists(st.text("ab ", min_size=1, max_size=12), min_size=4, max_size=4), min_size=1, max_size=4),
    st.integers(1, 80) | st.none(),
)
def test_every_cell_is_in_a_table_of_any_width(rows: list[list[str]], width: int | None) -> None:
    titles = ["ONE", "TWO", "THREE", "FOUR"]
    lines = list(laid_out(titles, rows, below=["three", "four"], width=width))
    said = "\n".join(lines)
    for row in rows:
        assert all(cell.rstrip() in said for cell in row)
    assert len(lines) in {1 + len(rows), 1 + 2 * len(rows), 1 + 3 * len(rows)}
    if width is None:
        assert len(lines) == 1 + len(rows)


@given(st.text("ab, ", max_size=200), st.integers(40, 90))
def test_a_folded_line_says_the_same(line: str, width: int) -> None:
    assert "".join(folded(line, width).split()) == "".join(line.split())
    assert folded(line, None) == line


def test_on_a_terminal_the_table_has_its_width(tmp_path: Path) -> None:
    write(tmp_path / "a.json", guarding("COGNITO_USER_POOLS", "COGNITO_USER_POOLS", "members"))
    leader, follower = os.openpty()
    command = [sys.executable, "-m", "cors_constructs.cli", "serve", "a.json", "--port", "0", "--no-reload"]
    environment = {**os.environ, "TERM": "dumb", "COLUMNS": "70"}
    with subprocess.Popen(  # noqa: S603 - our own
        command, cwd=tmp_path, stdin=subprocess.DEVNULL, stdout=follower, stderr=follower, env=environment
    ) as process:
        os.close(follower)
        sent = b""
        try:
            while b"Ctrl-C stops it" not in sent:
                piece = os.read(leader, 4096)
                assert piece, sent
                sent += piece
        finally:
            process.send_signal(signal.SIGTERM)
    os.close(leader)
    lines = sent.decode().replace("\r\n", "\n").split("\n")
    at = lines.index("  GET     /users  yes  Cognito members")
    assert lines[at + 2] == f"      preflight allows {ORIGIN}; GET; x-api-key"
    assert lines[at + 1].startswith("      calls HTTP_PROXY ")
