# SPDX-License-Identifier: Apache-2.0
"""Writing: only what changed, whole or not at all; the depfile."""

import errno
import os
import stat
import unittest
from unittest import mock

from idlc import output
from idlc.backends import OutputFile
from idlc.depfile import depfile_text
from idlc.diagnostics import Diagnostics
from support import FilesTest, codes_of


class OutputTest(FilesTest):
    def put(self, text: str, name: str = "out/a/b.h") -> Diagnostics:
        diagnostics = Diagnostics()
        output.run([OutputFile(name, text)], self.folder, diagnostics)
        return diagnostics

    def test_makes_the_folders_it_needs(self) -> None:
        self.assertEqual([], codes_of(self.put("text é")))
        self.assertEqual("text é", self.read("out/a/b.h"))

    def test_leaves_a_file_alone_whose_text_did_not_change(self) -> None:
        self.put("text")
        os.utime(self.path("out/a/b.h"), ns=(1, 1))
        self.put("text")
        self.assertEqual(1, os.stat(self.path("out/a/b.h")).st_mtime_ns)
        self.put("text2")
        self.assertNotEqual(1, os.stat(self.path("out/a/b.h")).st_mtime_ns)
        self.assertEqual("text2", self.read("out/a/b.h"))

    def test_a_shorter_text_replaces_a_longer_one(self) -> None:
        self.put("long text")
        self.put("long")
        self.assertEqual("long", self.read("out/a/b.h"))

    def test_files_have_the_usual_permissions(self) -> None:
        mask = os.umask(0o027)
        self.addCleanup(os.umask, mask)
        self.put("text")
        self.assertEqual(0o640, stat.S_IMODE(os.stat(self.path("out/a/b.h")).st_mode))

    def test_a_full_disk_leaves_the_old_file_and_no_rest(self) -> None:
        self.put("old")
        full = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        with mock.patch("idlc.output.os.replace", side_effect=full):
            diagnostics = self.put("new")
        self.assertEqual(["E0312"], codes_of(diagnostics))
        self.assertIn("No space left on device", diagnostics.sorted[0].message.text)
        self.assertEqual("old", self.read("out/a/b.h"))
        self.assertEqual(["b.h"], os.listdir(self.path("out/a")))

    def test_a_folder_in_the_place_of_the_file_is_an_error(self) -> None:
        os.makedirs(self.path("out/a/b.h"))
        self.assertEqual(["E0312"], codes_of(self.put("text")))


class DepfileTest(unittest.TestCase):
    def test_outputs_keep_their_order(self) -> None:
        self.assertEqual(
            "o/b.h o/a.cpp: x.idl y.idl\n", depfile_text(["o/b.h", "o/a.cpp"], ["x.idl", "y.idl"])
        )

    def test_special_characters_are_quoted(self) -> None:
        self.assertEqual("a\\ b: c$$d e\\#f\n", depfile_text(["a b"], ["c$d", "e#f"]))


if __name__ == "__main__":
    unittest.main()
