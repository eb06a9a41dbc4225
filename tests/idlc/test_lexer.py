# SPDX-License-Identifier: Apache-2.0
import unittest

from idlc import lexer
from idlc.diagnostics import Diagnostics
from idlc.source import SourceFile
from idlc.tokens import Kind, TokenizedFile
from support import codes_of, places_of


def tokenize(text: str) -> tuple[TokenizedFile, Diagnostics]:
    diagnostics = Diagnostics()
    return lexer.run(SourceFile("main.idl", "main.idl", text), diagnostics), diagnostics


def words(text: str) -> list[str]:
    return [token.text for token in tokenize(text)[0].tokens[:-1]]


def kinds(text: str) -> list[Kind]:
    return [token.kind for token in tokenize(text)[0].tokens[:-1]]


class LexerTest(unittest.TestCase):
    def test_splits_without_white_space(self) -> None:
        self.assertEqual(
            ["map", "<", "string", ",", "a", ".", "B", ">", "?", "=>", ";"], words("map<string,a.B>?=>;")
        )

    def test_the_last_token_is_the_end(self) -> None:
        tokens = tokenize("a ")[0].tokens
        self.assertEqual((Kind.END, "", 2, 2), tokens[-1])

    def test_tells_the_kinds_of_numbers_apart(self) -> None:
        for text in ("0", "7", "120", "0x1F", "0XaB"):
            self.assertEqual([Kind.INT], kinds(text), text)
        for text in ("1.5", ".5", "5.", "1e9", "1E-9", "5.e+3", "09.5"):
            self.assertEqual([Kind.FLOAT], kinds(text), text)

    def test_a_sign_is_a_token_of_its_own(self) -> None:
        self.assertEqual(["-", "5", "+", "0.5"], words("- 5 +0.5"))

    def test_an_ordinal_is_one_token(self) -> None:
        self.assertEqual([Kind.NAME, Kind.ORDINAL, Kind.SYMBOL], kinds("x@12;"))

    def test_comments_are_kept_beside_the_tokens(self) -> None:
        file, _ = tokenize("a // one\n/* two\n three */ b /**/")
        self.assertEqual(["// one", "/* two\n three */", "/**/"], [comment.text for comment in file.comments])
        self.assertEqual(["a", "b"], [token.text for token in file.tokens[:-1]])

    def test_a_comment_sign_inside_a_string_is_text(self) -> None:
        self.assertEqual(['"http://a"', ";"], words('"http://a";'))

    def test_a_string_may_hold_escaped_quotes_and_backslashes(self) -> None:
        self.assertEqual([r'"a\"b\\"', "c"], words(r'"a\"b\\" c'))

    def test_an_open_string_ends_before_the_semicolon_of_its_line(self) -> None:
        file, diagnostics = tokenize('x = "abc;\ny')
        self.assertEqual(["x", "=", '"abc', ";", "y"], [token.text for token in file.tokens[:-1]])
        self.assertEqual([("E0103", 1, 5, '"abc')], places_of(diagnostics))

    def test_an_open_comment_ends_the_file(self) -> None:
        file, diagnostics = tokenize("a /* b")
        self.assertEqual(["a"], [token.text for token in file.tokens[:-1]])
        self.assertEqual(["E0102"], codes_of(diagnostics))

    def test_broken_words_give_one_report_each(self) -> None:
        for text, code in (
            ("012", "E0105"),
            ("@", "E0106"),
            ("@012", "E0106"),
            ("@0x1", "E0106"),
            ("$", "E0101"),
            ("'a", "E0101"),
            ("/", "E0101"),
            ("# all of it", "E0101"),
            ("\0", "E0101"),
            ("é", "E0101"),
        ):
            self.assertEqual([code], codes_of(tokenize(text)[1]), text)

    def test_digits_of_other_scripts_are_no_digits(self) -> None:
        self.assertEqual(["E0101"], codes_of(tokenize("\N{ARABIC-INDIC DIGIT ONE}")[1]))


if __name__ == "__main__":
    unittest.main()
