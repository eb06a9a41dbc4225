# SPDX-License-Identifier: Apache-2.0
"""The files for editors know the words of the language, hang together, and read what the compiler prints."""

import json
import os
import re
import shutil
import subprocess
import unittest
from collections.abc import Iterator

from idlc.tokens import PRIMITIVE_NAMES, RESERVED_WORDS
from support import FilesTest

EDITORS = os.path.join(os.path.dirname(__file__), "..", "..", "idlc", "editors")


def read(*path: str) -> str:
    with open(os.path.join(EDITORS, *path), encoding="utf-8") as stream:
        return stream.read()


def values_of(node: object, keys: tuple[str, ...]) -> Iterator[str]:
    if isinstance(node, dict):
        for key, value in node.items():
            if key in keys and isinstance(value, str):
                yield value
            else:
                yield from values_of(value, keys)
    elif isinstance(node, list):
        for value in node:
            yield from values_of(value, keys)


class VsCodeTest(FilesTest):
    def setUp(self) -> None:
        super().setUp()
        self.package = json.loads(read("vscode", "package.json"))
        self.grammar = json.loads(read("vscode", "syntaxes", "ferrule-idl.tmLanguage.json"))

    def test_every_file_the_package_names_is_there(self) -> None:
        paths = list(values_of(self.package, ("path", "configuration")))
        self.assertEqual(3, len(paths))
        read("vscode", self.package["main"].removeprefix("./"))
        for path in paths:
            json.loads(read("vscode", *path.removeprefix("./").split("/")))

    def test_every_expression_and_reference_of_the_grammar_is_sound(self) -> None:
        expressions = list(values_of(self.grammar, ("match", "begin", "end")))
        self.assertGreater(len(expressions), 15)
        for expression in expressions:
            re.compile(expression)
        for name in values_of(self.grammar, ("include",)):
            self.assertIn(name.removeprefix("#"), self.grammar["repository"])

    def test_the_grammar_knows_every_word(self) -> None:
        expressions = " ".join(values_of(self.grammar, ("match", "begin", "end"))).replace("\\b", " ")
        for word in (*RESERVED_WORDS, *PRIMITIVE_NAMES, "feature", "hash_map", "result"):
            self.assertRegex(expressions, rf"(?<![a-z_0-9]){word}(?![a-z_0-9])")

    def test_snippets_compile(self) -> None:
        self.write({"other.idl": ""})
        for name, snippet in json.loads(read("vscode", "snippets", "ferrule-idl.json")).items():
            text = re.sub(r"\$\{\d+:([^}]*)\}", r"\1", "\n".join(snippet["body"]))
            self.compile_good(f"struct S {{ {text} }};" if name == "Later field" else text)

    def test_the_problem_matcher_reads_what_the_compiler_prints(self) -> None:
        self.write({"a.idl": "[Shiny] struct S { Nope n; };"})
        err = self.run_idlc("check", "-I", self.folder, self.path("a.idl")).err
        (pattern,) = self.package["contributes"]["problemPatterns"]
        found = [match.groups() for line in err.splitlines() if (match := re.match(pattern["regexp"], line))]
        self.assertEqual(
            [("2", "warning", "W0801"), ("20", "error", "E0405")],
            [
                (match[pattern["column"] - 1], match[pattern["severity"] - 1], match[pattern["code"] - 1])
                for match in found
            ],
        )


    def test_the_settings_are_those_that_the_client_reads_and_the_server_takes(self) -> None:
        names = {name.removeprefix("ferrule-idl.") for name in self.package["contributes"]["configuration"]["properties"]}
        self.assertEqual(names, set(re.findall(r'get\("(\w+)"\)', read("vscode", "extension.js"))))
        taken = re.findall(r'maybe\("(\w+)"\)', read("..", "idlc", "lsp", "settings.py"))
        self.assertEqual(names, {*taken, "command"})

    @unittest.skipUnless(shutil.which("node"), "needs node")
    def test_the_client_starts_the_server_with_the_settings(self) -> None:
        """With stand-ins for the editor and its library: what reaches the library is what the package says."""
        self.write({"run.js": _STAND_INS + f"require({json.dumps(os.path.abspath(EDITORS))} + '/vscode/extension.js')"
                              ".activate({subscriptions: []}).then(() => console.log(JSON.stringify(made)));"})  # fmt: skip
        run = subprocess.run(["node", self.path("run.js")], capture_output=True, text=True, check=True)
        _, _, server, client = json.loads(run.stdout)
        self.assertEqual({"command": "idlc", "args": ["lsp"]}, server)
        self.assertEqual([{"language": "ferrule-idl"}], client["documentSelector"])
        self.assertEqual({"importRoots": ["idl"], "features": [], "strict": False, "lint": False},
                         client["initializationOptions"])  # fmt: skip


