# SPDX-License-Identifier: Apache-2.0
"""Every sample of the corpus gives exactly what stands beside it."""

from __future__ import annotations

import os
import unittest
from collections.abc import Iterator

from corpus import Sample, samples
from idlc import ir, layout
from idlc.diagnostics.diagnostic import Diagnostic
from idlc.layout import StructLayout, WireKind
from support import FilesTest

FEWEST = 300
"""So many samples of each kind the corpus has at least; fewer means that a file was lost or misread."""


class CorpusTest(FilesTest):
    def found(self, sample: Sample) -> list[str]:
        _, diagnostics = self.compile(sample.files, sample.features, sample.is_strict)
        return [self.line_of(item, len(sample.files) > 1) for item in diagnostics.sorted]

    def line_of(self, item: Diagnostic, has_files: bool) -> str:
        assert item.span is not None, item
        line, column = item.span.position
        file = f" {os.path.relpath(item.span.file.path, self.folder)}" if has_files else ""
        return f"{item.message.code} {line}:{column}{file}"

    def test_accepted(self) -> None:
        number = 0
        for number, sample in enumerate(samples("good"), 1):
            with self.subTest(sample.place, purpose=sample.purpose):
                self.assertEqual(list(sample.expected), self.found(sample))
                self.assertEqual([], [line for line in sample.expected if not line.startswith("W")])
        self.assertGreaterEqual(number, FEWEST)

    def test_rejected(self) -> None:
        number = 0
        for number, sample in enumerate(samples("bad"), 1):
            with self.subTest(sample.place, purpose=sample.purpose):
                self.assertEqual(list(sample.expected), self.found(sample))
                self.assertTrue(sample.is_strict or any(line.startswith("E") for line in sample.expected))
        self.assertGreaterEqual(number, FEWEST)

    def test_every_sample_names_the_one_thing_it_tests(self) -> None:
        for kind in ("good", "bad", "layout"):
            purposes: dict[str, str] = {}
            for sample in samples(kind):
                self.assertTrue(sample.text.startswith("// "), sample.place)
                key = sample.place.split(":")[0] + sample.purpose
                self.assertNotIn(key, purposes, f"{sample.place}: as {purposes.get(key)}")
                purposes[key] = sample.place


class LayoutTablesTest(FilesTest):
    def test_tables(self) -> None:
        for sample in samples("layout"):
            with self.subTest(sample.place, purpose=sample.purpose):
                module = self.compile_good(sample.files)
                found = layout.run(module).structs[last_struct(module).name]
                self.assertEqual(list(sample.expected), [table_line(found)])

    def test_no_two_fields_share_a_bit(self) -> None:
        for sample in (*samples("good"), *samples("layout")):
            module, _ = self.compile(sample.files, sample.features)
            assert module is not None, sample.place
            for struct in layout.run(module).structs.values():
                bits = [bit for field in bits_of(struct) for bit in field]
                self.assertEqual(len(set(bits)), len(bits), sample.place)
                self.assertLess(max(bits, default=0), 8 * (struct.num_bytes - layout.HEADER_BYTES) or 1)


def last_struct(module: ir.Module) -> ir.Struct:
    return module.interfaces[-1].methods[-1].params if not module.structs else module.structs[-1]


def table_line(struct: StructLayout) -> str:
    cells: list[str] = []
    for field in struct.fields:
        if field.has_flag is not None:
            cells.append(f"{field.field.name}? {field.has_flag.offset}.{field.has_flag.bit}")
        bit = f".{field.bit}" if field.kind is WireKind.BOOL else ""
        cells.append(f"{field.field.name} {field.offset}{bit}")
    sizes = " ".join(f"{item.version}:{item.num_bytes}" for item in struct.versions)
    return f"{', '.join(cells)} ; {sizes}".strip()


def bits_of(struct: StructLayout) -> Iterator[range]:
    for field in struct.fields:
        if field.has_flag is not None:
            first = field.has_flag.offset * 8 + field.has_flag.bit
            yield range(first, first + 1)
        first = field.offset * 8 + field.bit
        yield range(first, first + (1 if field.kind is WireKind.BOOL else field.size * 8))


if __name__ == "__main__":
    unittest.main()
