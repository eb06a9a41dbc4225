# SPDX-License-Identifier: Apache-2.0
"""What the parts of the pass share: the tables being filled, and the words for names that mean nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from idlc import ast
from idlc.diagnostics import Diagnostics
from idlc.diagnostics.suggest import did_you_mean
from idlc.symbols import Symbol, View
from idlc.types import DefName, Type
from idlc.values import Value

MAX_SUGGESTIONS = 20
"""A search for the nearest spelling looks at every visible name; after so many of them hints are left out."""


@dataclass(frozen=True, eq=False)
class Tables:
    """Filled while the pass runs, frozen into `Resolved` at its end."""

    diagnostics: Diagnostics
    symbols: dict[DefName, Symbol] = field(default_factory=dict)
    nodes: dict[ast.Node, Symbol] = field(default_factory=dict)
    types: dict[ast.Type, Type] = field(default_factory=dict)
    values: dict[ast.Node, Value] = field(default_factory=dict)
    numbers: dict[ast.EnumValue, int] = field(default_factory=dict)
    attribute_targets: dict[ast.Ident, Symbol] = field(default_factory=dict)
    suggestions: Iterator[int] = field(default_factory=lambda: iter(range(MAX_SUGGESTIONS)))

    def hint(self, name: str, view: View, prefixes: Iterable[str], extra: Iterable[str] = ()) -> str:
        """The nearest visible name, as one would write it here; "" if there is none."""
        if next(self.suggestions, None) is None:
            return ""
        known = list(extra)
        for full in view.visible:
            known.extend(full[len(prefix) :] for prefix in prefixes if full.startswith(prefix))
        return did_you_mean(name, known)
