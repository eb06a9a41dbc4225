# SPDX-License-Identifier: Apache-2.0
"""The language server and clients that do not keep to the rules: it answers with errors, and goes on.

IDLC_FUZZ_ROUNDS and IDLC_FUZZ_SEED in the environment ask for more rounds of the random session and others.
"""

import json
import os
import random
import re
import unittest
from typing import Any

from corpus import samples
from idlc.lsp.framing import MAX_HEADER_BYTES
from idlc.lsp.server import REQUESTS
from lsp_client import Client, ServerTest
from support import FilesTest

ROUNDS = int(os.environ.get("IDLC_FUZZ_ROUNDS", "400"))
SEED = int(os.environ.get("IDLC_FUZZ_SEED", "1"))

PARSE_ERROR, INVALID_REQUEST, METHOD_NOT_FOUND, INVALID_PARAMS = -32700, -32600, -32601, -32602


def framed(body: bytes) -> bytes:
    return b"Content-Length: %d\r\n\r\n" % len(body) + body


class MalformedTest(ServerTest):
    def error_for(self, data: bytes) -> int:
        self.client.send_bytes(data)
        answer = self.client.answer(None)
        code: int = answer["error"]["code"]
        return code

    def assert_alive(self) -> None:
        self.assertEqual(METHOD_NOT_FOUND, self.client.error("no/such")[0])

    def test_messages_that_are_no_json(self) -> None:
        for body in (b"", b"{", b"\xff\xfe", b"[" * 100_000, b"9" * 10_000, b"nope"):
            self.assertEqual(PARSE_ERROR, self.error_for(framed(body)), body[:20])
        self.assertEqual(PARSE_ERROR, self.error_for(b"Content-Type: text/plain\r\n\r\n"))
        self.assert_alive()

    def test_json_that_is_no_request(self) -> None:
        for value in (None, 1, "x", [], [{"id": 1}], {}, {"id": 1}, {"method": 7}, {"method": {}, "id": 1},
                      {"method": "shutdown", "id": None}, {"method": "shutdown", "id": {}}):  # fmt: skip
            self.assertEqual(INVALID_REQUEST, self.error_for(framed(json.dumps(value).encode())), value)
        self.client.send({"id": 99, "result": None}, {"id": 98, "error": {}})  # answers to what nobody asked
        self.assert_alive()

    def test_other_headers_and_small_pieces_are_fine(self) -> None:
        body = json.dumps({"jsonrpc": "2.0", "id": "a", "method": "no/such"}).encode()
        head = f"content-length : {len(body)}\r\nContent-Type: application/vscode-jsonrpc; charset=utf-8\r\n\r\n"
        for byte in head.encode() + body:
            self.client.send_bytes(bytes([byte]))
        self.assertEqual(METHOD_NOT_FOUND, self.client.answer("a")["error"]["code"])

    def test_params_of_wrong_types(self) -> None:
        self.open("a.idl", "struct S {};")
        good = self.at("a.idl", 0, 8, newName="T", query="S", range={})
        wrong: list[Any] = [None, 7, "x", [], {}, {"textDocument": 1}, {"textDocument": {"uri": 1}},
                            {"textDocument": {"uri": "nope"}}, {"textDocument": {"uri": "file:///nowhere.idl"}},
                            {"textDocument": {"uri": "file://[/x"}}]  # fmt: skip
        for method in REQUESTS:
            for params in wrong:
                self.assertEqual(INVALID_PARAMS, self.client.error(method, params)[0], (method, params))
        for position in (None, 1, {}, {"line": -1, "character": 0}, {"line": 0, "character": 1e99},
                         {"line": True, "character": 0}, {"line": 1 << 40, "character": 0}):  # fmt: skip
            code, text = self.client.error("textDocument/hover", {**good, "position": position})
            self.assertEqual(INVALID_PARAMS, code)
            self.assertIn("params.position", text)
        self.assertEqual(INVALID_PARAMS, self.client.error("textDocument/rename", {**good, "newName": 1})[0])

    def test_notifications_that_make_no_sense_are_logged(self) -> None:
        for method, params in (
            ("textDocument/didOpen", {}),
            ("textDocument/didChange", self.at("a.idl", 0, 0, contentChanges=[{"text": ""}])),
            ("textDocument/didClose", {"textDocument": {"uri": 5}}),
            ("workspace/didChangeWorkspaceFolders", None),
            ("workspace/didChangeConfiguration", {"settings": {"importRoots": 3}}),
        ):
            self.client.tell(method, params)
            self.client.error("no/such")
            self.assertEqual("window/logMessage", self.client.notifications.pop()["method"])

    def test_places_behind_the_end_are_the_end(self) -> None:
        self.open("a.idl", "struct S {};")
        self.assertIsNone(self.client.call("textDocument/hover", self.at("a.idl", 1000, 1000)))
        self.change("a.idl", 2, {"range": {"start": {"line": 9, "character": 9}, "end": {"line": 9, "character": 9}},
                                 "text": " struct S {};"})  # fmt: skip
        (found,) = self.client.published(self.uri("a.idl"), 2)
        self.assertEqual("E0401", found["code"])

    def test_what_was_cancelled_is_not_worked_on(self) -> None:
        cancel = {"jsonrpc": "2.0", "method": "$/cancelRequest", "params": {"id": 70}}
        request = {"jsonrpc": "2.0", "id": 70, "method": "workspace/symbol", "params": {"query": ""}}
        self.client.send(request, cancel, {**request, "id": 71})
        self.assertIn(self.client.answer(70).get("error", {}).get("code"), (-32800, None))
        self.assertIn("result", self.client.answer(71))
        self.client.send(cancel, {**cancel, "params": None}, {**cancel, "params": {"id": []}})
        self.assert_alive()


