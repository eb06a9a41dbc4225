# SPDX-License-Identifier: Apache-2.0
"""Type mappings: the file, the option, and what they change in the generated code."""

import json

from idlc import layout
from idlc.backends import UnsupportedError, load_backend
from idlc.backends.mapping_files import read_files
from idlc.backends.mappings import Mappings, TypeMapping
from idlc.diagnostics import Diagnostics
from support import FilesTest

RECT = {"cpp": "my::Rect", "headers": ["my/rect.h"], "traits": ["my/rect_traits.h"]}


def mapping(name: str) -> TypeMapping:
    return TypeMapping(f"::my::{name}", (f"my/{name}.h",), (f"my/{name}_traits.h",))


class MappingFileTest(FilesTest):
    def read_text(self, text: str) -> Mappings:
        self.write({"types.json": text})
        diagnostics = Diagnostics()
        found = read_files([self.path("types.json")], diagnostics)
        self.assertFalse(diagnostics.has_errors)
        return found

    def wrong(self, *files: str) -> list[tuple[int, int, str]]:
        """Where something is wrong in the last file, and what."""
        diagnostics = Diagnostics()
        read_files([self.path(file) for file in files], diagnostics)
        found = []
        for item in diagnostics.sorted:
            self.assertEqual("E0903", item.message.code)
            assert item.span is not None
            self.assertEqual(self.path(files[-1]), item.span.file.path)
            found.append((*item.span.position, item.message.text))
        return found

    def test_a_file(self) -> None:
        found = self.read_text(json.dumps({"gfx.Rect": RECT, "string": {"cpp": "::my::Text"}}))
        self.assertEqual(
            {
                "gfx.Rect": TypeMapping("::my::Rect", ("my/rect.h",), ("my/rect_traits.h",)),
                "string": TypeMapping("::my::Text", (), ()),
            },
            found,
        )

    def test_files_that_are_wrong(self) -> None:
        for text, place, what in (
            ("[", (1, 2), "this is not JSON"),
            ('{\n  "a.B": {"cpp": "B",}\n}', (2, 22), "this is not JSON"),
            ("[" * 100_000, (1, 1), "nested too deeply"),
            ("[]", (1, 1), "not one JSON object"),
            ('{"a b": {}}', (1, 2), "'a b' is not the full name of a type"),
            ('{"a.B": 3}', (1, 2), "'a.B': expected an object"),
            ('{"a.B": {"cpp": "B", "header": []}}', (1, 2), "unknown member 'header'"),
            ('{\n"a.B": {}}', (2, 1), "'cpp' is not the name of a C++ type"),
            ('{"a.B": {"cpp": "B; int x"}}', (1, 2), "'cpp' is not the name of a C++ type"),
            ('{"a.B": {"cpp": "B", "headers": "b.h"}}', (1, 2), "'headers' is not a list of paths"),
            ('{"a.B": {"cpp": "B", "traits": ["b\\"h"]}}', (1, 2), "'traits' is not a list of paths"),
            ('{"a.B": {"cpp": "C"},\n "a.D": {"cpp": "::C"}}', (2, 2), "'::C' cannot stand for both 'a.B' and 'a.D'"),
        ):
            with self.subTest(text[:60]):
                self.write({"types.json": text})
                ((line, column, said),) = self.wrong("types.json")
                self.assertEqual(place, (line, column))
                self.assertIn(what, said)

    def test_all_that_is_wrong_is_told(self) -> None:
        self.write({"types.json": '{"a b": {"cpp": "B"},\n "a.C": {"cp": "C", "traits": 3},\n "a.D": {"cpp": "D"}}'})
        self.assertEqual([1, 2, 2], [line for line, _, _ in self.wrong("types.json")])

    def test_files_that_contradict_each_other(self) -> None:
        self.write({"a.json": json.dumps({"gfx.Rect": RECT}), "b.json": '{"gfx.Rect": {"cpp": "your::Rect"}}'})
        self.assertEqual([], self.wrong("a.json", "a.json"))
        self.assertEqual([(1, 2, "'gfx.Rect' is mapped to '::my::Rect' by another file")], self.wrong("a.json", "b.json"))


