"""Runs a Python function: what Lambda's runtime is to it. It is started by `processes.py`, alone.

    python -I -S -B -u worker.py 3

The argument is the socket that events come by and answers go by, as frames: their kind (one byte), the number of the
call (four bytes, of what is sent; 0 before there is any), their length (four), and what is in them. What the function
prints goes where the output of this process goes.

It is a script of the standard library: nothing of ours, and no package of the environment that the interpreter is from,
can be imported by the function, but for what Lambda's runtime has as well (boto3 and what that needs).
https://docs.aws.amazon.com/lambda/latest/dg/python-handler.html
"""

import importlib
import importlib.machinery
import json
import logging
import os
import queue
import signal
import socket
import struct
import sys
import threading
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from types import ModuleType, SimpleNamespace
from typing import Any

# https://docs.aws.amazon.com/lambda/latest/dg/python-package.html#python-package-dependencies
_SDK = frozenset({"boto3", "botocore", "s3transfer", "jmespath", "dateutil", "six", "urllib3"})
# https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
_LARGEST = 6_291_556
# More than the function is given: it is stopped by what it really uses, which is looked at while it runs.
_HEADROOM = 256 * 1024 * 1024

_request = SimpleNamespace(id="")


def main() -> None:
    """Load the handler, and call it with each event until there are no more."""
    channel = _Channel(int(sys.argv[1]))
    settings = json.loads(channel.receive()[1])
    threading.Thread(target=channel.read, daemon=True).start()
    _set_up(settings)
    try:
        handler = _load(settings["handler"])
    except Exception as error:  # noqa: BLE001 - whatever a function's module raises
        channel.send(b"I", 0, _described(error))
        return
    channel.send(b"R", 0, b"")
    while True:
        about, event = json.loads(channel.events.get()), channel.events.get()
        _request.id = about["id"]
        kind, content = _called(handler, event, Context(settings, about))
        channel.send(kind, about["number"], content)


class _Channel:
    def __init__(self, number: int) -> None:
        self._socket = socket.socket(fileno=number)
        self._socket.set_inheritable(False)
        self.events: queue.SimpleQueue[bytes] = queue.SimpleQueue()

    def send(self, kind: bytes, number: int, content: bytes) -> None:
        self._socket.sendall(struct.pack(">cII", kind, number, len(content)) + content)

    def receive(self) -> tuple[bytes, bytes]:
        kind, length = struct.unpack(">cI", self._exactly(5))
        return kind, self._exactly(length)

    def read(self) -> None:
        """Read what comes while the function runs. Who started this may be gone without a word: then all of it ends."""
        starter = os.getppid()
        try:
            while True:
                self.events.put(self.receive()[1])
        except ConnectionError:
            pass
        except OSError:  # the function closed the socket, so that nothing tells of the end but a new parent
            while os.getppid() == starter:
                time.sleep(1)
        os.killpg(os.getpgid(0), signal.SIGKILL)

    def _exactly(self, length: int) -> bytes:
        found = bytearray()
        while len(found) < length:
            piece = self._socket.recv(min(length - len(found), 1 << 20))
            if not piece:
                raise ConnectionResetError
            found += piece
        return bytes(found)


class Context:
    """The second argument of a handler.

    https://docs.aws.amazon.com/lambda/latest/dg/python-context.html
    """

    def __init__(self, settings: Mapping[str, Any], about: Mapping[str, Any]) -> None:
        variables = os.environ
        self.aws_request_id: str = about["id"]
        self.function_name = variables.get("AWS_LAMBDA_FUNCTION_NAME")
        self.function_version = variables.get("AWS_LAMBDA_FUNCTION_VERSION")
        self.memory_limit_in_mb = variables.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE")
        self.log_group_name = variables.get("AWS_LAMBDA_LOG_GROUP_NAME")
        self.log_stream_name = variables.get("AWS_LAMBDA_LOG_STREAM_NAME")
        self.invoked_function_arn: str = settings["arn"]
        self.client_context = None
        self.identity = SimpleNamespace(cognito_identity_id=None, cognito_identity_pool_id=None)
        self._deadline: float = about["deadline"]

    def get_remaining_time_in_millis(self) -> int:
        """The time until the function is stopped."""
        return max(int((self._deadline - time.time()) * 1000), 0)

    def log(self, message: object) -> None:
        """Print to the log."""
        sys.stdout.write(str(message))


