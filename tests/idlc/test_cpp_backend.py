# SPDX-License-Identifier: Apache-2.0
"""Corners of the C++ backend that the goldens do not show."""

import unittest

from idlc import layout
from idlc.backends import UnsupportedError, load_backend
from support import FilesTest


class BackendTest(FilesTest):
    def generate(self, text: str | dict[str, str]) -> tuple[str, str]:
        """Header and source."""
        module = self.compile_good(text)
        header, source = load_backend("cpp")(module, layout.run(module))
        return header.text, source.text

    def unsupported(self, text: str) -> list[tuple[str, str]]:
        module = self.compile_good(text)
        with self.assertRaises(UnsupportedError) as caught:
            load_backend("cpp")(module, layout.run(module))
        return [(item.where.local, item.what) for item in caught.exception.found]

    def test_an_empty_file_becomes_two_files_without_code(self) -> None:
        header, source = self.generate("module a;")
        self.assertIn("namespace a {", header)
        self.assertNotIn("namespace", source)

    def test_a_file_without_a_module_has_a_namespace_all_the_same(self) -> None:
        self.assertIn("namespace idl {", self.generate("struct S {};")[0])

    def test_what_is_not_supported_yet_is_named(self) -> None:
        self.assertEqual([("S", "native structs without a type mapping")], self.unsupported("[Native] struct S;"))
        self.assertEqual(
            [("S.m", "maps with a key that has no order (a hash_map or a mapped type is in it; hash_map needs none)")],
            self.unsupported("struct K { hash_map<int32, int32> a; }; struct S { map<K, int32> m; };"),
        )

    def test_associated_ends_are_types_of_the_bindings(self) -> None:
        header, source = self.generate(
            "interface I { M(pending_associated_remote<I> a) => (array<pending_associated_receiver<I>?> b); };"
        )
        self.assertIn("ferrule::PendingAssociatedRemote<I> a,", header)
        self.assertIn("std::vector<std::optional<ferrule::PendingAssociatedReceiver<I>>>", header)
        self.assertIn('#include "ferrule/bindings/codec_associated.h"', source)
        self.assertNotIn("codec_pending.h", source)

    def test_the_hash_of_a_struct_that_is_a_key_is_found_before_it_is_specialised(self) -> None:
        header, _ = self.generate("struct K { int32 a; }; struct S { hash_map<K, int32> m; };")
        self.assertIn("std::unordered_map<K, int32_t, ferrule::wire::KeyHash<K>> m{};", header)

    def test_keys_with_more_in_them_than_values_are_compared_by_the_library(self) -> None:
        header, _ = self.generate(
            "union U { int32 a; string b; }; struct K { array<U>? a; };"
            "struct S { map<U, int32> by_union; map<K, int32> by_struct; hash_map<U, int32> hashed; };"
        )
        for key in "UK":
            self.assertIn(f"std::map<{key}, int32_t, ferrule::wire::KeyLess<{key}>>", header)
        self.assertIn("std::unordered_map<U, int32_t, ferrule::wire::KeyHash<U>> hashed{};", header)

    def test_features_are_classes_of_constants(self) -> None:
        header, _ = self.generate(
            'feature kA { const string name = "A"; const bool on = true; }; feature kB { const string name = "B"; };'
        )
        self.assertIn('struct kA {\n  static constexpr std::string_view name = "A";\n', header)
        self.assertIn('struct kB {\n  static constexpr std::string_view name = "B";\n};', header)

    def test_every_kind_of_handle_has_a_type(self) -> None:
        header, _ = self.generate(
            "struct S { array<handle<shared_buffer>> a; handle<data_pipe_consumer>? b; handle<data_pipe_producer> c; };"
        )
        for member in ("std::vector<ferrule::SharedBufferHandle> a{};",
                       "std::optional<ferrule::DataPipeConsumerHandle> b{};",
                       "ferrule::DataPipeProducerHandle c{};"):  # fmt: skip
            self.assertIn(f"  {member}\n", header)

    def test_a_union_without_members(self) -> None:
        header, source = self.generate("union U {}; struct S { U? u; };")
        self.assertIn("  enum class Tag : uint32_t {};", header)
        self.assertIn("  std::variant<std::monostate> value_;", header)
        self.assertIn('encoder.fail_at(at, "a union without members has no value");', source)

    def test_a_fixed_array_that_leads_back_to_its_union_is_in_a_box(self) -> None:
        header, source = self.generate("union U { array<U, 2> pair; int32 number; };")
        self.assertIn("U::U() : value_(std::in_place_index<1>) {}", source)
        self.assertIn("  std::variant<ferrule::Box<std::array<U, 2>>, int32_t> value_;", header)
        self.assertIn("  static U make_pair(std::array<U, 2> value);", header)

    def test_a_type_that_contains_itself_does_so_in_a_box(self) -> None:
        for field, member in {
            "S? f": "ferrule::Box<S> f{};",
            "array<S?, 2> f": "std::array<ferrule::Box<S>, 2> f{};",
            "array<S?, 2>? f": "std::optional<std::array<ferrule::Box<S>, 2>> f{};",
            "array<S, 2>? f": "ferrule::Box<std::array<S, 2>> f{};",
            "array<S>? f": "std::optional<std::vector<S>> f{};",
            "map<string, S> f": "std::map<std::string, S> f{};",
        }.items():
            self.assertIn(f"  {member}\n", self.generate(f"struct S {{ {field}; }};")[0])

    def test_enums_without_values(self) -> None:
        header, source = self.generate("enum E {}; struct S { E e; };")
        self.assertIn("enum class E : int32_t {};", header)
        self.assertIn("is_known(int32_t) { return false; }", header)
        self.assertNotIn("switch", source)

    def test_a_generated_name_that_is_taken_is_reported(self) -> None:
        self.assertEqual(
            [("I", "a definition 'IProxy' beside the interface")],
            self.unsupported("struct IProxy {}; interface I { M(); };"),
        )

    def test_a_module_of_data_needs_no_bindings(self) -> None:
        header, source = self.generate("struct S { handle<platform> file; };")
        self.assertIn("ferrule/wire/generated_struct.h", header)
        self.assertNotIn("ferrule/bindings", header + source)

    def test_what_carries_handles_is_not_compared_and_is_moved_into_the_message(self) -> None:
        header, source = self.generate("struct S { handle<platform> file; }; struct T { array<S>? all; };")
        for absent in ("operator==", "to_string", "operator<<", "std::hash", " hash(", " print("):
            self.assertNotIn(absent, header)
        self.assertIn("encode(Encoder& encoder, ::idl::T&& value)", header)
        self.assertIn("writer.write(0, std::move(value.all));", source)

    def test_only_headers_of_mentioned_files_are_included(self) -> None:
        header, _ = self.generate(
            {
                "used.idl": "module u; struct U {};",
                "unused.idl": "module n; struct N {};",
                "main.idl": 'module m; import "used.idl"; import "unused.idl"; struct S { u.U u; };',
            }
        )
        self.assertIn('#include "used.idl.h"', header)
        self.assertNotIn("unused.idl.h", header)
        self.assertIn("::u::U u{};", header)

    def test_fields_of_newer_versions_are_read_only_if_they_are_there(self) -> None:
        _, source = self.generate("struct S { int32 a; [MinVersion=2] int32 b = 5; };")
        self.assertIn('reader.read(0, out.a, "a")', source)
        self.assertIn('(!reader.has(2) || reader.read(4, out.b, "b"))', source)
        self.assertIn("kVersions[] = {{0, 16}, {2, 16}};", source)

    def test_fields_are_read_in_the_order_of_their_ordinals(self) -> None:
        header, source = self.generate("struct S { string b@1; string a@0; };")
        self.assertLess(header.index("std::string b{};"), header.index("std::string a{};"))
        self.assertLess(source.index("out.a"), source.index("out.b"))

    def test_an_unknown_member_of_an_extensible_union_is_its_default(self) -> None:
        _, source = self.generate("[Extensible] union U { string a; [Default] int32 b; };")
        self.assertIn("  out.set_b({});\n  return true;", source)
        self.assertNotIn("unknown_tag", source)

    def test_values_are_declared_in_the_header_and_defined_in_the_source(self) -> None:
        header, source = self.generate("struct S { array<int32> a; double b; }; union U { S s; int32 n; };")
        for declaration in (
            "  friend bool operator==(const S&, const S&);",
            "std::string to_string(const S& value);",
            "std::ostream& operator<<(std::ostream& stream, const U& value);",
            "struct std::hash<::idl::U> {",
            "  U& operator=(U&&) noexcept;",
        ):
            self.assertIn(declaration, header)
        for definition in (
            "  return ferrule::wire::equal_values(ferrule::wire::StructTraits<::idl::S>::kType, &a, &b);",
            "  return ferrule::wire::equal_values(ferrule::wire::UnionTraits<::idl::U>::kType, &a, &b);",
            "U::~U() = default;",
        ):
            self.assertIn(definition, source)

    def test_fields_that_close_a_circle_through_containers_have_no_initializer(self) -> None:
        header, _ = self.generate(
            "struct A { array<B> b; int32 n; }; struct B { map<int32, A> a; B? next; string s; };"
            "struct C { array<C?> a; array<C> b; string s; }; struct D { array<D> a; map<int32, D> b; };"
        )
        for member in ("std::vector<B> b;", "std::map<int32_t, A> a;", "ferrule::Box<B> next{};", "std::string s{};",
                       "std::vector<std::optional<C>> a;", "std::vector<C> b;", "std::vector<D> a{};"):  # fmt: skip
            self.assertIn(f"  {member}\n", header)

    def test_every_field_has_an_initializer(self) -> None:
        """Or naming some fields when making a struct would be a warning of the compilers."""
        header, _ = self.generate("struct S { string a; array<int32> b; S? c; int32 d; handle<platform> e; };")
        fields = [line for line in header.splitlines() if line.endswith(("{};", " = 0;"))]
        self.assertEqual(["a{};", "b{};", "c{};", "0;", "e{};"], [line.split(" ")[-1] for line in fields])

    def test_strings_with_zeros_keep_them(self) -> None:
        header, _ = self.generate(r'const string kText = "a\0b";')
        self.assertIn(r'inline constexpr std::string_view kText{"a\000b", 3};', header)


if __name__ == "__main__":
    unittest.main()