class MappingTest(FilesTest):
    def generate(self, text: str | dict[str, str], *mapped: str) -> tuple[str, str]:
        module = self.compile_good(text)
        mappings = {name: mapping(name.split(".")[-1]) for name in mapped}
        header, source = load_backend("cpp")(module, layout.run(module), mappings)
        return header.text, source.text

    def test_a_mapped_struct_is_used_by_its_own_name_and_read_through_the_generated_one(self) -> None:
        header, source = self.generate("module g; struct R { int32 x; }; struct S { R r; array<R?> all; };", "g.R")
        self.assertIn("  ::my::R r{};\n  std::vector<std::optional<::my::R>> all{};", header)
        self.assertIn("struct StructTraits<::my::R> {", header)
        self.assertIn('#include "my/R.h"', header)
        self.assertNotIn("R_traits.h", header)
        self.assertIn('#include "my/R_traits.h"', source)
        self.assertIn("writer.write(0, as_view<int32_t>(Mapping::x(value)));", source)
        self.assertIn("read_mapped(decoder, at, std::move(plain), out)", source)

    def test_other_modules_use_the_type_but_not_its_traits(self) -> None:
        header, source = self.generate(
            {"g.idl": "module g; struct R {};", "main.idl": 'module m; import "g.idl"; struct S { g.R r; };'}, "g.R"
        )
        self.assertIn('#include "my/R.h"', header)
        self.assertIn('#include "g.idl.h"', header)
        self.assertNotIn("StructTraits<::my::R>", header + source)
        self.assertNotIn("R_traits.h", header + source)

    def test_parameters(self) -> None:
        header, _ = self.generate("module g; enum E { kA }; interface I { M(string s, E e) => (E f); };", "string", "g.E")
        self.assertIn("const ::my::string& s, ::my::E e", header)
        self.assertIn("ferrule::Reply<::my::E>", header)
        self.assertIn('#include "my/string_traits.h"', header)

    def test_native_types_need_a_mapping(self) -> None:
        text = "module g; [Native] struct N; [Native] enum E; struct S { N n; E e; };"
        header, _ = self.generate(text, "g.N", "g.E")
        for line in ("  ::my::N n{};", "  ::my::E e{};", "struct NativeStruct<::my::N> {", "using Plain = int32_t;"):
            self.assertIn(line, header)
        with self.assertRaises(UnsupportedError):
            self.generate(text, "g.N")

    def test_what_carries_handles_is_given_away_as_a_whole(self) -> None:
        header, source = self.generate(
            "module g; struct R { handle<platform> h; }; union U { R r; array<uint8> b; }; struct S { R r; U u; };",
            "g.R", "g.U",
        )  # fmt: skip
        self.assertIn("static void encode(Encoder& encoder, ::my::R&& value);", header)
        self.assertIn("static void encode(Encoder& encoder, size_t at, ::my::U&& value);", header)
        self.assertIn("const ::g::R shape = MappingTraits<::my::R>::shape(value);", source)
        self.assertIn("::g::U plain = MappingTraits<::my::U>::to_plain(std::move(value));", source)
        self.assertIn("UnionTraits<::g::U>::encode(encoder, at, std::move(plain));", source)
        self.assertIn("writer.write(0, std::move(value.r));", source)
        self.assertNotIn("operator==(const S&", header)

    def test_what_cannot_be_mapped_is_named(self) -> None:
        for text, what in {
            "module g; enum R { kA }; struct S { R r = kA; };": "a default of a type that is mapped",
        }.items():
            with self.subTest(text), self.assertRaises(UnsupportedError) as caught:
                self.generate(text, "g.R")
            self.assertEqual([what], [item.what for item in caught.exception.found])

    def test_nobody_needs_all_types_that_come_along(self) -> None:
        self.write({
            "time.idl": "module ferrule.common; struct Time { int64 t; };",
            "g.idl": 'module g; import "time.idl"; struct S { ferrule.common.Time t; };',
            "types.json": json.dumps({
                "ferrule.common.Time": {"cpp": "my::Time"}, "ferrule.common.Timer": {"cpp": "my::Timer"},
                "g.Nothing": {"cpp": "my::Nothing"},
            }),
        })  # fmt: skip
        run = self.run_idlc("generate", "-I", self.folder, "--out-dir", self.path("out"),
                            "--mapping", self.path("types.json"), self.path("g.idl"))  # fmt: skip
        self.assertIn("'g.Nothing', so its mapping does nothing", run.err)
        self.assertEqual(1, run.err.count("W0901"))

    def test_the_option(self) -> None:
        self.write({"g.idl": "module g; struct Rect {}; struct S { Rect r; };",
                    "types.json": json.dumps({"g.Rect": RECT}), "bad.json": "{"})  # fmt: skip
        common = ("generate", "-I", self.folder, "--out-dir", self.path("out"), "--depfile", self.path("d"))
        run = self.run_idlc(*common, "--mapping", self.path("types.json"), self.path("g.idl"))
        self.assertEqual(0, run.status, run.err)
        self.assertIn("::my::Rect r{};", self.read("out/g.idl.h"))
        self.assertIn("types.json", self.read("d"))
        run = self.run_idlc(*common, "--mapping", self.path("bad.json"), self.path("g.idl"))
        self.assertEqual(1, run.status)
        self.assertIn("bad.json:1:2: error[E0903]: this is not JSON", run.err)
        run = self.run_idlc(*common, "--diagnostics=json", "--mapping", self.path("bad.json"), self.path("g.idl"))
        found = json.loads(run.err)
        self.assertEqual(("E0903", self.path("bad.json"), 1), (found["code"], found["place"]["file"], found["place"]["line"]))
        run = self.run_idlc(*common, "--mapping", self.path("none.json"), self.path("g.idl"))
        self.assertEqual((1, True), (run.status, "error[E0301]" in run.err))
