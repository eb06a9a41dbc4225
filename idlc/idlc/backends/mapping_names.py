# SPDX-License-Identifier: Apache-2.0
"""The names in mapping files against the definitions of a run: a misspelt one would silently do nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from idlc import ir
from idlc.backends.mapping_files import place_of
from idlc.backends.mappings import STRING, Mappings
from idlc.diagnostics import Diagnostics, rules
from idlc.diagnostics.suggest import did_you_mean
from idlc.loader import read_text
from idlc.source import SourceFile, Span

_MAPPABLE = (ir.Struct, ir.Union, ir.Enum)
_WORDS: Mapping[type, str] = {
    ir.Interface: "an interface",
    ir.Const: "a constant",
    ir.Feature: "a feature",
}

_COMMON_MODULE = "ferrule.common."
"""Of the types that come with Ferrule: their mapping file is the same for all, and each program uses some."""

Names = Mapping[str, str]
"""What each full name stands for, "" if it can be mapped. Names of modules end with a dot."""


def names_of(modules: Iterable[ir.Module]) -> Names:
    """All definitions of the modules and of those they import."""
    found: dict[str, str] = {}
    pending, seen = list(modules), set[str]()
    while pending:
        module = pending.pop()
        if module.path in seen:
            continue
        seen.add(module.path)
        pending.extend(item.module for item in module.imports)
        found[f"{module.namespace}."] = "a module"
        for item in (*module.definitions, *module.all_enums):
            found[item.name.full] = "" if isinstance(item, _MAPPABLE) else _WORDS[type(item)]
    return found


def check(mappings: Mappings, paths: Sequence[str], names: Names, diagnostics: Diagnostics) -> None:
    for name in mappings:
        if name == STRING or names.get(name) == "" or name.startswith(_COMMON_MODULE):
            continue
        if name in names:
            diagnostics.report(rules.not_mappable(name, names[name]), _place(name, paths))
            continue
        hint = did_you_mean(name, (known for known, word in names.items() if not word))
        module = name.rpartition(".")[0] + "."
        holder = names.get(module.removesuffix("."))
        if hint or module in names or holder is not None:
            diagnostics.report(rules.unknown_mapping(name), _place(name, paths), hint=hint)


def _place(name: str, paths: Sequence[str]) -> Span | None:
    for path in paths:
        text = read_text(path)
        if isinstance(text, str) and f'"{name}"' in text:
            return place_of(SourceFile(path, path, text), name)
    return None
