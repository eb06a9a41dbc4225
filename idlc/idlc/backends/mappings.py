# SPDX-License-Identifier: Apache-2.0
"""Type mappings: C++ types of the user's own instead of generated ones. docs/cpp-guide.md shows the file."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from idlc.diagnostics.suggest import did_you_mean

STRING = "string"
"""The name of the built-in type that can be mapped."""

_CPP_NAME = re.compile(r"(::)?[A-Za-z_]\w*(::[A-Za-z_]\w*)*")
_IDL_NAME = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*")
_KEYS = {"cpp", "headers", "traits"}


@dataclass(frozen=True)
class TypeMapping:
    """`headers` define the type; `traits` specialise ferrule::MappingTraits for it."""

    cpp: str
    headers: tuple[str, ...]
    traits: tuple[str, ...]


Mappings = Mapping[str, TypeMapping]
"""By the full name in the IDL: `gfx.Rect`, `string`."""


class MappingError(Exception):
    """What is wrong with a mapping file."""


def read_files(paths: Sequence[str]) -> Mappings:
    """All files as one; they may not contradict each other."""
    found: dict[str, TypeMapping] = {}
    for path in paths:
        for name, item in _read_file(path).items():
            if found.setdefault(name, item) != item:
                raise MappingError(f"{path}: '{name}' is mapped to '{found[name].cpp}' by another file")
    used: dict[str, str] = {}
    for name, item in found.items():
        first = used.setdefault(item.cpp, name)
        if first != name:
            raise MappingError(f"'{item.cpp}' cannot stand for both '{first}' and '{name}'")
    return found


def _read_file(path: str) -> dict[str, TypeMapping]:
    try:
        with open(path, encoding="utf-8") as stream:
            content = json.load(stream)
    except (OSError, ValueError, RecursionError) as reason:
        raise MappingError(f"{path}: {reason}") from reason
    if not isinstance(content, dict):
        raise MappingError(f"{path}: the file is not one JSON object")
    return {name: _entry(path, name, item) for name, item in content.items()}


def _entry(path: str, name: str, item: object) -> TypeMapping:
    where = f"{path}: '{name}'"
    if not _IDL_NAME.fullmatch(name):
        raise MappingError(f"{where} is not the full name of a type")
    if not isinstance(item, dict):
        raise MappingError(f"{where}: expected an object with the members {', '.join(sorted(_KEYS))}")
    for key in sorted(item.keys() - _KEYS):
        hint = did_you_mean(str(key), _KEYS) or f"the members are {', '.join(sorted(_KEYS))}"
        raise MappingError(f"{where}: unknown member '{key}'; {hint}")
    cpp = item.get("cpp")
    if not isinstance(cpp, str) or not _CPP_NAME.fullmatch(cpp):
        raise MappingError(f"{where}: 'cpp' is not the name of a C++ type, such as my::Rect")
    return TypeMapping("::" + cpp.removeprefix("::"), _paths(where, item, "headers"), _paths(where, item, "traits"))


def _paths(where: str, item: Mapping[str, object], key: str) -> tuple[str, ...]:
    value = item.get(key, [])
    if not isinstance(value, list) or not all(isinstance(path, str) and re.fullmatch(r'[^"\\\n]+', path) for path in value):
        raise MappingError(f"{where}: '{key}' is not a list of paths to headers")
    return tuple(value)
