# SPDX-License-Identifier: Apache-2.0
"""Reads mapping files, JSON written by people, and tells all that is wrong with them."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from idlc.backends.mappings import Mappings, TypeMapping
from idlc.diagnostics import Diagnostics, rules
from idlc.diagnostics.suggest import did_you_mean
from idlc.loader import read_text
from idlc.source import SourceFile, Span

_CPP_NAME = re.compile(r"(::)?[A-Za-z_]\w*(::[A-Za-z_]\w*)*")
_IDL_NAME = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*")
_PATH = re.compile(r'[^"\\\n]+')
_KEYS = ("cpp", "headers", "traits")


def read_files(paths: Sequence[str], diagnostics: Diagnostics) -> Mappings:
    """All files as one; they may not contradict each other. What is wrong is told and left out."""
    found: dict[str, TypeMapping] = {}
    users: dict[str, str] = {}
    for path in dict.fromkeys(paths):
        text = read_text(path)
        if not isinstance(text, str):
            diagnostics.report(text, None)
            continue
        reader = _Reader(SourceFile(path, path, text), diagnostics)
        for name, item in reader.entries().items():
            if found.setdefault(name, item) != item:
                reader.wrong(name, f"'{name}' is mapped to '{found[name].cpp}' by another file")
            elif users.setdefault(item.cpp, name) != name:
                reader.wrong(name, f"'{item.cpp}' cannot stand for both '{users[item.cpp]}' and '{name}'")
    return found


def place_of(file: SourceFile, name: str) -> Span:
    """Where a name is written in quotes; the beginning of the file if it is written in another way."""
    start = file.text.find(json.dumps(name, ensure_ascii=False))
    return Span(file, max(start, 0), start + len(name) + 2 if start >= 0 else 0)


class _Reader:
    """One file."""

    def __init__(self, file: SourceFile, diagnostics: Diagnostics) -> None:
        self._file = file
        self._diagnostics = diagnostics

    def wrong(self, name: str, what: str, hint: str = "") -> None:
        self._diagnostics.report(rules.wrong_mapping(what), place_of(self._file, name), hint=hint)

    def entries(self) -> dict[str, TypeMapping]:
        try:
            content = json.loads(self._file.text)
        except json.JSONDecodeError as reason:
            self._wrong_at(reason.pos, f"this is not JSON: {reason.msg}")
            return {}
        except RecursionError:
            self._wrong_at(0, "this JSON is nested too deeply")
            return {}
        if not isinstance(content, dict):
            self._wrong_at(0, "the file is not one JSON object", "write { \"gfx.Rect\": { \"cpp\": \"my::Rect\" } }")
            return {}
        read = {name: self._entry(name, item) for name, item in content.items()}
        return {name: item for name, item in read.items() if item is not None}

    def _wrong_at(self, offset: int, what: str, hint: str = "") -> None:
        self._diagnostics.report(rules.wrong_mapping(what), Span(self._file, offset, offset), hint=hint)

    def _entry(self, name: str, item: object) -> TypeMapping | None:
        if not _IDL_NAME.fullmatch(name):
            self.wrong(name, f"'{name}' is not the full name of a type")
            return None
        if not isinstance(item, dict):
            self.wrong(name, f"'{name}': expected an object with the members {', '.join(_KEYS)}")
            return None
        for key in sorted(item.keys() - set(_KEYS)):
            hint = did_you_mean(key, _KEYS) or f"the members are {', '.join(_KEYS)}"
            self.wrong(name, f"'{name}': unknown member '{key}'", hint)
        cpp = item.get("cpp")
        if not isinstance(cpp, str) or not _CPP_NAME.fullmatch(cpp):
            self.wrong(name, f"'{name}': 'cpp' is not the name of a C++ type", "write a name such as my::Rect")
            return None
        headers, traits = (self._paths(name, key, item.get(key, [])) for key in ("headers", "traits"))
        return TypeMapping("::" + cpp.removeprefix("::"), headers, traits)

    def _paths(self, name: str, key: str, value: object) -> tuple[str, ...]:
        if isinstance(value, list) and all(isinstance(path, str) and _PATH.fullmatch(path) for path in value):
            return tuple(value)
        self.wrong(name, f"'{name}': '{key}' is not a list of paths to headers")
        return ()
