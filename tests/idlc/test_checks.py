# SPDX-License-Identifier: Apache-2.0
"""The corners of the rules; the plain cases are the examples of docs/diagnostics.md."""

import unittest

from support import FilesTest, places_of


class ChecksTest(FilesTest):
    def assert_codes(self, expected: str, *texts: str) -> None:
        for text in texts:
            self.assertEqual(expected.split(), self.codes(text), text)

    def test_all_mistakes_of_a_run_are_found_and_sorted(self) -> None:
        _, diagnostics = self.compile({
            "b.idl": "struct B {\n  int8 x = 300;\n};",
            "main.idl": 'import "b.idl";\nstruct S {\n  Nope a;\n  int8 b; int8 b;\n};\nenum E { kA = 3000000000 };',
        })  # fmt: skip
        expected = [
            ("E0702", 2, 12, "300"),
            ("E0405", 3, 3, "Nope"),
            ("E0402", 4, 16, "b"),
            ("E0707", 6, 15, "3000000000"),
        ]
        self.assertEqual(expected, places_of(diagnostics))

    # --- E04: names

    def test_nested_names_share_the_scope_of_members(self) -> None:
        self.assert_codes("E0402", "struct S { enum x { kA }; int8 x; };", "interface I { const int8 A = 1; A(); };",
                          "union U { int8 a; bool a; };", "feature F { const bool a = true; const int8 a = 1; };")  # fmt: skip

    def test_scopes_do_not_disturb_each_other(self) -> None:
        self.assert_codes("", "struct a { int8 a; }; interface I { a(int8 a) => (int8 a); b(int8 a); };",
                          "enum A { kX }; enum B { kX };")  # fmt: skip

    def test_responses_are_scopes(self) -> None:
        self.assert_codes("E0404", "interface I { A() => (int8 a, int8 a); };")

    def test_names_of_two_modules_may_be_equal(self) -> None:
        files = {
            "a.idl": "module a; struct S {};",
            "main.idl": 'module b; import "a.idl"; struct S { a.S s; };',
        }
        self.assertEqual([], self.codes(files))

    def test_names_made_for_methods(self) -> None:
        self.assert_codes(
            "E0412",
            "struct I_M_Params {}; interface I { M(); };",
            "enum I_M_ResponseParams {}; interface I { M() => (); };",
            "union I_M_ResponseParam_Result { int8 a; }; interface I { M() => result<int8, int8>; };",
            "interface A { B_C(); }; interface A_B { C(int8 x); };",
        )
        self.assert_codes("", "struct I_M_ResponseParams {}; interface I { M(); };")
        self.assert_codes("E0402", "interface I { M(); M(); };")

    def test_one_full_name_in_two_imports(self) -> None:
        files = {"a.idl": "module m; struct S {};", "b.idl": "module m; enum S { kA };"}
        found = self.compile({**files, "main.idl": 'import "a.idl";\nimport "b.idl";'})[1]
        self.assertEqual([("E0411", 2, 8, '"b.idl"')], places_of(found))

    # --- E05: types

    def test_map_keys(self) -> None:
        around = "struct P { int8 x; }; union V { int8 x; }; enum E { kA };"
        for key in ("bool", "uint64", "double", "string", "P", "V", "E"):
            self.assert_codes("", f"{around} struct S {{ map<{key}, P> m; }};")
        for key in ("array<int8>", "string?", "handle", "map<int8, int8>"):
            self.assert_codes("E0220", f"struct S {{ map<{key}, int8> m; }};")
        self.assert_codes("E0410", "interface I {}; struct S { map<I, int8> m; };")
        self.assert_codes(
            "E0501", "struct H { P p; }; struct P { array<handle> h; P? p; }; struct S { map<H, int8> m; };"
        )

    def test_unions_may_recur_at_one_remove(self) -> None:
        self.assert_codes(
            "", "union U { array<U> a; int8 b; };", "union U { V v; int8 b; }; union V { U u; int8 c; };"
        )
        self.assert_codes("E0502", "union U { U? u; int8 b; };")

    def test_nullable_values_and_unions(self) -> None:
        self.assert_codes("E0503", "union U { bool? b; };", "enum E { kA }; union U { E? e; };",
                          "interface I { M() => result<int8?, string>; };")  # fmt: skip
        self.assert_codes(
            "",
            "union U { string? s; array<int8?> a; };",
            "struct S { bool? b; array<int8?> a; map<string, double?> m; };",
        )

    def test_fixed_arrays_fit_a_message(self) -> None:
        self.assert_codes("", "struct S { array<uint8, 4294967287> a; };", "struct S { array<bool, 4294967295> a; };",
                          "struct S { array<uint64, 536870910> a; };")  # fmt: skip
        self.assert_codes("E0505", "struct S { array<uint8, 4294967288> a; };", "struct S { array<string, 536870911> a; };",
                          "interface I { M(array<array<double, 999999999>> a); };")  # fmt: skip

    # --- E06: ordinals and versions

    def test_written_ordinals_may_be_in_any_order(self) -> None:
        self.assert_codes(
            "", "struct S { int8 a@2; int8 b@0; int8 c; };", "interface I { M(int8 a@1, int8 b@0); };"
        )

    def test_ordinals_of_parameters_and_responses(self) -> None:
        self.assert_codes(
            "E0601", "interface I { M(int8 a@1); };", "interface I { M() => (int8 a@0, int8 b@3); };"
        )
        self.assert_codes("E0602", "interface I { M(int8 a@0, int8 b@0); };", "struct S { int8 a@1; int8 b@0; int8 c; };",
                          "interface I { A@1(); B@0(); C(); };")  # fmt: skip

    def test_a_method_may_follow_into_the_reserved_ordinals(self) -> None:
        self.assert_codes(
            "E0603", "interface I { A@4294967293(); B(); };", "interface I { A@4294967294(); };"
        )

    def test_versions_follow_the_ordinals(self) -> None:
        self.assert_codes("", "struct S { [MinVersion=2] int8 a@1; int8 b@0; };")
        self.assert_codes(
            "E0606",
            "struct S { [MinVersion=1] int8 a; int8 b; };",
            "interface I { M([MinVersion=1] int8 a, int8 b); };",
        )

    def test_values_of_later_versions_need_no_null(self) -> None:
        self.assert_codes(
            "",
            "enum E { kA }; struct S { [MinVersion=1] int8 a; [MinVersion=1] E e; [MinVersion=2] bool? b; };",
        )
        for type_ in ("array<int8>", "map<int8, int8>", "S", "U", "handle", "pending_remote<I>"):
            self.assert_codes(
                "E0607",
                f"interface I {{}}; union U {{ int8 a; }}; struct S {{}}; struct T {{ [MinVersion=1] {type_} x; }};",
            )

    def test_bad_versions(self) -> None:
        for value in ("-1", "4294967296", "1.0", "true", "kA", '"1"'):
            self.assert_codes("E0605", f"struct S {{ [MinVersion={value}] int8 a; }};")
        self.assert_codes("E0605", "struct S { [MinVersion] int8 a; };")
        self.assert_codes("", "struct S { [MinVersion=4294967295] int8 a; };")

    # --- E07: values

    def test_limits_of_integers(self) -> None:
        for bits in (8, 16, 32, 64):
            low, high = -(1 << (bits - 1)), (1 << (bits - 1)) - 1
            self.assert_codes(
                "",
                f"const int{bits} a = {low}; const int{bits} b = {high}; const uint{bits} c = {2 * high + 1};",
            )
            self.assert_codes("E0702", f"const int{bits} a = {low - 1};", f"const int{bits} a = {high + 1};",
                              f"const uint{bits} a = {2 * high + 2};", f"const uint{bits} a = -1;")  # fmt: skip
        self.assert_codes("E0702", f"const uint64 a = {'9' * 5000};")

    def test_limits_of_floats(self) -> None:
        self.assert_codes(
            "",
            "const float a = 3.4e38; const double b = 1e308; const float c = float.INFINITY; const float d = 7;",
        )
        self.assert_codes(
            "E0702", "const float a = 3.5e38;", "const double a = 1e309;", "const float a = 1e39;"
        )

    def test_a_constant_brings_its_value_along(self) -> None:
        self.assert_codes("", "const int32 k = 7; const int8 a = k; const double d = k;")
        self.assert_codes("E0702", "const int32 k = 700; const int8 a = k;")
        self.assert_codes("E0701", "const float k = 1; const int8 a = k;", "enum E { kA }; const int32 a = E.kA;",
                          "enum E { kA }; const E e = 0;", "enum E { kA }; enum F { kB }; const E e = F.kB;",
                          "const bool b = 1;", "const int8 a = true;", "const int8 a = 1.0;", "const string s = 3;",
                          "struct T {}; struct S { T t = 0; };")  # fmt: skip

    def test_types_of_constants(self) -> None:
        self.assert_codes(
            "E0705", "const int32? k = 1;", "struct S {}; const S k = default;", "const handle k = 1;"
        )
        self.assert_codes(
            "", "enum E { kA }; const E k = kA; const bool b = true; const string s = '';".replace("''", '""')
        )

    def test_defaults_of_nullable_fields(self) -> None:
        self.assert_codes("", 'struct S { int32? a = 1; string? s = ""; T? t = default; }; struct T {};')
        self.assert_codes(
            "E0703", "union U { int8 a; }; struct S { U u = default; };", "struct S { handle h = 0; };"
        )

    def test_enum_values_from_constants(self) -> None:
        self.assert_codes("E0706", "const float k = 1; enum E { kA = k };", 'const string k = ""; enum E { kA = k };',
                          "enum E { kA = double.INFINITY };")  # fmt: skip
        self.assert_codes("", "const int8 k = 1; enum E { kA = k };")

    def test_counting_beyond_the_largest_enum_value_is_reported_once(self) -> None:
        self.assert_codes("E0707", "enum E { kA = 0x7fffffff, kB, kC };", "enum E { kA = -2147483649 };")

    def test_enums_may_be_empty(self) -> None:
        self.assert_codes("", "enum E {};", "[Extensible] enum E {};", "[Extensible] enum E { kA };")

    # --- E08: attributes

    def test_attributes_of_other_tools_are_warnings(self) -> None:
        self.assert_codes(
            "W0801", "[Foo=bar] struct S {};", "struct S { [Blue] int8 x; };", "enum E { [Blue] kA };"
        )
        self.assert_codes("W0802", "[Default] struct S {};", "[Extensible] struct S {};", "[Uuid=\"\"] const int8 k = 1;",
                          "interface I { M([Default] int8 x); };")  # fmt: skip

    def test_strict_turns_them_into_errors(self) -> None:
        module, diagnostics = self.compile("[Foo] struct S {};", is_strict=True)
        self.assertIsNone(module)
        self.assertTrue(diagnostics.has_errors)

    def test_warnings_about_imported_files_are_left_to_their_own_run(self) -> None:
        self.assertEqual([], self.codes({"a.idl": "[Foo] struct S {};", "main.idl": 'import "a.idl";'}))

    def test_attributes_are_known_where_they_stand(self) -> None:
        self.assert_codes("", '[JavaPackage="a.b"] module m; [Stable, Uuid="1a8e53c0-7f7c-4d2c-8f1d-5f0e6a3d2b41"] interface I {'
                              " [MinVersion=1, Sync, UnlimitedSize] M@0([RenamedFrom=\"x\"] int8 a) => (); };"
                              "[Native=True] enum E;")  # fmt: skip

    def test_values_of_attributes(self) -> None:
        self.assert_codes("E0804", "[Extensible=1] enum E {};", "[Stable=False] struct S {};", "[RenamedFrom=x] struct S {};",
                          "[RuntimeFeature=kNone] interface I {};", "[ServiceSandbox=\"x\"] interface I {};",
                          '[Uuid="1a8e53c07f7c4d2c8f1d5f0e6a3d2b41"] interface I {};')  # fmt: skip

    def test_unknown_attributes_get_a_suggestion_for_their_place(self) -> None:
        _, diagnostics = self.compile("struct S { [MinVersoin=1] int8 a; };")
        self.assertEqual("did you mean 'MinVersion'?", diagnostics.sorted[0].hint)

    def test_stable_looks_through_containers_and_endpoints(self) -> None:
        self.assert_codes("E0805", "interface I {}; [Stable] struct S { array<map<string, pending_remote<I>>> x; };",
                          "struct T {}; [Stable] union U { T? t; };", "enum E { kA }; [Stable] interface I { M@0(E e); };",
                          "struct T {}; [Stable] interface I { M@0() => result<T, int8>; };")  # fmt: skip

    def test_guarded_interfaces_in_containers(self) -> None:
        around = "feature kF { const bool on = true; }; [RuntimeFeature=kF] interface I {};"
        self.assert_codes("E0808", f"{around} struct S {{ array<pending_receiver<I>> x; }};",
                          f"{around} interface J {{ M() => (pending_remote<I> x); }};")  # fmt: skip

    def test_contexts_are_found_through_structs(self) -> None:
        around = "enum C { kHigh, kLow }; [RequireContext=C.kHigh] interface I {}; struct S { array<T> t; }; struct T { S? s; pending_remote<I> i; };"
        self.assert_codes(
            "E0809",
            f"{around} interface J {{ M(S s); }};",
            f"{around} interface J {{ M() => (map<int8, T> s); }};",
        )
        self.assert_codes(
            "E0810", f"{around} enum D {{ kA }}; interface J {{ [AllowedContext=D.kA] M(S s); }};"
        )
        self.assert_codes("", f"{around} interface J {{ [AllowedContext=C.kHigh] M(S s); }};")


if __name__ == "__main__":
    unittest.main()
