# SPDX-License-Identifier: Apache-2.0
"""A client of the language server: a process of its own, spoken to over its standard streams as an editor does."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

from support import FilesTest

IDLC = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", "..", "idlc"))


class Client:
    def __init__(self, *options: str) -> None:
        environment = {**os.environ, "PYTHONPATH": IDLC}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "idlc", "lsp", *options],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment,
        )
        self._last_id = 0
        self.notifications: list[Any] = []

    # --- bytes

    def send_bytes(self, data: bytes) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(data)
        self.process.stdin.flush()

    def send(self, *messages: Any) -> None:
        """All in one write, so that the server sees them together."""
        data = b""
        for message in messages:
            body = json.dumps(message).encode()
            data += b"Content-Length: %d\r\n\r\n" % len(body) + body
        self.send_bytes(data)

    def receive(self) -> Any:
        assert self.process.stdout is not None
        length = 0
        while line := self.process.stdout.readline().strip():
            name, _, value = line.partition(b":")
            assert name == b"Content-Length", line
            length = int(value)
        assert length, "the server closed the stream"
        return json.loads(self.process.stdout.read(length))

    # --- messages

    def answer(self, id_: Any) -> Any:
        """The answer with this id; notifications on the way are kept."""
        while True:
            message = self.receive()
            if "method" not in message and message.get("id") == id_:
                return message
            self.notifications.append(message)

    def ask(self, method: str, params: Any = None) -> Any:
        """The whole answer."""
        self._last_id += 1
        self.send({"jsonrpc": "2.0", "id": self._last_id, "method": method, "params": params})
        return self.answer(self._last_id)

    def call(self, method: str, params: Any = None) -> Any:
        answer = self.ask(method, params)
        assert "result" in answer, answer
        return answer["result"]

    def error(self, method: str, params: Any = None) -> tuple[int, str]:
        answer = self.ask(method, params)
        assert "error" in answer, answer
        return answer["error"]["code"], answer["error"]["message"]

    def tell(self, method: str, params: Any = None) -> None:
        self.send({"jsonrpc": "2.0", "method": method, "params": params})

    def published(self, uri: str, version: int | None = None) -> list[Any]:
        """The next diagnostics of a file, or those of a version."""
        while True:
            while self.notifications:
                message = self.notifications.pop(0)
                params = message.get("params") or {}
                if message["method"] == "textDocument/publishDiagnostics" and params["uri"] == uri:
                    if version is None or params.get("version") == version:
                        found: list[Any] = params["diagnostics"]
                        return found
            self.notifications.append(self.receive())

    def close(self) -> tuple[int, str]:
        """The exit status and what was written to the error stream."""
        _, err = self.process.communicate()
        return self.process.returncode, err.decode()


class ServerTest(FilesTest):
    """A test with a running server, whose workspace is the folder of the test."""

    options: dict[str, Any] = {}

    def setUp(self) -> None:
        super().setUp()
        self.client = Client()
        self.addCleanup(self._end)
        self.client.call(
            "initialize",
            {"rootUri": self.uri(""), "capabilities": {}, "initializationOptions": self.options},
        )
        self.client.tell("initialized", {})

    def _end(self) -> None:
        if self.client.process.poll() is None:
            self.client.ask("shutdown")
            self.client.tell("exit")
            self.assertEqual((0, ""), self.client.close())

    def uri(self, name: str) -> str:
        return "file://" + os.path.join(self.folder, name).rstrip("/")

    def open(self, name: str, text: str, version: int = 1) -> None:
        item = {"uri": self.uri(name), "languageId": "ferrule-idl", "version": version, "text": text}
        self.client.tell("textDocument/didOpen", {"textDocument": item})

    def change(self, name: str, version: int, *changes: Any) -> None:
        self.client.tell(
            "textDocument/didChange",
            {"textDocument": {"uri": self.uri(name), "version": version}, "contentChanges": list(changes)},
        )

    def at(self, name: str, line: int, character: int, **more: Any) -> dict[str, Any]:
        position = {"line": line, "character": character}
        return {"textDocument": {"uri": self.uri(name)}, "position": position, **more}


def place(line: int, start: int, end: int) -> dict[str, Any]:
    """A range on one line."""
    return {"start": {"line": line, "character": start}, "end": {"line": line, "character": end}}
