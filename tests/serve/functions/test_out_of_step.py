"""A function whose code writes where its answers go gets no answer of one call into another."""

from collections.abc import Callable
from pathlib import Path

import pytest

from cors_constructs.serve.functions import invoking

from .apps import App, Running

NOTE = "Runtime exited with error: signal: killed (what it says answers no call: its code writes where its answers go)"

PYTHON = """
import json, os, struct, sys

def say(number, body):
    content = json.dumps({"body": body}).encode()
    os.write(int(sys.argv[1]), struct.pack(">cII", b"KIND", number, len(content)) + content)

def handler(event, context):
    if event["path"] == "/f/odd":
        say(NUMBER, "forged")
    return {"body": event["path"] + " " + str(os.getpid())}
"""
NODE = """
const { writeSync } = require("node:fs");

function say(number, body) {
  const content = Buffer.from(JSON.stringify({ body }));
  const head = Buffer.alloc(9, "KIND");
  head.writeUInt32BE(number, 1);
  head.writeUInt32BE(content.length, 5);
  writeSync(Number(process.argv[2]), Buffer.concat([head, content]));
}

exports.handler = async (event) => {
  if (event.path === "/f/odd") say(NUMBER, "forged");
  return { body: `${event.path} ${process.pid}` };
};
"""


def python(folder: Path, code: str) -> App:
    return App(folder).python("f", code)


def node(folder: Path, code: str) -> App:
    return App(folder).node("f", code)


MADE = [pytest.param(python, PYTHON, id="Python"), pytest.param(node, NODE, id="Node.js")]


def said(code: str, kind: str, number: int) -> str:
    return code.replace("KIND", kind).replace("NUMBER", str(number))


async def _body(running: Running, path: str) -> str:
    response = await running.fetch(path)
    assert response.status == 200, response
    return response.body.decode()


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(invoking, "_INIT_SECONDS", 60)


@pytest.mark.parametrize(("make", "code"), MADE)
def test_an_answer_that_is_left_over_ends_the_process_and_reaches_nobody(
    tmp_path: Path, make: Callable[[Path, str], App], code: str
) -> None:
    async def work(running: Running) -> None:
        first = await _body(running, "/f/fine")
        # Its second call answers twice. That is the function's own affair, as far as that call goes.
        assert await _body(running, "/f/odd") == "forged"
        response = await running.fetch("/f/next")
        assert response.status == 502
        assert NOTE in response.why
        path, process = (await _body(running, "/f/last")).split()
        assert path == "/f/last"
        assert process != first.split()[1]

    make(tmp_path, said(code, "A", 2)).run(work)


@pytest.mark.parametrize(
    ("kind", "number"),
    [
        pytest.param("A", 0, id="of no call"),
        pytest.param("A", 3, id="of the next call"),
        pytest.param("A", 1, id="of the last call"),
        pytest.param("R", 2, id="that it is ready"),
        pytest.param("z", 2, id="of no kind"),
    ],
)
@pytest.mark.parametrize(("make", "code"), MADE)
def test_an_answer_to_another_call_ends_the_process_at_once(
    tmp_path: Path, make: Callable[[Path, str], App], code: str, kind: str, number: int
) -> None:
    async def work(running: Running) -> None:
        first = await _body(running, "/f/fine")
        response = await running.fetch("/f/odd")
        assert response.status == 502
        assert NOTE in response.why
        path, process = (await _body(running, "/f/next")).split()
        assert path == "/f/next"
        assert process != first.split()[1]

    make(tmp_path, said(code, kind, number)).run(work)


@pytest.mark.parametrize(("make", "code"), MADE)
def test_one_process_answers_many_calls_in_their_turn(
    tmp_path: Path, make: Callable[[Path, str], App], code: str
) -> None:
    async def work(running: Running) -> None:
        bodies = [await _body(running, f"/f/{number}") for number in range(20)]
        assert [body.split()[0] for body in bodies] == [f"/f/{number}" for number in range(20)]
        assert len({body.split()[1] for body in bodies}) == 1

    make(tmp_path, said(code, "A", 0)).run(work)
