"""A backend for many clients at once, in a process of its own: `python -m tests.load.backend`.

It prints its port, and ends with its standard input. It answers with what it is asked: the method, the path and the
body. Below `/missing` that is a 404, and below `/broken` it closes the connection within its answer.
"""

import asyncio
import contextlib
import re
import sys


async def main() -> None:
    """Answer until nobody needs it any more."""
    server = await asyncio.start_server(_converse, "127.0.0.1", 0, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)  # noqa: T201 - who starts it reads this
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    server.close()


async def _converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError, asyncio.IncompleteReadError):
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            method, path, _ = head.split(b" ", 2)
            length = re.search(rb"\r\ncontent-length: (\d+)", head, re.IGNORECASE)
            body = await reader.readexactly(int(length[1])) if length else b""
            said = b" ".join([method, path, body]).rstrip()
            if path.startswith(b"/broken"):
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + said)
                break
            status = b"404 Not Found" if path.startswith(b"/missing") else b"200 OK"
            writer.write(b"HTTP/1.1 %s\r\nContent-Length: %d\r\n\r\n%s" % (status, len(said), said))
    writer.close()


if __name__ == "__main__":
    asyncio.run(main())
