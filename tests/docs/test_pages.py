# SPDX-License-Identifier: Apache-2.0
"""The documentation keeps to the code: snippets, links, and names of constants, rules and packages."""

import re
import unittest
from pathlib import Path

from pages import SOURCE, TESTED_ELSEWHERE, TUTORIAL, all_pages, blocks_of, links_of

_COMPILED = {"cpp", "idl", "cmake"}
# `kHeadroomBytes`, `FRAME_TOO_LARGE`, as code in the text.
_CONSTANT = re.compile(r"`(k[A-Z]\w+)`")
_RULE = re.compile(r"`([A-Z]+(?:_[A-Z]+)+)`")


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def runtime_sources() -> str:
    return "\n".join(read(path) for path in (SOURCE / "runtime").rglob("*.*") if path.is_file())


class PagesTest(unittest.TestCase):
    def test_every_snippet_is_a_part_of_a_file_that_is_compiled(self) -> None:
        num_snippets = 0
        for page in all_pages():
            if page.name in TESTED_ELSEWHERE:
                continue
            for block in blocks_of(page):
                if block.language not in _COMPILED:
                    continue
                with self.subTest(page=page.name, snippet=block.text):
                    self.assertTrue(block.name, "name the file behind the language: ```cpp x.cpp")
                    is_part = "\n" + block.text in "\n" + read(TUTORIAL / block.name)
                    self.assertTrue(is_part, f"not in {block.name}")
                num_snippets += 1
        self.assertGreater(num_snippets, 8)

    def test_links_lead_somewhere(self) -> None:
        for page in all_pages():
            for target in links_of(page):
                self.assertTrue((page.parent / target).exists(), f"{page.name}: {target}")

    def test_the_map_in_the_readme_is_complete(self) -> None:
        readme = SOURCE / "README.md"
        mapped = {(readme.parent / target).resolve() for target in links_of(readme)}
        for page in all_pages():
            if page != readme and page.parent.name != "decisions":
                self.assertIn(page, mapped)

    def test_constants_and_rules_exist(self) -> None:
        words = set(re.findall(r"\w+", runtime_sources()))
        for page in all_pages():
            # style.md names patterns, and decisions tell of what is no more.
            if page.name in TESTED_ELSEWHERE | {"style.md"} or page.parent.name == "decisions":
                continue
            text = read(page)
            names = {*_CONSTANT.findall(text), *_RULE.findall(text)}
            self.assertEqual(set(), names - words, page.name)

    def test_limits_have_the_values_that_are_documented(self) -> None:
        rows = re.findall(
            r"^\| `(\w+)` \| ([\d ]+)(KiB|MiB|GiB|) \|", read(SOURCE / "docs" / "security.md"),
            re.MULTILINE,
        )  # fmt: skip
        self.assertGreater(len(rows), 10)
        sources = runtime_sources()
        for name, number, unit in rows:
            found = re.search(rf"\b{name} = ([^;]+);", sources)
            assert found is not None, name
            self.assertEqual(evaluate(found[1]), int(number) * _UNITS[unit], name)

    def test_every_package_is_documented(self) -> None:
        lists = re.findall(r"^\w+_packages=\(([^)]*)\)", read(SOURCE / "dev"), re.MULTILINE)
        packages = {package for line in lists for package in line.split()}
        self.assertGreater(len(packages), 10)
        documented = set(re.findall(r"`([^`]+)`", read(SOURCE / "docs" / "versions.md")))
        self.assertEqual(set(), packages - documented)


_UNITS = {"": 1, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30}


def evaluate(expression: str) -> int:
    """The value of what a constant is set to: numbers, +, *, <<, size_t{n}."""
    plain = re.sub(r"size_t\{(\d+)\}|uint64_t\{(\d+)\}", r"\1\2", expression)
    if not re.fullmatch(r"[\d\s+*<()]+", plain):
        raise ValueError(expression)
    return int(eval(plain))  # pylint: disable=eval-used


if __name__ == "__main__":
    unittest.main()
