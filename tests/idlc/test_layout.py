# SPDX-License-Identifier: Apache-2.0
import unittest

from idlc import layout
from idlc.layout import BitPlace, StructLayout, WireKind
from support import FilesTest


class LayoutTest(FilesTest):
    def struct(self, text: str) -> StructLayout:
        module = self.compile_good(text)
        return layout.run(module).structs[module.structs[-1].name]

    def versions(self, text: str) -> list[tuple[int, int]]:
        return [(item.version, item.num_bytes) for item in self.struct(text).versions]

    def test_an_empty_struct_is_its_header(self) -> None:
        self.assertEqual([(0, 8)], self.versions("struct S {};"))

    def test_the_parameters_of_the_worked_example(self) -> None:
        module = self.compile_good(
            "interface Greeter { Greet(string name, bool loud, int32? count) => (string reply); };"
        )
        method = module.interfaces[0].methods[0]
        name, loud, count = layout.run(module).structs[method.params.name].fields
        self.assertEqual((0, WireKind.STRING), (name.offset, name.kind))
        self.assertEqual((8, 0), (loud.offset, loud.bit))
        self.assertEqual((BitPlace(8, 1), 12, 4), (count.has_flag, count.offset, count.size))
        self.assertEqual(24, layout.run(module).structs[method.params.name].num_bytes)

    def test_a_nullable_bool_is_two_bits(self) -> None:
        (field,) = self.struct("struct S { bool? b; };").fields
        self.assertEqual((BitPlace(0, 0), 0, 1), (field.has_flag, field.offset, field.bit))

    def test_only_nullable_values_have_a_flag(self) -> None:
        fields = self.struct(
            "enum E { kA }; struct S { string? s; array<int8>? a; E? e; handle? h; };"
        ).fields
        self.assertEqual([False, False, True, False], [field.has_flag is not None for field in fields])

    def test_every_version_has_its_size(self) -> None:
        text = "struct S { int64 a; [MinVersion=1] int64 b; [MinVersion=1] int8 c; [MinVersion=5] int8 d; };"
        self.assertEqual([(0, 16), (1, 32), (5, 32)], self.versions(text))

    def test_version_0_is_always_there(self) -> None:
        self.assertEqual([(0, 8), (2, 16)], self.versions("struct S { [MinVersion=2] int8 a; };"))

    def test_fields_come_in_the_order_of_their_ordinals(self) -> None:
        fields = self.struct("struct S { int8 a@1; int64 b@0; };").fields
        self.assertEqual([("b", 0), ("a", 8)], [(field.field.name, field.offset) for field in fields])

    def test_sizes_of_references(self) -> None:
        text = """interface I {}; union U { int8 x; };
                  struct S { U u; pending_remote<I> r; pending_receiver<I> v; handle h; pending_associated_remote<I> ar;
                             pending_associated_receiver<I> av; map<string, int8> m; };"""
        fields = self.struct(text).fields
        self.assertEqual([(0, 16), (16, 8), (24, 4), (28, 4), (32, 8), (40, 4), (48, 8)],
                         [(field.offset, field.size) for field in fields])  # fmt: skip

    def test_members_of_unions(self) -> None:
        module = self.compile_good("union V { int8 x; }; union U { bool a; double b; V c; string d; };")
        members = layout.run(module).unions[module.unions[1].name].members
        self.assertEqual([WireKind.BOOL, WireKind.FLOAT, WireKind.UNION_POINTER, WireKind.STRING],
                         [member.kind for member in members])  # fmt: skip
        self.assertEqual([1, 8, 8, 8], [member.size for member in members])


if __name__ == "__main__":
    unittest.main()
