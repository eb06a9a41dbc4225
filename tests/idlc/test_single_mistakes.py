# SPDX-License-Identifier: Apache-2.0
"""One mistake gives one message: each word of each accepted sample is left out, or written twice, once.

Some files stay correct without a word; some can be read in two ways, and the parser takes the wrong one. So the rule is one
for signs that end or separate, and never more than two for any word.
"""

import os
import unittest
from collections import Counter

from corpus import Sample, samples
from idlc import compiler, lexer, loader
from idlc.diagnostics import Diagnostics
from idlc.roots import Roots
from idlc.source import SourceFile
from idlc.tokens import Token

ROOT = "/corpus"


def errors_in(sample: Sample, text: str) -> list[str]:
    """The errors of a sample whose last file has this text."""
    files = {**sample.files, list(sample.files)[-1]: text}
    diagnostics = Diagnostics()
    options = compiler.Options(
        Roots((ROOT,), lambda path: os.path.relpath(path, ROOT) in files),
        frozenset(sample.features),
        opened=lambda path, import_path: loader.parse(SourceFile(path, import_path, files[import_path])),
    )
    compiler.run([f"{ROOT}/{list(files)[-1]}"], options, diagnostics)
    return [f"{item.message.code} {item.message.text}" for item in diagnostics.sorted if item.is_error]


class SingleMistakesTest(unittest.TestCase):
    def each_word(self) -> list[tuple[Sample, str, Token]]:
        found = []
        for sample in samples("good"):
            text = list(sample.files.values())[-1]
            words = lexer.run(SourceFile("", "", text), Diagnostics()).tokens[:-1]
            found += [(sample, text, word) for word in words]
        return found

    def test_a_word_left_out(self) -> None:
        counts: dict[str, Counter[int]] = {}
        for sample, text, word in self.each_word():
            broken = text[: word.start] + " " + text[word.end :]
            errors = errors_in(sample, broken)
            most = 1 if word.text in (";", ",", "(", ")", "=", "<", "[", "]", "=>", "{") else 2
            if len(errors) > most:
                self.fail(f"{sample.place}: without '{word.text}':\n{broken}\n{errors}")
            counts.setdefault(word.text, Counter())[len(errors)] += 1
        self.assertEqual({1}, set(counts[";"]))
        self.assertGreater(counts[";"][1], 900)
        for sign in "{}<>()[]=":  # next to no case of two
            self.assertGreater(counts[sign][1], 0.98 * counts[sign].total(), sign)

    def test_a_word_written_twice(self) -> None:
        for sample, text, word in self.each_word():
            broken = f"{text[: word.end]} {text[word.start :]}"
            errors = errors_in(sample, broken)
            if len(errors) > 2 and word.text != "}":  # what follows a '}' too many stands outside
                self.fail(f"{sample.place}: with another '{word.text}':\n{broken}\n{errors}")


if __name__ == "__main__":
    unittest.main()
