# SPDX-License-Identifier: Apache-2.0
"""What the language server answers, asked over its standard streams."""

import os
import unittest
from typing import Any

from lsp_client import ServerTest, place


def codes(found: list[Any]) -> list[str]:
    return [item["code"] for item in found]


class DiagnosticsTest(ServerTest):
    def test_come_while_typing_and_go_when_the_mistake_does(self) -> None:
        self.open("a.idl", "struct S { int3 x; };")
        (found,) = self.client.published(self.uri("a.idl"))
        self.assertEqual(("E0405", 1, place(0, 11, 15)), (found["code"], found["severity"], found["range"]))
        self.assertIn("did you mean 'int32'?", found["message"])
        self.change("a.idl", 2, {"range": place(0, 14, 15), "text": "32"})
        self.assertEqual([], self.client.published(self.uri("a.idl"), 2))

    def test_unsaved_texts_stand_before_the_disk_also_for_importers(self) -> None:
        self.write({"b.idl": "struct B {};", "a.idl": ""})
        self.open("a.idl", 'import "b.idl"; struct S { B b; };')
        self.assertEqual([], self.client.published(self.uri("a.idl")))
        self.open("b.idl", "struct C {};")
        self.assertEqual(["E0405"], codes(self.client.published(self.uri("a.idl"))))
        self.client.tell("textDocument/didClose", {"textDocument": {"uri": self.uri("b.idl")}})
        self.assertEqual([], self.client.published(self.uri("a.idl")))

    def test_an_unsaved_new_file_can_be_imported(self) -> None:
        self.open("new.idl", "struct N {};")
        self.open("a.idl", 'import "new.idl"; struct S { N n; };')
        self.assertEqual([], self.client.published(self.uri("a.idl")))

    def test_mistakes_in_an_imported_file_are_told_there_and_taken_back(self) -> None:
        self.write({"b.idl": "struct B { Nope n; };"})
        self.open("a.idl", 'import "b.idl";')
        self.assertEqual(["E0405"], codes(self.client.published(self.uri("b.idl"))))
        self.change("a.idl", 2, {"text": ""})
        self.assertEqual([], self.client.published(self.uri("b.idl")))

    def test_notes_are_related_information(self) -> None:
        self.open("a.idl", "struct S {};\nstruct S {};")
        (found,) = self.client.published(self.uri("a.idl"))
        (note,) = found["relatedInformation"]
        self.assertEqual({"uri": self.uri("a.idl"), "range": place(0, 7, 8)}, note["location"])

    def test_a_file_outside_of_all_folders_is_a_root_of_its_own(self) -> None:
        uri = "untitled:Untitled-1"
        item = {"uri": uri, "languageId": "ferrule-idl", "version": 1, "text": "struct S { int8 x = 300; };"}
        self.client.tell("textDocument/didOpen", {"textDocument": item})
        self.assertEqual(["E0702"], codes(self.client.published(uri)))

    def test_changes_of_files_on_the_disk_count_when_told(self) -> None:
        self.write({"b.idl": ""})
        self.open("a.idl", 'import "b.idl"; struct S { B b; };')
        self.assertEqual(["E0405"], codes(self.client.published(self.uri("a.idl"))))
        self.write({"b.idl": "struct B {};"})
        self.client.tell("workspace/didChangeWatchedFiles", {"changes": []})
        self.assertEqual([], self.client.published(self.uri("a.idl")))
        self.write({"b.idl": ""})
        self.client.tell("textDocument/didSave", {"textDocument": {"uri": self.uri("a.idl")}})
        self.assertEqual(["E0405"], codes(self.client.published(self.uri("a.idl"))))

    def test_roots_features_and_lint_are_settings(self) -> None:
        self.write({"idl/b.idl": "struct B {};"})
        self.open("a.idl", 'import "b.idl"; [EnableIf=x] struct S {};')
        self.assertEqual(["E0304"], codes(self.client.published(self.uri("a.idl"))))
        settings = {"ferrule-idl": {"importRoots": ["idl", "."], "lint": True, "strict": True}}
        self.client.tell("workspace/didChangeConfiguration", {"settings": settings})
        self.assertEqual(["L0401"], codes(self.client.published(self.uri("a.idl"))))
        self.client.tell(
            "workspace/didChangeConfiguration", {"settings": {"ferrule-idl": {"features": ["x"]}}}
        )
        self.assertEqual(["L0401", "L0201"], codes(self.client.published(self.uri("a.idl"))))

    def test_columns_count_units_of_utf_16(self) -> None:
        self.open("a.idl", "/* \U0001f600é */ struct S { Nope n; };")
        (found,) = self.client.published(self.uri("a.idl"))
        self.assertEqual(place(0, 21, 25), found["range"])
        self.change("a.idl", 2, {"range": place(0, 3, 5), "text": ""}, {"range": place(0, 19, 23), "text": "S?"})
        self.assertEqual([], self.client.published(self.uri("a.idl"), 2))

    def test_lines_end_as_the_editor_ends_them(self) -> None:
        self.open("a.idl", "struct A {};\r\nstruct B {};\rstruct C { Nope n; };\n")
        (found,) = self.client.published(self.uri("a.idl"))
        self.assertEqual(place(2, 11, 15), found["range"])