class LifeTest(FilesTest):
    def ends(self, client: Client, status: int) -> None:
        found, err = client.close()
        self.assertEqual((status, ""), (found, err))

    def test_initialize_comes_first_and_once(self) -> None:
        client = Client()
        self.assertEqual(-32002, client.error("textDocument/hover", {})[0])
        self.assertEqual(INVALID_PARAMS, client.error("initialize", {"rootUri": 7})[0])
        client.tell("textDocument/didOpen", {"textDocument": {}})
        self.assertIn("capabilities", client.call("initialize", {"capabilities": {}}))
        self.assertEqual(INVALID_REQUEST, client.error("initialize", {"capabilities": {}})[0])
        self.assertIsNone(client.call("shutdown"))
        self.assertEqual(INVALID_REQUEST, client.error("shutdown")[0])
        client.tell("exit")
        self.ends(client, 0)

    def test_an_end_without_shutdown_is_a_failure(self) -> None:
        client = Client()
        client.tell("exit")
        self.ends(client, 1)
        client = Client()
        self.ends(client, 1)

    def test_a_stream_without_an_end_is_given_up(self) -> None:
        for data in (b"x" * (MAX_HEADER_BYTES + 70_000), b"Content-Length: 99999999999\r\n\r\n", b"Content-Length: x\r\n\r\n"):
            client = Client()
            client.send_bytes(data)
            self.assertEqual(1, client.process.wait())
            client.close()

    def test_asks_to_watch_files_where_the_client_can(self) -> None:
        client = Client()
        watching = {"workspace": {"didChangeWatchedFiles": {"dynamicRegistration": True}}}
        client.call("initialize", {"capabilities": watching, "workspaceFolders": None, "rootUri": None})
        client.tell("initialized", {})
        self.assertEqual("client/registerCapability", client.receive()["method"])
        client.send({"jsonrpc": "2.0", "id": "watch", "result": None})
        client.call("shutdown")
        client.tell("exit")
        self.ends(client, 0)


class RandomSessionTest(ServerTest):
    """Random edits of the corpus with random requests between: every request has an answer, and none is a bug."""

    def test_random_session(self) -> None:
        generator = random.Random(SEED)
        texts = [text for kind in ("good", "bad") for sample in samples(kind) for text in sample.files.values()]
        names = ["a.idl", "b.idl", "sub/c.mojom"]
        opened: dict[str, int] = {}
        for round_number in range(ROUNDS):
            name = generator.choice(names)
            if name not in opened or generator.random() < 0.05:
                opened[name] = 1
                self.open(name, generator.choice(texts))
            elif generator.random() < 0.02:
                del opened[name]
                self.client.tell("textDocument/didClose", {"textDocument": {"uri": self.uri(name)}})
                continue
            elif generator.random() < 0.5:
                opened[name] += 1
                self.change(name, opened[name], *(self._edit(texts, generator) for _ in range(generator.randint(1, 3))))
            method = generator.choice(list(REQUESTS))
            answer = self.client.ask(method, self._params(name, generator))
            with self.subTest(seed=SEED, round=round_number, method=method):
                self.assertIn(answer.get("error", {}).get("code"), (None, -32803, INVALID_PARAMS), answer)
        for message in self.client.notifications:
            self.assertNotIn("bug", str(message.get("params", {}).get("message", "")))

    def _edit(self, texts: list[str], generator: random.Random) -> dict[str, Any]:
        words = re.findall(r"\s+|\w+|.", generator.choice(texts) + "\n", re.DOTALL)
        start = generator.randrange(len(words))
        text = "".join(words[start : start + generator.randint(0, 5)])
        text += generator.choice(("", "", "", "\U0001f600", "\r", "\n", "\0", "\ud800", "import \"b.idl\";"))
        ends = sorted(((generator.randint(0, 6), generator.randint(0, 40)) for _ in range(2)))
        if generator.random() < 0.7:  # edits are small
            ends[1] = (ends[0][0], ends[0][1] + generator.randint(0, 3))
        first, last = ({"line": line, "character": column} for line, column in ends)
        return {"range": {"start": first, "end": last}, "text": text}

    def _params(self, name: str, generator: random.Random) -> dict[str, Any]:
        line, column = generator.randint(0, 12), generator.randint(0, 40)
        outline = self.client.call("textDocument/documentSymbol", {"textDocument": {"uri": self.uri(name)}})
        if outline and generator.random() < 0.8:  # most questions are about something
            node = generator.choice(outline)
            node = generator.choice([node, *node.get("children", [])])
            end = node["selectionRange"]["end"] if generator.random() < 0.6 else node["range"]["start"]
            line, column = end["line"], max(0, end["character"] + generator.choice((0, 0, -1, 1, 2, 3)))
        position = {"line": line, "character": column}
        return self.at(name, line, column, newName=generator.choice(("X", "Foo", "struct", "a-b", "kA", "S")), options={},
                       query=generator.choice(("", "s", "a b")), context={"includeDeclaration": True},
                       range={"start": position, "end": {"line": line + 1, "character": 0}})  # fmt: skip


if __name__ == "__main__":
    unittest.main()
