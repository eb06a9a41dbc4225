# SPDX-License-Identifier: Apache-2.0
"""docs/idl.md tells the truth: its examples compile, and its lists are those of the compiler."""

import os
import re

from idlc.diagnostics import rules
from idlc.known_attributes import CONDITIONS, PLACES
from idlc.tokens import RESERVED_WORDS
from support import FilesTest
from test_documented_diagnostics import split_files

DOCUMENT = os.path.join(os.path.dirname(__file__), "..", "..", "docs", "idl.md")

_ROWS = {
    "module": "the module statement",
    "struct": "a struct",
    "field, parameter": "a field or parameter",
    "union": "a union",
    "union member": "a union member",
    "enum": "an enum",
    "enum value": "an enum value",
    "interface": "an interface",
    "method": "a method",
}


class DocumentedLanguageTest(FilesTest):
    def setUp(self) -> None:
        super().setUp()
        with open(DOCUMENT, encoding="utf-8") as stream:
            self.text = stream.read()

    def test_every_example_compiles(self) -> None:
        blocks = re.findall(r"^```idl\n(.*?)^```$", self.text, flags=re.MULTILINE | re.DOTALL)
        self.assertGreater(len(blocks), 8)
        for block in blocks:
            with self.subTest(block):
                self.compile_good(split_files(block))

    def test_diagnostics_it_names_exist(self) -> None:
        named = set(re.findall(r"\b[EW]\d{4}\b", self.text))
        self.assertLessEqual(named, {rule.code for rule in rules.ALL_RULES})

    def test_every_rule_of_meaning_is_in_the_law(self) -> None:
        named = set(re.findall(r"\b[EW]\d{4}\b", self.text))
        rules_of_meaning = {rule.code for rule in rules.ALL_RULES if rule.code[1:3] in ("05", "07", "08")}
        self.assertEqual(set(), rules_of_meaning - named)

    def test_the_table_of_attributes_is_complete(self) -> None:
        rows = dict(re.findall(r"^\| ([a-z, ]+) \| ((?:`[A-Z]\w+` ?)+) \|$", self.text, flags=re.MULTILINE))
        self.assertEqual(
            CONDITIONS, set(re.findall(r"\w+", rows.pop("everywhere but on the module statement")))
        )
        self.assertEqual(
            {place: names for place, names in PLACES.items() if names},
            {_ROWS[row]: set(re.findall(r"\w+", names)) for row, names in rows.items()},
        )

    def test_the_list_of_keywords_is_complete(self) -> None:
        found = re.search(r"Keywords cannot be names \(E0203\): `([^`]*)`", self.text)
        assert found is not None
        self.assertEqual(RESERVED_WORDS, set(found[1].split()))
