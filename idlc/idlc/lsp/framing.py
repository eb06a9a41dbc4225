# SPDX-License-Identifier: Apache-2.0
"""Messages on a stream of bytes: a header `Content-Length: N`, an empty line, N bytes of JSON."""

from __future__ import annotations

import json
from collections.abc import Callable

from idlc.lsp.json_rpc import Code, Json, RpcError

MAX_BODY_BYTES = 1 << 28
"""A client that announces more is broken; to believe it would eat the memory."""

MAX_HEADER_BYTES = 1 << 14
"""The same for a stream without line ends."""


class StreamBroken(Exception):
    """The place of the next message can no longer be found."""


class Reader:
    """Cuts what `read` gives into messages. `read(n)` gives up to n bytes, none at the end of the stream."""

    def __init__(self, read: Callable[[int], bytes]) -> None:
        self._read = read
        self._buffer = bytearray()

    def next(self) -> Json:
        """The next message. An EOFError at the end; an RpcError for a message that is no JSON, after which it can go on;
        a StreamBroken after which it cannot."""
        body = self._take(self._length())
        try:
            found: Json = json.loads(body.decode("utf-8"))
        except (ValueError, RecursionError) as reason:
            raise RpcError(Code.PARSE_ERROR, f"the message is not JSON: {reason}") from reason
        return found

    def _length(self) -> int:
        length: int | None = None
        while line := self._line():
            name, _, value = line.partition(b":")
            if name.strip().lower() == b"content-length":
                digits = value.strip()
                if not digits.isdigit() or len(digits) > 12 or int(digits) > MAX_BODY_BYTES:
                    raise StreamBroken(f"a message of {digits[:40]!r} bytes")
                length = int(digits)
        if length is None:
            raise RpcError(Code.PARSE_ERROR, "a header without Content-Length")
        return length

    def _line(self) -> bytes:
        while (end := self._buffer.find(b"\n")) < 0:
            if len(self._buffer) > MAX_HEADER_BYTES:
                raise StreamBroken("a header without an end")
            self._fill()
        line = bytes(self._buffer[:end])
        del self._buffer[: end + 1]
        return line.rstrip(b"\r")

    def _take(self, length: int) -> bytes:
        while len(self._buffer) < length:
            self._fill()
        body = bytes(self._buffer[:length])
        del self._buffer[:length]
        return body

    def _fill(self) -> None:
        data = self._read(1 << 16)
        if not data:
            raise EOFError
        self._buffer += data


def frame(message: Json) -> bytes:
    """A message as it goes out. ASCII only, so lone surrogates in a text do no harm."""
    body = json.dumps(message, separators=(",", ":")).encode()
    return b"Content-Length: %d\r\n\r\n" % len(body) + body
