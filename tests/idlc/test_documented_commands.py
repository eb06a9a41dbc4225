# SPDX-License-Identifier: Apache-2.0
"""docs/idlc.md and the man page know every command and option; the schema of `idlc dump` is that of the IR."""

import dataclasses
import os
import re
import unittest

from idlc import cli, ir, types, values
from support import FilesTest

ROOT = os.path.join(os.path.dirname(__file__), "..", "..")


def read_page(*path: str) -> str:
    with open(os.path.join(ROOT, *path), encoding="utf-8") as stream:
        return stream.read()


class DocumentedCommandsTest(FilesTest):
    def options_of(self, command: str) -> set[str]:
        return set(re.findall(r"--[a-z][a-z-]+", self.run_idlc(command, "--help").out.split("examples:")[0]))

    def test_the_page_has_a_section_for_every_command(self) -> None:
        sections = re.findall(r"^## idlc (\w+)$", read_page("docs", "idlc.md"), flags=re.MULTILINE)
        self.assertEqual(sorted(cli.COMMANDS), sorted(sections))

    def test_the_man_page_names_every_command_and_option(self) -> None:
        page = read_page("idlc", "idlc.1").replace("\\-", "-")
        for command in cli.COMMANDS:
            self.assertIn(f".SS {command}\n", page)
            self.assertEqual(set(), {option for option in self.options_of(command) if option not in page})

    def test_the_page_names_the_settings_of_the_server(self) -> None:
        taken = re.findall(r'maybe\("(\w+)"\)', read_page("idlc", "idlc", "lsp", "settings.py"))
        section = read_page("docs", "idlc.md").split("**Settings**")[1].split("\n## ")[0]
        self.assertEqual(sorted(taken), sorted(re.findall(r"^\| `(\w+)` \|", section, flags=re.MULTILINE)))

    def test_the_schema_names_every_class_and_member(self) -> None:
        rows: dict[str, str] = {}
        for names, members in re.findall(
            r"^\| ((?:`[A-Z]\w+` ?)+) \| (.*) \|$", read_page("docs", "idlc.md"), re.M
        ):
            rows.update((name, members) for name in re.findall(r"\w+", names))
        classes = [item for space in (ir, types, values) for item in vars(space).values()
                   if dataclasses.is_dataclass(item) and isinstance(item, type)]  # fmt: skip
        hidden = {"Documented", "Import", "Module", "DefName"}
        self.assertEqual({item.__name__ for item in classes} - hidden, set(rows))
        for item in classes:
            for field in dataclasses.fields(item):
                if item.__name__ in rows and field.name not in ("doc", "attributes"):
                    self.assertIn(f"`{field.name}`", rows[item.__name__], item.__name__)


if __name__ == "__main__":
    unittest.main()
