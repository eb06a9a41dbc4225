# SPDX-License-Identifier: Apache-2.0
"""Reads the samples in corpus/; the README there describes their form."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass

FOLDER = os.path.join(os.path.dirname(__file__), "corpus")


@dataclass(frozen=True)
class Sample:
    place: str
    """Where it stands, for messages: `bad/01_words.samples:17`."""
    options: tuple[str, ...]
    text: str
    expected: tuple[str, ...]
    """The lines behind `!!`."""

    @property
    def purpose(self) -> str:
        """The first comment."""
        return self.text.split("\n", 1)[0].removeprefix("// ")

    @property
    def files(self) -> dict[str, str]:
        parts = re.split(r"^// file: (.*)\n", self.text, flags=re.MULTILINE)
        return {parts[i]: parts[i + 1] for i in range(1, len(parts), 2)} or {"main.idl": self.text}

    @property
    def features(self) -> tuple[str, ...]:
        return tuple(
            word.removeprefix("--feature=") for word in self.options if word.startswith("--feature=")
        )

    @property
    def is_strict(self) -> bool:
        return "--strict" in self.options


def samples(kind: str) -> Iterator[Sample]:
    """All samples of a folder, in order."""
    for name in sorted(os.listdir(os.path.join(FOLDER, kind))):
        with open(os.path.join(FOLDER, kind, name), encoding="utf-8", newline="") as stream:
            yield from _read(f"{kind}/{name}", stream.read())


def _read(name: str, text: str) -> Iterator[Sample]:
    line = 1
    for part in re.split(r"^==", text, flags=re.MULTILINE):
        if part:
            head, _, body = part.partition("\n")
            lines = body.split("\n")
            expected = tuple(item[3:] for item in lines if item.startswith("!! "))
            kept = "\n".join(item for item in lines if not item.startswith("!! "))
            yield Sample(f"{name}:{line}", tuple(head.split()), kept, expected)
        line += part.count("\n")
