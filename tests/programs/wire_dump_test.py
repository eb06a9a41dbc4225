# SPDX-License-Identifier: Apache-2.0
"""`./dev wire_dump`."""

from __future__ import annotations

import contextlib
import io
import json
import sys
import unittest
from pathlib import Path
from unittest import mock

HERE = Path(__file__).resolve().parent
CORPUS = HERE.parent / "wire_corpus"
sys.path.insert(0, str(HERE))

import wire_dump  # noqa: E402


def dump(interface: str, case: str, *more: str) -> tuple[int, str]:
    arguments = ["wire_dump", "--idl", str(CORPUS / "corpus.idl"), "--interface", interface, *more]
    out, err = io.StringIO(), io.StringIO()
    with mock.patch.object(sys, "argv", [*arguments, str(CORPUS / f"{case}.data")]):
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            status = wire_dump.main()
    return status, out.getvalue()


class WireDumpTest(unittest.TestCase):
    def test_shows_each_field_and_where_it_is(self) -> None:
        status, text = dump("Wide", "resp_wide_try_success")
        self.assertEqual(status, 0)
        lines = [line.split(maxsplit=1) for line in text.splitlines()]
        self.assertIn(["12", "name = 10 (Try)"], lines)
        self.assertIn(["40", "result: union Wide_Try_ResponseParam_Result, tag 0 (success)"], lines)
        self.assertIn(["68", "y = 2"], lines)

    def test_knows_control_messages(self) -> None:
        self.assertIn("input: union RunInput, tag 1 (flush_for_testing)", dump("Corpus", "control_flush")[1])
        text = dump("Associated", "pipe_control_closed")[1]
        self.assertIn("name = 4294967294 (RunOrClosePipe)", text)
        self.assertIn("tag 0 (peer_associated_endpoint_closed_event)", text)
        found = json.loads(dump("Wide", "resp_control_version", "--json")[1])
        self.assertEqual(found["method"], "Run")
        self.assertIn("query_version_result", found["payload"]["output"])

    def test_knows_associated_ends(self) -> None:
        status, text = dump("Associated", "associated_remote", "--json")
        self.assertEqual(status, 0)
        found = json.loads(text)
        self.assertEqual(found["payload"]["a"], {"interface_id": 0})
        self.assertEqual(len(found["interface_ids"]), 1)

    def test_as_json(self) -> None:
        _, text = dump("Corpus", "request_lists", "--json")
        found = json.loads(text)
        self.assertEqual(found["method"], "Lists")
        self.assertEqual(found["payload"]["a"], [1, 2])
        self.assertEqual(found["payload"]["d"], [None, 7])
        self.assertEqual(found["payload"]["e"], None)

    def test_shows_what_it_can_of_broken_messages(self) -> None:
        for path in sorted(CORPUS.glob("wide_*.data")):
            with self.subTest(path.stem):
                status, text = dump("Wide", path.stem)
                self.assertEqual(status, 0)
                self.assertIn("num_bytes", text)


if __name__ == "__main__":
    unittest.main()
