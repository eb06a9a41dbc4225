# SPDX-License-Identifier: Apache-2.0
"""From the tree to the IR: ordinals, versions, methods, attributes, imports."""

import unittest

from idlc import ir, types
from support import FilesTest


class LowerTest(FilesTest):
    def test_ordinals_follow_the_item_before(self) -> None:
        module = self.compile_good(
            "[Stable] union U { int8 a@3; int8 b; int8 c@0; int8 d; }; interface I { A(); B@7(); C(); };"
        )
        self.assertEqual([3, 4, 0, 1], [member.ordinal for member in module.unions[0].members])
        self.assertEqual([0, 7, 8], [method.ordinal for method in module.interfaces[0].methods])

    def test_fields_keep_the_order_of_the_file(self) -> None:
        (struct,) = self.compile_good("struct S { int8 a@1; int8 b@0; };").structs
        self.assertEqual(["a", "b"], [field.name for field in struct.fields])
        self.assertEqual(["b", "a"], [field.name for field in struct.fields_by_ordinal])

    def test_methods_own_structs(self) -> None:
        module = self.compile_good(
            "module m; interface I { A(int8 x); B() => (); C() => (bool ok, string s); };"
        )
        one_way, empty, full = module.interfaces[0].methods
        self.assertEqual("m.I_A_Params", one_way.params.name.full)
        self.assertTrue(one_way.params.is_synthetic)
        self.assertIsNone(one_way.response)
        assert empty.response is not None and full.response is not None
        self.assertEqual(("m.I_B_ResponseParams", ()), (empty.response.name.full, empty.response.fields))
        self.assertEqual(
            [("ok", 0), ("s", 1)], [(field.name, field.ordinal) for field in full.response.fields]
        )

    def test_result_becomes_a_union(self) -> None:
        module = self.compile_good("module m; interface I { A() => result<int32, string?>; };")
        (method,) = module.interfaces[0].methods
        assert method.result is not None and method.response is not None
        self.assertEqual(
            (types.IntType(32, True), types.StringType(True)), (method.result.success, method.result.failure)
        )
        union = method.result.union
        self.assertEqual("m.I_A_ResponseParam_Result", union.name.full)
        self.assertEqual(
            [("success", 0), ("failure", 1)], [(item.name, item.ordinal) for item in union.members]
        )
        (field,) = method.response.fields
        self.assertEqual(("result", types.UnionRef(union.name)), (field.name, field.type))

    def test_the_version_of_an_interface_is_the_newest_in_it(self) -> None:
        def version(body: str) -> int:
            return self.compile_good(f"interface I {{ {body} }};").interfaces[0].version

        self.assertEqual(0, version("A();"))
        self.assertEqual(3, version("A(); [MinVersion=3] B();"))
        self.assertEqual(4, version("A(int8 a, [MinVersion=4] int8 b);"))
        self.assertEqual(5, version("A() => (int8 a, [MinVersion=5] int8 b);"))

    def test_flags_of_methods(self) -> None:
        text = "interface I { [Sync, NoInterrupt, UnlimitedSize, SupportsUrgent] A() => (); [Sync=false] B() => (); };"
        first, second = self.compile_good(text).interfaces[0].methods
        self.assertTrue(
            first.is_sync and first.no_interrupt and first.unlimited_size and first.supports_urgent
        )
        self.assertFalse(second.is_sync)

    def test_marks_of_enums_and_unions(self) -> None:
        module = self.compile_good(
            "[Extensible, Stable] enum E { kA, [Default] kB };"
            "[Extensible] union U { int8 a; [Default] bool b; };"
            "[Native] enum N; [Native] struct S;"
        )
        extensible, native = module.enums
        assert extensible.default is not None
        self.assertEqual(
            (True, True, "kB"), (extensible.is_extensible, extensible.is_stable, extensible.default.name)
        )
        self.assertTrue(native.is_native and module.structs[0].is_native)
        assert module.unions[0].default is not None
        self.assertEqual("b", module.unions[0].default.name)

    def test_values_of_attributes(self) -> None:
        module = self.compile_good(
            "module m; enum E { kV }; feature kF { const bool on = true; };"
            '[Uuid="1a8e53c0-7f7c-4d2c-8f1d-5f0e6a3d2b41", RuntimeFeature=kF, RequireContext=E.kV, Stable=false] interface I {};'
        )
        (interface,) = module.interfaces
        self.assertEqual("1a8e53c0-7f7c-4d2c-8f1d-5f0e6a3d2b41", interface.uuid)
        self.assertEqual("m.kF", str(interface.attribute("RuntimeFeature")))
        self.assertEqual("m.E.kV", str(interface.attribute("RequireContext")))
        self.assertFalse(interface.has("Stable"))

    def test_imports_know_what_is_used(self) -> None:
        module = self.compile_good({
            "a.idl": "module a; struct A {}; enum E { kX }; const int32 k = 1; struct Unused {}; interface I {};",
            "b.idl": "module b; struct B {};",
            "main.idl": 'import "a.idl"; import "b.idl"; import "a.idl";'
                        "struct S { array<a.A> x; a.E e = kX; int32 n = a.k; };"
                        "interface J { M(pending_remote<a.I> i); };",
        })  # fmt: skip
        first, second = module.imports
        self.assertEqual(["a.A", "a.E", "a.k", "a.I"], [name.full for name in first.used])
        self.assertEqual(("b.idl", "b", ()), (second.path, second.module.namespace, second.used))
        scope = ir.Scope(module)
        self.assertEqual("E", scope.enum(first.used[1]).name.short)

    def test_nested_definitions_stay_in_their_holder(self) -> None:
        module = self.compile_good(
            "module m; struct S { enum E { kA }; const int32 k = 1; }; interface I { enum E { kB }; };"
        )
        self.assertEqual(["m.S.E", "m.I.E"], [item.name.full for item in module.all_enums])
        self.assertEqual("m.S.k", module.structs[0].constants[0].name.full)


class DocCommentsTest(FilesTest):
    def test_comments_above_and_behind(self) -> None:
        module = self.compile_good(
            """
/// A point
/// in the plane.
struct Point {
  int32 x;  // from the left

  // Not about y.

  int32 y;
  /* From the
   * bottom. */
  [MinVersion=1] int32 z;
};

/** How it
 *  is drawn. */
enum Style {
  kThin,   // one pixel
  // three pixels
  kThick,
};
"""
        )
        (struct,), (enum,) = module.structs, module.enums
        self.assertEqual("A point\nin the plane.", struct.doc)
        self.assertEqual(["from the left", "", "From the\nbottom."], [field.doc for field in struct.fields])
        self.assertEqual("How it\nis drawn.", enum.doc)
        self.assertEqual(["one pixel", "three pixels"], [value.doc for value in enum.values])

    def test_a_licence_is_no_documentation(self) -> None:
        self.assertEqual("", self.compile_good("// SPDX-License-Identifier: MIT\nmodule m;").doc)
        self.assertEqual(
            "About m.", self.compile_good("// SPDX-License-Identifier: MIT\n\n// About m.\nmodule m;").doc
        )

    def test_methods_and_parameters_have_documentation(self) -> None:
        module = self.compile_good(
            "interface I {\n  // Adds.\n  Add(\n      int32 a,  // the first\n      int32 b) => ();  // not a doc of b\n};"
        )
        (method,) = module.interfaces[0].methods
        self.assertEqual(
            ("Adds.", ["the first", ""]), (method.doc, [field.doc for field in method.params.fields])
        )


if __name__ == "__main__":
    unittest.main()