GFX = """\
module gfx;
// What can be drawn.
struct Shape {
  enum Kind { kRound, kFlat = 7 };
  const int32 kMost = 3;
  Kind kind = kFlat;  // Its form.
  bool? is_visible;
  [MinVersion=2] string? label;
};
"""

MAIN = """\
module app;
import "gfx.idl";
interface Canvas {
  Draw@4(array<gfx.Shape> shapes, gfx.Shape.Kind kind) => (bool ok);
  Open(pending_remote<Canvas> other);
};
struct Pen { gfx.Shape.Kind kind = gfx.Shape.Kind.kRound; };
union Any { Pen pen@5; gfx.Shape? shape@2; };
"""


class NavigationTest(ServerTest):
    def setUp(self) -> None:
        super().setUp()
        self.write({"gfx.idl": GFX, "main.idl": MAIN})
        self.open("main.idl", MAIN)

    def definition(self, line: int, character: int) -> Any:
        found = self.client.call("textDocument/definition", self.at("main.idl", line, character))
        return found and (os.path.basename(found["uri"]), found["range"])

    def hover(self, line: int, character: int, name: str = "main.idl") -> str:
        found = self.client.call("textDocument/hover", self.at(name, line, character))
        text: str = found["contents"]["value"]
        return text

    def test_definition_across_imports(self) -> None:
        self.assertEqual(("gfx.idl", place(2, 7, 12)), self.definition(3, 20))  # Shape in array<gfx.Shape>
        self.assertEqual(("gfx.idl", place(3, 7, 11)), self.definition(3, 46))  # Kind of gfx.Shape.Kind
        self.assertEqual(("gfx.idl", place(2, 7, 12)), self.definition(3, 40))  # Shape of gfx.Shape.Kind
        self.assertEqual(("gfx.idl", place(3, 14, 20)), self.definition(6, 54))  # kRound
        self.assertEqual(("main.idl", place(2, 10, 16)), self.definition(4, 24))  # Canvas
        self.assertEqual(("gfx.idl", place(0, 0, 0)), self.definition(1, 10))  # the import
        self.assertIsNone(self.definition(0, 2))
        self.assertIsNone(self.definition(3, 16))  # the module

    def test_hover_shows_declaration_layout_and_comment(self) -> None:
        shape = self.hover(3, 20)
        self.assertIn("struct gfx.Shape\n", shape)
        self.assertIn("16 bytes in version 0, 24 bytes in version 2", shape)
        self.assertIn("What can be drawn.", shape)
        self.open("gfx.idl", GFX)
        self.assertIn("Kind kind = kFlat;", self.hover(5, 8, "gfx.idl"))
        self.assertIn("ordinal 0, since version 0: 4 bytes at offset 0", self.hover(5, 8, "gfx.idl"))
        self.assertIn("Its form.", self.hover(5, 8, "gfx.idl"))
        flag = "1 bit at offset 4, bit 1; bit 0 at offset 4 says whether it is there"
        self.assertIn(flag, self.hover(6, 10, "gfx.idl"))
        self.assertIn("string? label;\n```\n\nordinal 2, since version 2", self.hover(7, 28, "gfx.idl"))
        self.assertIn("kFlat = 7", self.hover(3, 23, "gfx.idl"))
        self.assertIn("= `3`", self.hover(4, 16, "gfx.idl"))
        method = self.hover(3, 3)
        self.assertIn("ordinal 4, since version 0", method)
        self.assertIn("Canvas_Draw_Params: 24 bytes", method)
        self.assertIn("1 bit at offset 0, bit 0", self.hover(3, 65))  # ok
        self.assertIn("tag 5: Pen", self.hover(7, 17))

    def test_hover_without_layout_while_there_are_mistakes(self) -> None:
        self.change("main.idl", 2, {"text": "struct S { int8 x; Nope y; };"})
        self.assertEqual("```ferrule-idl\nint8 x;\n```", self.hover(0, 17))

    def test_references_and_highlights(self) -> None:
        found = self.client.call(
            "textDocument/references", self.at("main.idl", 3, 46, context={"includeDeclaration": False})
        )
        places = sorted((os.path.basename(item["uri"]), item["range"]["start"]["line"]) for item in found)
        self.assertEqual([("gfx.idl", 5), ("main.idl", 3), ("main.idl", 6), ("main.idl", 6)], places)
        found = self.client.call("textDocument/documentHighlight", self.at("main.idl", 2, 12))
        self.assertEqual([place(2, 10, 16), place(4, 22, 28)], [item["range"] for item in found])

    def test_the_outline(self) -> None:
        found = self.client.call("textDocument/documentSymbol", {"textDocument": {"uri": self.uri("main.idl")}})
        self.assertEqual(["Canvas", "Pen", "Any"], [item["name"] for item in found])
        self.assertEqual(["Draw", "Open"], [item["name"] for item in found[0]["children"]])
        self.assertEqual(("gfx.Shape.Kind", place(6, 28, 32)),
                         (found[1]["children"][0]["detail"], found[1]["children"][0]["selectionRange"]))  # fmt: skip
        self.assertEqual({"line": 2, "character": 0}, found[0]["range"]["start"])
        found = self.client.call("workspace/symbol", {"query": "gfx kr"})
        self.assertEqual([], found)  # enum values are not definitions
        found = self.client.call("workspace/symbol", {"query": "shape.k"})
        self.assertEqual([("Kind", "gfx.Shape"), ("kMost", "gfx.Shape")],
                         [(item["name"], item["containerName"]) for item in found])  # fmt: skip


