# SPDX-License-Identifier: Apache-2.0
"""The tree keeps to its plan; and the checker that says so can see."""

import tempfile
import unittest
from pathlib import Path

import checker
import rooms

_INCLUDE_ROOT = Path(__file__).resolve().parents[2] / "runtime"
_HEAD = "// SPDX-License-Identifier: Apache-2.0\n#pragma once\n"


class TreeTest(unittest.TestCase):
    def test_every_file_keeps_to_the_plan(self) -> None:
        files = checker.read_tree(_INCLUDE_ROOT)
        self.assertGreater(len(files), 0)
        self.assertEqual(checker.violations(files), [])

    def test_the_plan_itself_has_no_cycle(self) -> None:
        below: set[str] = set()
        remaining = dict(rooms.MAY_INCLUDE)
        while remaining:
            ready = {
                room
                for room, uses in remaining.items()
                if {use.split("/")[0] for use in uses} <= below
            }
            self.assertTrue(ready, f"these rooms form a ring: {sorted(remaining)}")
            below |= ready
            remaining = {room: uses for room, uses in remaining.items() if room not in ready}

    def test_the_build_links_what_the_plan_allows(self) -> None:
        cmake = (_INCLUDE_ROOT / "CMakeLists.txt").read_text(encoding="utf-8")
        for room, uses in rooms.MAY_INCLUDE.items():
            links = sorted({use.split("/")[0] for use in uses})
            line = next(line for line in cmake.splitlines() if line.startswith(f"set(uses_{room}"))
            self.assertEqual(sorted(line.removesuffix(")").split()[1:]), links, line)


class CheckerTest(unittest.TestCase):
    """Plants one violation at a time in a small tree."""

    def violations_of(self, **texts: str) -> list[str]:
        """Keys are paths below ferrule/ with '__' for '/', values what follows the usual head."""
        with tempfile.TemporaryDirectory() as folder:
            for name, text in texts.items():
                path = Path(folder, "ferrule", name.replace("__", "/") + ".h")
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(_HEAD + text, encoding="utf-8")
            return checker.violations(checker.read_tree(Path(folder)))

    def test_accepts_allowed_arrows(self) -> None:
        found = self.violations_of(
            base__error="",
            wire__decoder='#include "ferrule/base/error.h"\n',
            node__port='#include "ferrule/transport/frame.h"\n#include "ferrule/node.idl.h"\n',
            ferrule='#include "ferrule/wire/decoder.h"\n',
        )
        self.assertEqual(found, [])

    def test_rejects_a_forbidden_arrow(self) -> None:
        found = self.violations_of(bindings__remote='#include "ferrule/stream/pipe.h"\n')
        self.assertEqual(
            found, ["ferrule/bindings/remote.h: bindings must not include ferrule/stream/pipe.h"]
        )

    def test_rejects_another_header_of_a_room_that_opens_only_two(self) -> None:
        found = self.violations_of(node__link='#include "ferrule/transport/socket_transport.h"\n')
        self.assertEqual(len(found), 1)
        self.assertIn("node must not include", found[0])

    def test_rejects_node_messages_outside_node(self) -> None:
        found = self.violations_of(bindings__endpoint='#include "ferrule/node.idl.h"\n')
        self.assertTrue(any("bindings must not include" in line for line in found), found)

    def test_rejects_private_headers_in_public_ones(self) -> None:
        found = self.violations_of(service__runtime='#include "ferrule/node/node.h"\n')
        self.assertEqual(len(found), 1)
        self.assertIn("is installed, ferrule/node/node.h is not", found[0])

    def test_rejects_internal_headers_in_public_ones(self) -> None:
        found = self.violations_of(
            service__runtime='#include "ferrule/service/internal/core.h"\n',
            service__internal__core='#include "ferrule/node/node.h"\n',
        )
        self.assertEqual(len(found), 1)
        self.assertIn("ferrule/service/internal/core.h is not", found[0])

    def test_rejects_a_cycle_inside_a_room(self) -> None:
        found = self.violations_of(
            wire__a='#include "ferrule/wire/b.h"\n',
            wire__b='#include "ferrule/wire/c.h"\n',
            wire__c='#include "ferrule/wire/a.h"\n',
        )
        self.assertEqual(
            found,
            [
                "include cycle: ferrule/wire/a.h -> ferrule/wire/b.h -> ferrule/wire/c.h"
                " -> ferrule/wire/a.h"
            ],
        )

    def test_rejects_asio_in_a_pure_room(self) -> None:
        found = self.violations_of(node__port="#include <boost/asio/post.hpp>\n")
        self.assertEqual(len(found), 1)
        self.assertIn("node is pure", found[0])

    def test_rejects_relative_includes_and_unknown_rooms(self) -> None:
        found = self.violations_of(wire__a='#include "b.h"\n', attic__box="")
        self.assertEqual(len(found), 2)

    def test_rejects_missing_pragma_and_license(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "ferrule", "base", "bare.h")
            path.parent.mkdir(parents=True)
            path.write_text("int bare();\n", encoding="utf-8")
            found = checker.violations(checker.read_tree(Path(folder)))
        self.assertEqual(len(found), 2)


if __name__ == "__main__":
    unittest.main()
