# SPDX-License-Identifier: Apache-2.0
"""[Stable] promises that old and new readers understand each other; so all that is used must promise it too."""

from __future__ import annotations

from collections.abc import Iterator

from idlc import ast, attributes, types
from idlc.checks.types import parts
from idlc.diagnostics import Diagnostics, Note, rules
from idlc.resolve import Resolved
from idlc.walk import declared_types, methods_of, scoped_definitions


def run(resolved: Resolved, diagnostics: Diagnostics) -> None:
    for file in resolved.files:
        for item, _ in scoped_definitions(file.tree):
            if attributes.is_on(item, "Stable"):
                _check_item(resolved, item, file.is_intact, diagnostics)


def _check_item(
    resolved: Resolved, item: ast.Definition, is_intact: bool, diagnostics: Diagnostics
) -> None:
    """In files with syntax errors attributes may be lost, so nothing is said about those that are missing."""
    name = item.name.text
    if isinstance(item, ast.Enum) and is_intact and not attributes.is_on(item, "Extensible"):
        hint = "write [Stable, Extensible], so that readers take values added later"
        diagnostics.report(rules.stable_enum_not_extensible(name), item.name.span, hint=hint)
    for method in methods_of(item):
        if method.ordinal is None:
            hint = f"as in '{method.name.text}@0(...)', so that its number cannot move"
            diagnostics.report(rules.stable_without_ordinal(method.name.text), method.name.span, hint=hint)
    for node in declared_types(item):
        for part, used in _named_parts(resolved, node):
            definition = resolved.definition(used)
            if resolved.symbols[used].file.is_intact and not attributes.is_on(definition, "Stable"):
                note = Note("it is defined here", definition.name.span)
                hint = f"mark '{used.local}' [Stable] too"
                diagnostics.report(
                    rules.stable_uses_unstable(name, used.local), part.span, note=note, hint=hint
                )


def _named_parts(resolved: Resolved, node: ast.Type) -> Iterator[tuple[ast.Type, types.DefName]]:
    """The named types inside a type, and what they name."""
    for part in parts(node):
        type_ = resolved.types.get(part)
        if isinstance(part, (ast.NamedType, ast.EndpointType)) and type_ is not None:
            for used in types.names_in(type_):
                yield part, used