class RenameTest(ServerTest):
    def setUp(self) -> None:
        super().setUp()
        self.write({"gfx.idl": GFX, "main.idl": MAIN, "other.idl": "module other; struct Shape {};"})
        self.open("main.idl", MAIN)

    def renamed(self, line: int, character: int, name: str) -> dict[str, str]:
        """The texts of all files after the edit."""
        found = self.client.call("textDocument/rename", self.at("main.idl", line, character, newName=name))
        texts: dict[str, str] = {}
        for uri, edits in found["changes"].items():
            base = os.path.basename(uri)
            lines = (MAIN if base == "main.idl" else self.read(base)).split("\n")
            for edit in sorted(edits, key=lambda item: -item["range"]["start"]["character"]):
                start, end = edit["range"]["start"], edit["range"]["end"]
                text = lines[start["line"]]
                lines[start["line"]] = text[: start["character"]] + edit["newText"] + text[end["character"] :]
            texts[base] = "\n".join(lines)
        return texts

    def refusal(self, line: int, character: int, name: str) -> str:
        code, text = self.client.error(
            "textDocument/rename", self.at("main.idl", line, character, newName=name)
        )
        self.assertEqual(-32803, code)
        return text

    def test_changes_all_files_that_use_the_name(self) -> None:
        texts = self.renamed(3, 20, "Figure")
        self.assertEqual({"gfx.idl": GFX.replace("Shape", "Figure"), "main.idl": MAIN.replace("Shape", "Figure")}, texts)
        self.assertEqual(MAIN.replace("kRound", "kCurved"), self.renamed(6, 54, "kCurved")["main.idl"])

    def test_a_parameter_is_not_the_field_of_its_name(self) -> None:
        self.assertEqual({"main.idl": MAIN.replace("Kind kind) =>", "Kind form) =>")}, self.renamed(3, 51, "form"))

    def test_what_can_be_renamed(self) -> None:
        found = self.client.call("textDocument/prepareRename", self.at("main.idl", 3, 46))
        self.assertEqual({"range": place(3, 44, 48), "placeholder": "Kind"}, found)
        self.assertIsNone(self.client.call("textDocument/prepareRename", self.at("main.idl", 3, 60)))  # bool
        self.assertIn("no name here", self.refusal(3, 60, "X"))

    def test_bad_names_are_refused(self) -> None:
        for name in ("", "7up", "a b", "a.b", "é"):
            self.assertIn("is not a name", self.refusal(3, 20, name))
        self.assertIn("is a word of the language", self.refusal(3, 20, "struct"))

    def test_clashes_are_refused(self) -> None:
        self.assertIn("main.idl:8: ", self.refusal(6, 8, "Any"))
        self.assertIn("cannot rename to 'shapes'", self.refusal(3, 51, "shapes"))
        self.assertIn("cannot rename to 'Canvas_Draw_Params'", self.refusal(6, 8, "Canvas_Draw_Params"))

    def test_a_name_that_would_capture_others_is_refused(self) -> None:
        text = "struct A {};\nstruct S { enum B { kX }; A a; };"
        self.change("main.idl", 2, {"text": text})
        self.assertIn("would mean something else", self.refusal(1, 16, "A"))

    def test_uses_that_a_condition_hides_are_refused(self) -> None:
        text = "struct A {};\nstruct S { [EnableIf=x] A a; };"
        self.change("main.idl", 2, {"text": text})
        self.assertIn("which a feature that is not enabled drops", self.refusal(0, 7, "B"))

    def test_files_without_a_relation_stay(self) -> None:
        self.write({"broken.idl": "struct Shape { Nope n }"})
        self.assertEqual({"gfx.idl", "main.idl"}, set(self.renamed(3, 20, "Figure")))


