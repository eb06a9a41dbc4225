# SPDX-License-Identifier: Apache-2.0
"""The pages of the documentation, and what is in them."""

import re
from dataclasses import dataclass
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2]
TUTORIAL = Path(__file__).resolve().parent / "tutorial"

# Their examples are compared with the compiler by other tests.
TESTED_ELSEWHERE = {"idl.md", "idlc.md", "diagnostics.md", "cpp-guide.md", "asio.md", "wire-format.md"}

_BLOCK = re.compile(r"^```(\w*) ?(.*)\n((?:.*\n)*?)```$", re.MULTILINE)
_LINK = re.compile(r"\]\(([^)\s]+)\)")


@dataclass(frozen=True)
class Block:
    """A fenced block: ```language name."""

    language: str
    name: str
    text: str


def all_pages() -> list[Path]:
    return [SOURCE / "README.md", *sorted((SOURCE / "docs").rglob("*.md"))]


def blocks_of(page: Path) -> list[Block]:
    return [Block(*match) for match in _BLOCK.findall(page.read_text(encoding="utf-8"))]


def links_of(page: Path) -> list[str]:
    """Where the page points to in this tree, without the part behind '#'."""
    text = _BLOCK.sub("", page.read_text(encoding="utf-8"))
    targets = (target.split("#")[0] for target in _LINK.findall(text) if "://" not in target)
    return [target for target in targets if target]
