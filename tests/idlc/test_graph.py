# SPDX-License-Identifier: Apache-2.0
"""Circles of definitions, the fields that close them, and an order to define things in."""

import unittest

from idlc.graph import components
from idlc.ordering import definition_order, members_of
from support import FilesTest


class ComponentsTest(unittest.TestCase):
    def test_targets_come_first(self) -> None:
        self.assertEqual([("c",), ("b",), ("a",)], components({"a": ["b"], "b": ["c"], "c": []}))

    def test_a_circle_is_one_component(self) -> None:
        found = components({"a": ["b"], "b": ["c", "d"], "c": ["a"], "d": []})
        self.assertEqual([{"d"}, {"a", "b", "c"}], [set(group) for group in found])

    def test_edges_to_strangers_are_ignored(self) -> None:
        self.assertEqual([("a",)], components({"a": ["x"]}))

    def test_long_chains_need_no_stack(self) -> None:
        count = 20_000
        found = components({number: [number + 1] for number in range(count)})
        self.assertEqual(count, len(found))


class IndirectFieldsTest(FilesTest):
    def indirect(self, text: str) -> set[str]:
        module = self.compile_good(text)
        items = module.structs + module.unions
        return {
            f"{item.name.short}.{field.name}"
            for item in items
            for field in members_of(item)
            if field.is_indirect
        }

    def test_a_struct_that_holds_itself(self) -> None:
        self.assertEqual({"S.next"}, self.indirect("struct S { S? next; int8 x; };"))

    def test_containers_break_a_circle(self) -> None:
        self.assertEqual(set(), self.indirect("struct S { array<S> a; map<string, S> m; array<S?>? n; };"))

    def test_fixed_arrays_hold_by_value(self) -> None:
        self.assertEqual({"S.a"}, self.indirect("struct S { array<S?, 2> a; };"))
        self.assertEqual(["E0504"], self.codes("struct S { array<S, 2> a; };"))

    def test_only_what_may_be_absent_is_indirect(self) -> None:
        self.assertEqual({"B.a"}, self.indirect("struct A { B b; }; struct B { A? a; };"))

    def test_circles_through_unions(self) -> None:
        self.assertEqual({"U.s"}, self.indirect("struct S { U u; }; union U { S s; int8 x; };"))
        self.assertEqual({"U.v", "V.u"}, self.indirect("union U { V v; int8 x; }; union V { U u; int8 x; };"))

    def test_other_nullable_fields_are_not(self) -> None:
        self.assertEqual({"A.a"}, self.indirect("struct A { A? a; B? b; }; struct B { int8 x; };"))


class EndlessStructTest(FilesTest):
    def test_circles_without_an_end(self) -> None:
        for text in ("struct A { A a; };", "struct A { B b; }; struct B { A a; };",
                     "struct S { U u; }; union U { S s; };", "struct S { U u; }; union U { S s; V v; }; union V { U u; };",
                     "struct A { A? a; A b; };"):  # fmt: skip
            self.assertEqual(["E0504"], self.codes(text), text)

    def test_what_uses_an_endless_struct_is_not_blamed(self) -> None:
        _, diagnostics = self.compile("struct User { A a; }; struct A { B b; }; struct B { A a; };")
        (found,) = diagnostics.sorted
        assert found.span is not None
        self.assertEqual("B b;", found.span.text)

    def test_two_circles_are_two_reports(self) -> None:
        self.assertEqual(["E0504", "E0504"], self.codes("struct A { A a; }; struct B { B b; };"))

    def test_circles_with_an_end(self) -> None:
        for text in (
            "struct S { U u; }; union U { S s; int8 x; };",
            "struct S { array<S> s; };",
            "struct S { U? u; }; union U { S s; };",
            "union U { U2 a; int8 b; }; union U2 { U u; };",
        ):
            self.assertEqual([], self.codes(text), text)


class OrderingTest(FilesTest):
    def order(self, text: str) -> list[str]:
        return [item.name.short for item in definition_order(self.compile_good(text))]

    def test_what_is_held_comes_first(self) -> None:
        self.assertEqual(
            ["C", "B", "A"], self.order("struct A { B b; }; struct B { C? c; }; union C { int8 x; };")
        )

    def test_elements_come_first_where_they_can(self) -> None:
        self.assertEqual(["B", "A"], self.order("struct A { array<B> b; }; struct B {};"))
        self.assertEqual(["B", "A"], self.order("struct A { B b; }; struct B { array<A> a; };"))

    def test_independent_definitions_keep_their_order(self) -> None:
        self.assertEqual(["B", "A", "C"], self.order("struct B {}; struct A {}; struct C {};"))


if __name__ == "__main__":
    unittest.main()
