# SPDX-License-Identifier: Apache-2.0
"""The loop of a session.

A thread reads ahead, so that the loop sees all that waits. It uses that twice: a request whose cancellation is already
there is not worked on, and diagnostics are worked out only when nothing else is left to do. Who types faster than the
compiler compiles is never behind by more than one run.
"""

from __future__ import annotations

import os
import queue
import threading
from collections import deque
from dataclasses import dataclass

from idlc.lsp.framing import Reader, StreamBroken, frame
from idlc.lsp.json_rpc import Json, RpcError
from idlc.lsp.server import Server
from idlc.lsp.settings import Settings

MAX_WAITING = 10_000
"""A client that sends faster than this fills its own pipe, not our memory."""


@dataclass(frozen=True)
class _End:
    """The stream ended, or `reason` says why it cannot be read any more."""

    reason: str = ""


_Item = tuple[Json] | RpcError | _End


def serve(settings: Settings, input_fd: int, output_fd: int) -> int:
    """Serves one client and returns the exit status: 0 only if the client shut the session down."""

    def send(message: Json) -> None:
        data = memoryview(frame(message))
        while data:
            data = data[os.write(output_fd, data) :]

    arriving: queue.Queue[_Item] = queue.Queue(MAX_WAITING)
    threading.Thread(target=_read, args=(input_fd, arriving), daemon=True).start()
    server = Server(settings, send)
    try:
        return _loop(server, arriving)
    except (BrokenPipeError, ConnectionError):
        return 1


def _read(input_fd: int, arriving: queue.Queue[_Item]) -> None:
    reader = Reader(lambda size: os.read(input_fd, size))
    while True:
        try:
            arriving.put((reader.next(),))
        except RpcError as reason:
            arriving.put(reason)
        except (EOFError, OSError):
            arriving.put(_End())
            return
        except StreamBroken as reason:
            arriving.put(_End(str(reason)))
            return


def _loop(server: Server, arriving: queue.Queue[_Item]) -> int:
    waiting: deque[_Item] = deque()
    while server.status is None:
        _take_all(arriving, waiting)
        if not waiting:
            server.idle()
            waiting.append(arriving.get())
            continue
        item = waiting.popleft()
        if isinstance(item, _End):
            return 1
        if isinstance(item, RpcError):
            server.fail(None, item)
        else:
            server.handle(item[0], is_cancelled=_is_cancelled(item[0], waiting))
    return server.status


def _take_all(arriving: queue.Queue[_Item], waiting: deque[_Item]) -> None:
    while len(waiting) < MAX_WAITING:
        try:
            waiting.append(arriving.get_nowait())
        except queue.Empty:
            return


def _is_cancelled(message: Json, waiting: deque[_Item]) -> bool:
    if not isinstance(message, dict) or "id" not in message:
        return False
    return any(
        isinstance(item, tuple)
        and isinstance(item[0], dict)
        and item[0].get("method") == "$/cancelRequest"
        and isinstance(params := item[0].get("params"), dict)
        and params.get("id") == message["id"]
        for item in waiting
    )
