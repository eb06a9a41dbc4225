# SPDX-License-Identifier: Apache-2.0
"""How diagnostics look."""

import json
import unittest

from idlc.diagnostics import Diagnostic, Diagnostics, Note, rules
from idlc.diagnostics.render import ANSI, WIDEST_LINE, render
from idlc.diagnostics.render_json import render_json
from idlc.source import SourceFile, Span


def span(text: str, marked: str, path: str = "dir/main.idl") -> Span:
    start = text.index(marked)
    return Span(SourceFile(path, path, text), start, start + len(marked))


class RenderTest(unittest.TestCase):
    def test_shows_place_message_line_caret_note_and_hint(self) -> None:
        text = "struct A {};\n\tfirst second;\n"
        found = Diagnostic(rules.unknown_type("second"), span(text, "second"),
                           (Note("see here", span(text, "A")),), "did you mean 'A'?")  # fmt: skip
        self.assertEqual(
            "dir/main.idl:2:8: error[E0405]: unknown type 'second'\n"
            "  \tfirst second;\n"
            "  \t      ^~~~~~\n"
            "dir/main.idl:1:8: note: see here\n"
            "  struct A {};\n"
            "         ^\n"
            "  hint: did you mean 'A'?\n",
            render(found),
        )

    def test_without_a_place_the_program_speaks(self) -> None:
        found = Diagnostic(rules.file_not_found("x.idl"), None)
        self.assertEqual("idlc: error[E0301]: cannot find the file 'x.idl'\n", render(found))

    def test_a_place_over_several_lines_is_marked_on_the_first(self) -> None:
        self.assertIn("\n  ab\n   ^\n", render(Diagnostic(rules.unknown_type("b"), span("ab\ncd", "b\nc"))))

    def test_long_lines_are_cut_around_the_place(self) -> None:
        text = "a" * 5000 + "here" + "b" * 5000
        lines = render(Diagnostic(rules.unknown_type("here"), span(text, "here"))).splitlines()
        self.assertLessEqual(len(lines[1]), WIDEST_LINE + 2)
        place = lines[2].index("^")
        self.assertEqual("here", lines[1][place : place + 4])

    def test_control_characters_do_not_reach_the_terminal(self) -> None:
        found = render(Diagnostic(rules.unknown_type("x"), span("\x1b[31mx", "x", path="a\x1b.idl")))
        self.assertNotIn("\x1b", found)

    def test_a_place_at_the_end_of_the_file_has_a_caret(self) -> None:
        source = SourceFile("a.idl", "a.idl", "struct")
        self.assertIn("\n        ^\n", render(Diagnostic(rules.unknown_type("x"), Span(source, 6, 6))))

    def test_colours(self) -> None:
        found = render(Diagnostic(rules.unknown_type("x"), span("x", "x")), ANSI)
        self.assertIn("\x1b[1;31merror[E0405]\x1b[0m", found)

    def test_json_has_the_same_in_members(self) -> None:
        text = "one\ntwo three"
        found = Diagnostic(
            rules.unknown_type("two"), span(text, "two"), (Note("n", span(text, "three")),), "h"
        )
        line = render_json(found)
        self.assertEqual(1, line.count("\n"))
        self.assertEqual(
            {
                "code": "E0405",
                "severity": "error",
                "message": "unknown type 'two'",
                "place": {"file": "dir/main.idl", "line": 2, "column": 1, "end_line": 2, "end_column": 4},
                "notes": [
                    {
                        "message": "n",
                        "place": {
                            "file": "dir/main.idl",
                            "line": 2,
                            "column": 5,
                            "end_line": 2,
                            "end_column": 10,
                        },
                    }
                ],
                "hint": "h",
            },
            json.loads(line),
        )


class DiagnosticsTest(unittest.TestCase):
    def test_sorts_by_file_and_place(self) -> None:
        diagnostics = Diagnostics()
        for path, word in (("b.idl", "x"), ("a.idl", "y"), ("a.idl", "x")):
            diagnostics.report(rules.unknown_type(word), span("x y", word, path))
        found = [(item.span.file.path, item.span.start) for item in diagnostics.sorted if item.span]
        self.assertEqual([("a.idl", 0), ("a.idl", 2), ("b.idl", 0)], found)

    def test_counts_the_same_finding_once(self) -> None:
        diagnostics = Diagnostics()
        for _ in range(3):
            diagnostics.report(rules.unknown_type("x"), span("x", "x"))
        self.assertEqual((1, 1), (len(diagnostics.sorted), diagnostics.num_errors))

    def test_warnings_can_be_made_errors(self) -> None:
        diagnostics = Diagnostics()
        diagnostics.report(rules.unknown_attribute("x"), span("x", "x"))
        self.assertFalse(diagnostics.has_errors)
        diagnostics.make_warnings_errors(["W0801"])
        self.assertTrue(diagnostics.has_errors)


if __name__ == "__main__":
    unittest.main()
