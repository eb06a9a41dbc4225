# SPDX-License-Identifier: Apache-2.0
"""Whatever a file holds, the compiler answers with diagnostics: never with a traceback, never with silence.

Random edits of the documented examples and of the corpus. IDLC_FUZZ_ROUNDS and IDLC_FUZZ_SEED in the environment ask for
more rounds (100000 take about ten minutes) and others.
"""

import os
import random
import re
import unittest

from corpus import samples
from idlc import formatter, layout
from idlc.backends.json import generate
from idlc.diagnostics import Diagnostics
from idlc.diagnostics.render import render
from idlc.diagnostics.render_json import render_json
from idlc.source import SourceFile
from support import FilesTest
from test_documented_diagnostics import examples, read_sections

ROUNDS = int(os.environ.get("IDLC_FUZZ_ROUNDS", "600"))
SEED = int(os.environ.get("IDLC_FUZZ_SEED", "1"))

_WORD = re.compile(r'\s+|\w+|"[^"\n]*"|@\d+|.', re.DOTALL)


class HostileInputTest(FilesTest):
    def try_text(self, text: str) -> None:
        module, diagnostics = self.compile(text)
        for item in diagnostics.sorted:
            render(item)
            render_json(item)
        self.assertEqual(module is None, diagnostics.has_errors)
        if module is not None:
            generate(module, layout.run(module))
        self.try_format(text)

    def try_format(self, text: str) -> None:
        """A file that can be read can be laid out, unless a comment would document something else then."""
        try:
            new = formatter.run(SourceFile("main.idl", "main.idl", text), Diagnostics())
            again = new and formatter.run(SourceFile("main.idl", "main.idl", new), Diagnostics())
            self.assertEqual(new, again)
        except formatter.UnsafeLayout:
            pass

    def test_scrambled_examples(self) -> None:
        texts = [
            text
            for _, section in read_sections().values()
            for kind in ("bad", "good")
            for files in examples(section, kind)
            for text in files.values()
        ] + [text for kind in ("good", "bad") for sample in samples(kind) for text in sample.files.values()]
        generator = random.Random(SEED)
        words = [word for text in texts for word in _WORD.findall(text)]
        for round_number in range(ROUNDS):
            scrambled = [
                word
                for text in generator.sample(texts, generator.randint(1, 5))
                for word in _WORD.findall(text)
            ]
            for _ in range(generator.randint(0, 6)):
                _scramble(scrambled, words, generator)
            text = "".join(scrambled)
            with self.subTest(seed=SEED, round=round_number, text=text):
                self.try_text(text)

    def test_much_of_one_thing(self) -> None:
        fields = "".join(
            f"  {type_} f{place};\n"
            for place, type_ in enumerate(["int8", "uint64", "bool", "int32?", "string"] * 1000)
        )
        for text in (
            f"struct S {{\n{fields}}};",
            "".join(f"struct S{place} {{ S{place + 1} next; }};\n" for place in range(3000))
            + "struct S3000 {};",
            "const int32 k0 = 1;" + "".join(f"const int32 k{place + 1} = k{place};" for place in range(3000)),
            'struct S { string s = "' + "a" * 500_000 + ";",
            "struct S {" + " " * 500_000 + "nope x; };",
            "[" + ",".join(f"A{place}=1" for place in range(3000)) + "] struct S {};",
            "struct S { a" + ".a" * 50_000 + " x; };",
            "const int32 k = " + "9" * 100_000 + ";",
            "const double k = " + "9" * 100_000 + ".5;",
            "struct S { int8 x@" + "1" * 100_000 + "; };",
        ):
            self.try_text(text)


def _scramble(text: list[str], words: list[str], generator: random.Random) -> None:
    place = generator.randrange(len(text) + 1)
    action = generator.randrange(4)
    if action == 0:
        text.insert(place, generator.choice(words))
    elif action == 1:
        del text[place : place + generator.randint(1, 3)]
    elif action == 2:
        text[place:place] = text[place : place + generator.randint(1, 20)]
    else:
        text.insert(place, generator.choice('\0\n\r"\\/*@#<>é\u2028\U0001f600'))


if __name__ == "__main__":
    unittest.main()