def _set_up(settings: Mapping[str, Any]) -> None:
    sys.path[:0] = settings["path"]
    sys.meta_path.append(_Sdk(settings["sdk"]))
    if sys.platform == "linux":
        import resource  # noqa: PLC0415 - not everywhere

        most = settings["memory"] * 1024 * 1024 + _HEADROOM
        _, hard = resource.getrlimit(resource.RLIMIT_DATA)
        resource.setrlimit(resource.RLIMIT_DATA, (most if hard < 0 else min(most, hard), hard))
        resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
    output = logging.StreamHandler(sys.stdout)
    output.setFormatter(logging.Formatter("[%(levelname)s]\t%(aws_request_id)s\t%(message)s"))
    output.addFilter(_with_request_id)
    logging.getLogger().addHandler(output)


def _with_request_id(record: logging.LogRecord) -> bool:
    record.aws_request_id = _request.id
    return True


class _Sdk:
    """Finds the packages that Lambda's runtime has, where the interpreter's environment has them; and no others."""

    def __init__(self, path: list[str]) -> None:
        self._path = path

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if path is not None or name not in _SDK:
            return None
        return importlib.machinery.PathFinder.find_spec(name, self._path, target)


class _FaultError(Exception):
    """What is wrong with the function itself, in the words of Lambda's runtime."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


def _load(named: str) -> Callable[[Any, Any], Any]:
    name, _, attribute = named.rpartition(".")
    if not name:
        raise _FaultError("Runtime.MalformedHandlerName", f"Bad handler '{named}': it is to be as in 'app.handler'")
    try:
        module = importlib.import_module(name.replace("/", "."))
    except ImportError as error:
        raise _FaultError("Runtime.ImportModuleError", f"Unable to import module '{name}': {error}") from error
    except SyntaxError as error:
        raise _FaultError("Runtime.UserCodeSyntaxError", f"Syntax error in module '{name}': {error}") from error
    handler: Any = getattr(module, attribute, None)
    if handler is None:
        raise _FaultError("Runtime.HandlerNotFound", f"Handler '{attribute}' missing on module '{name}'")
    if not callable(handler):
        raise _FaultError("Runtime.HandlerNotFound", f"Handler '{attribute}' of module '{name}' is not callable")
    return handler  # type: ignore[no-any-return] # it can be called, and more is not known


def _called(handler: Callable[[Any, Any], Any], event: bytes, context: Context) -> tuple[bytes, bytes]:
    process = os.getpid()
    try:
        answer = handler(json.loads(event), context)
        _end_unless(process)
        return b"A", _encoded(answer)
    except MemoryError:
        os.kill(os.getpid(), signal.SIGKILL)  # so does Lambda
        raise
    except Exception as error:  # noqa: BLE001 - whatever a function raises
        _end_unless(process)
        return b"E", _described(error)


def _end_unless(process: int) -> None:
    """End a child that the function forked, and that came back as well: a call has one answer."""
    if os.getpid() != process:
        os._exit(0)


def _encoded(answer: Any) -> bytes:
    try:
        content = json.dumps(answer).encode()
    except (TypeError, ValueError, RecursionError) as error:
        raise _FaultError("Runtime.MarshalError", f"Unable to marshal response: {error}") from error
    if len(content) > _LARGEST:
        message = f"Response payload size exceeded maximum allowed payload size ({_LARGEST} bytes)."
        raise _FaultError("Function.ResponseSizeTooLarge", message)
    return content


def _described(error: Exception) -> bytes:
    """An error as Lambda answers it, which is printed to the log as well."""
    kind = error.kind if isinstance(error, _FaultError) else type(error).__name__
    cause = error.__cause__ if isinstance(error, _FaultError) and error.__cause__ is not None else error
    frames = [frame for frame in traceback.extract_tb(cause.__traceback__) if not _is_ours(frame.filename)]
    trace = traceback.format_list(frames)
    sys.stderr.write(f"[ERROR] {kind}: {error}\n{'Traceback (most recent call last):' if trace else ''}\n")
    sys.stderr.write("".join(trace))
    described = {"errorMessage": str(error), "errorType": kind, "requestId": _request.id, "stackTrace": trace}
    return json.dumps(described).encode()[:_LARGEST]


def _is_ours(file: str) -> bool:
    return file == __file__ or file.startswith("<frozen importlib")


if __name__ == "__main__":
    main()
