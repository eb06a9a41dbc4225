# SPDX-License-Identifier: Apache-2.0
"""What the names of types mean."""

import unittest

from idlc import types
from support import FilesTest


class ResolveTypesTest(FilesTest):
    def type_of(self, written: str, around: str = "") -> types.Type:
        module = self.compile_good(f"module m; {around} struct S_ {{ {written} x; }};")
        return module.structs[-1].fields[0].type

    def test_built_in_types(self) -> None:
        self.assertEqual(types.BoolType(), self.type_of("bool"))
        self.assertEqual(types.IntType(8, signed=False), self.type_of("uint8"))
        self.assertEqual(types.IntType(64, signed=True, nullable=True), self.type_of("int64?"))
        self.assertEqual(types.FloatType(32), self.type_of("float"))
        self.assertEqual(types.FloatType(64), self.type_of("double"))
        self.assertEqual(types.StringType(nullable=True), self.type_of("string?"))

    def test_containers(self) -> None:
        self.assertEqual(types.ArrayType(types.BoolType(True), 4, True), self.type_of("array<bool?, 4>?"))
        self.assertEqual(types.MapType(types.StringType(), types.ArrayType(types.IntType(8, True))),
                         self.type_of("map<string, array<int8>>"))  # fmt: skip
        self.assertEqual(
            types.MapType(types.BoolType(), types.BoolType(), ordered=False),
            self.type_of("hash_map<bool, bool>"),
        )

    def test_definitions(self) -> None:
        around = "struct A {}; union B { int8 x; }; enum C { kX };"
        name = types.DefName("main.idl", "m", ("A",))
        self.assertEqual(types.StructRef(name), self.type_of("A", around))
        self.assertIsInstance(self.type_of("B?", around), types.UnionRef)
        self.assertIsInstance(self.type_of("m.C", around), types.EnumRef)

    def test_handles_and_endpoints(self) -> None:
        self.assertEqual(types.HandleType(types.HandleKind.GENERIC), self.type_of("handle"))
        self.assertEqual(types.HandleType(types.HandleKind.PLATFORM, True), self.type_of("handle<platform>?"))
        around = "interface I {};"
        interface = types.DefName("main.idl", "m", ("I",))
        self.assertEqual(types.PendingRemote(interface), self.type_of("pending_remote<I>", around))
        self.assertEqual(
            types.PendingReceiver(interface, True), self.type_of("pending_receiver<m.I>?", around)
        )
        self.assertEqual(
            types.PendingAssociatedRemote(interface), self.type_of("pending_associated_remote<I>", around)
        )
        self.assertEqual(
            types.PendingAssociatedReceiver(interface), self.type_of("pending_associated_receiver<I>", around)
        )

    def test_inner_names_hide_outer_ones(self) -> None:
        module = self.compile_good(
            "enum E { kA }; struct S { enum E { kB }; E x; }; struct T { E x; S.E y; };"
        )
        found = [field.type for struct in module.structs for field in struct.fields]
        paths = [type_.name.path for type_ in found if isinstance(type_, types.EnumRef)]
        self.assertEqual([("S", "E"), ("E",), ("S", "E")], paths)

    def test_what_is_no_type_is_looked_through(self) -> None:
        module = self.compile_good("struct A {}; struct S { const int32 A = 1; A x; };")
        self.assertIsInstance(module.structs[1].fields[0].type, types.StructRef)

    def test_the_module_is_one_step(self) -> None:
        self.assertEqual(["E0405"], self.codes("module a.b; struct A {}; struct S { b.A x; };"))
        self.compile_good("module a.b; struct A {}; struct S { a.b.A x; };")

    def test_imports_are_not_passed_on(self) -> None:
        files = {"a.idl": "struct A {};", "b.idl": 'import "a.idl"; struct B { A a; };'}
        self.assertEqual(["E0405"], self.codes({**files, "main.idl": 'import "b.idl"; struct S { A a; };'}))
        self.compile_good({**files, "main.idl": 'import "b.idl"; import "a.idl"; struct S { A a; B b; };'})

    def test_unknown_types_are_found_everywhere(self) -> None:
        for place in ("struct S { array<X> a; };", "struct S { map<string, X> a; };", "struct S { map<X, int8> a; };",
                      "union U { X a; };", "interface I { M(X a); };", "interface I { M() => (array<X?> a); };",
                      "interface I { M() => result<X, int8>; };", "interface I { M(pending_remote<X> a); };",
                      "const X k = 1;"):  # fmt: skip
            self.assertEqual(["E0405"], self.codes(place), place)

    def test_suggests_the_nearest_visible_name(self) -> None:
        _, diagnostics = self.compile(
            {
                "a.idl": "module a; struct Polygon {};",
                "main.idl": 'import "a.idl"; struct S { a.Polygn x; sring y; };',
            }
        )
        self.assertEqual(
            ["did you mean 'a.Polygon'?", "did you mean 'string'?"],
            [item.hint for item in diagnostics.sorted],
        )


if __name__ == "__main__":
    unittest.main()