class EditingTest(ServerTest):
    def labels(self, text: str) -> set[str]:
        """What is offered at the `|`."""
        offset = text.index("|")
        self.open("a.idl", text.replace("|", ""))
        line = text.count("\n", 0, offset)
        column = offset - (text.rfind("\n", 0, offset) + 1)
        found = self.client.call("textDocument/completion", self.at("a.idl", line, column))
        return {item["label"] for item in found}

    def test_completion(self) -> None:
        self.write({"gfx.idl": GFX})
        head = 'import "gfx.idl"; interface I {}; enum E { kA }; const int8 kC = 1; '
        types = self.labels(head + "struct S { |")
        self.assertLessEqual({"E", "S", "gfx.Shape", "int32", "array", "pending_remote"}, types)
        self.assertTrue(types.isdisjoint({"I", "kC", "struct"}))
        self.assertEqual({"Shape", "Shape.Kind"}, self.labels(head + "struct S { gfx.|"))
        self.assertEqual({"I"}, self.labels(head + "struct S { pending_remote<|"))
        self.assertIn("platform", self.labels("struct S { handle<pl|"))
        self.assertLessEqual({"kC", "E.kA", "gfx.Shape.kMost", "default"}, self.labels(head + "struct S { E e = |"))
        self.assertLessEqual({"struct", "import"}, self.labels("st|"))
        self.assertLessEqual({"Extensible", "MinVersion"}, self.labels(head + "[Ext|"))
        self.assertEqual({"gfx.idl"}, self.labels('import "|"'))

    def test_formatting_touches_only_what_changes(self) -> None:
        self.open("a.idl", "struct A {};\r\n\r\nstruct  B  { int8 x ; };\r\n\r\nstruct C {};\r\n")
        params = {"textDocument": {"uri": self.uri("a.idl")}, "options": {}}
        (edit,) = self.client.call("textDocument/formatting", params)
        self.assertIn("struct B {\n  int8 x;\n};", edit["newText"])
        self.open("b.idl", "struct A {\n  int8 x;\n};\n\nstruct  B {};\n\nstruct C {};\n")
        params["textDocument"]["uri"] = self.uri("b.idl")
        (edit,) = self.client.call("textDocument/formatting", params)
        self.assertEqual({"range": {"start": {"line": 4, "character": 0}, "end": {"line": 5, "character": 0}},
                          "newText": "struct B {};\n"}, edit)  # fmt: skip
        self.open("c.idl", "struct A {};\n")
        params["textDocument"]["uri"] = self.uri("c.idl")
        self.assertEqual([], self.client.call("textDocument/formatting", params))
        self.open("d.idl", "struct A {")
        params["textDocument"]["uri"] = self.uri("d.idl")
        self.assertIsNone(self.client.call("textDocument/formatting", params))

    def test_misspelt_words_can_be_corrected(self) -> None:
        for text, word in (
            ("struct S { strng x; };", "string"),
            ("interface I { F(I& r); };", "pending_receiver<I>"),
        ):
            self.open("a.idl", text)
            found = self.client.call(
                "textDocument/codeAction",
                {"textDocument": {"uri": self.uri("a.idl")}, "range": place(0, 16, 17), "context": {}},
            )
            self.assertEqual([f"Change to '{word}'"], [item["title"] for item in found])
            ((edit,),) = found[0]["edit"]["changes"].values()
            self.assertEqual(word, edit["newText"])


if __name__ == "__main__":
    unittest.main()