_STAND_INS = """
const values = {command: ["idlc"], importRoots: ["idl"], features: [], strict: false, lint: false};
let made;
class LanguageClient { constructor(...given) { made = given; } start() {} }
const stand_ins = {
  "vscode": {workspace: {getConfiguration: () => ({get: (name) => values[name]}), onDidChangeConfiguration: () => 0}},
  "vscode-languageclient/node": {LanguageClient},
};
const module_ = require("module"), load = module_._load;
module_._load = (name, ...rest) => stand_ins[name] || load(name, ...rest);
"""


class VimTest(FilesTest):
    def test_the_syntax_knows_every_word(self) -> None:
        text = read("vim", "syntax", "ferrule_idl.vim")
        for word in (*RESERVED_WORDS, *PRIMITIVE_NAMES, "feature", "hash_map", "result"):
            self.assertRegex(text, rf"(?<![a-z_0-9]){word}(?![a-z_0-9])")

    def test_every_group_has_a_colour(self) -> None:
        text = read("vim", "syntax", "ferrule_idl.vim")
        groups = set(re.findall(r"^syn \w+ +(idl\w+)", text, flags=re.M)) - {"idlAttributes"}
        self.assertEqual(groups, set(re.findall(r"^hi def link (idl\w+)", text, flags=re.M)))

    @unittest.skipUnless(shutil.which("vim"), "needs vim")
    def test_vim_reads_it(self) -> None:
        path = os.path.abspath(os.path.join(EDITORS, "vim", "syntax", "ferrule_idl.vim"))
        run = subprocess.run(
            ["vim", "-u", "NONE", "-es", "-c", f"source {path}", "-c", "qa!"],
            capture_output=True,
            check=False,
        )
        self.assertEqual((0, b""), (run.returncode, run.stderr))

    @unittest.skipUnless(shutil.which("vim"), "needs vim")
    def test_vim_finds_the_places_of_mistakes(self) -> None:
        self.write({"a.idl": "[Shiny] struct S { Nope n; };\nstruct T { int8 x = 300; };"})
        err = self.run_idlc("check", "-I", self.folder, self.path("a.idl")).err
        self.write({"errors.txt": err})
        folder = os.path.abspath(os.path.join(EDITORS, "vim"))
        rows = "map(getqflist(), {_, item -> item.lnum . ' ' . item.col . ' ' . item.type . ' ' . item.nr})"
        commands = ("filetype plugin on", f"edit {self.path('a.idl')}", f"cgetfile {self.path('errors.txt')}",
                    f"call writefile({rows} + [&l:filetype, &l:formatprg], '{self.path('found.txt')}')", "qa!")  # fmt: skip
        arguments = [word for command in commands for word in ("-c", command)]
        subprocess.run(["vim", "-u", "NONE", "-N", "-es", "--cmd", f"set runtimepath^={folder}", *arguments], check=True)
        self.assertEqual(["1 2 w 801", "1 20 e 405", "2 21 e 702", "ferrule_idl", "idlc format -"],
                         self.read("found.txt").splitlines())  # fmt: skip


if __name__ == "__main__":
    unittest.main()
