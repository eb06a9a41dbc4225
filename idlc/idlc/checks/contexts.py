# SPDX-License-Identifier: Apache-2.0
"""Who may hold an endpoint: interfaces with a RuntimeFeature, and interfaces that require a context.

An interface with `RequireContext=E.v` may only be passed by methods with `AllowedContext=E.w`, where w is at least as
privileged as v: a lower number is more privileged.
"""

from __future__ import annotations

from collections.abc import Iterator

from idlc import ast, attributes, types
from idlc.checks.types import parts
from idlc.diagnostics import Diagnostics, rules
from idlc.resolve import Resolved
from idlc.symbols import Symbol
from idlc.walk import declared_types, fields_of, methods_of, method_types, scoped_definitions


def run(resolved: Resolved, diagnostics: Diagnostics) -> None:
    required = {
        symbol.name
        for symbol in resolved.symbols.values()
        if isinstance(symbol.node, ast.Interface)
        and attributes.find(symbol.node, "RequireContext") is not None
    }
    for file in resolved.files:
        for item, _ in scoped_definitions(file.tree):
            _check_guarded(resolved, item, diagnostics)
            for method in methods_of(item) if required else ():
                _check_method(resolved, required, method, diagnostics)


def _check_guarded(resolved: Resolved, item: ast.Definition, diagnostics: Diagnostics) -> None:
    for node in declared_types(item):
        for part in parts(node):
            type_ = resolved.types.get(part)
            if not isinstance(type_, types.ENDPOINT_TYPES) or type_.nullable:
                continue
            if attributes.find(resolved.definition(type_.interface), "RuntimeFeature") is not None:
                hint = "add '?': while the feature is off there is no endpoint to pass"
                diagnostics.report(rules.guarded_not_nullable(type_.interface.local), part.span, hint=hint)


def _check_method(
    resolved: Resolved, required: set[types.DefName], method: ast.Method, diagnostics: Diagnostics
) -> None:
    for node in method_types(method):
        type_ = resolved.types.get(node)
        if type_ is not None:
            for interface in sorted(set(_passed(resolved, type_)) & required):
                _check_passing(resolved, method, node, interface, diagnostics)


def _check_passing(
    resolved: Resolved, method: ast.Method, node: ast.Type, interface: types.DefName, diagnostics: Diagnostics
) -> None:
    wanted = _context(resolved, resolved.definition(interface), "RequireContext")
    if wanted is None:
        return
    wanted_text = wanted.name.local
    if attributes.find(method, "AllowedContext") is None:
        message = rules.missing_allowed_context(method.name.text, interface.local)
        diagnostics.report(message, node.span, hint=f"add [AllowedContext={wanted_text}] to the method")
        return
    allowed = _context(resolved, method, "AllowedContext")
    if allowed is not None and not _is_privileged_enough(resolved, allowed, wanted):
        message = rules.weak_allowed_context(
            method.name.text, allowed.name.local, interface.local, wanted_text
        )
        diagnostics.report(message, node.span, hint="a lower number of the same enum is more privileged")


def _is_privileged_enough(resolved: Resolved, allowed: Symbol, wanted: Symbol) -> bool:
    assert isinstance(allowed.node, ast.EnumValue) and isinstance(wanted.node, ast.EnumValue)
    if allowed.name.parent != wanted.name.parent:
        return False
    numbers = resolved.numbers.get(allowed.node), resolved.numbers.get(wanted.node)
    return numbers[0] is None or numbers[1] is None or numbers[0] <= numbers[1]


def _context(resolved: Resolved, item: ast.Item, word: str) -> Symbol | None:
    """The enum value an attribute names; None if it names none, which checks/attributes reports."""
    attribute = attributes.find(item, word)
    if attribute is None or not isinstance(attribute.value, ast.Ident):
        return None
    symbol = resolved.attribute_targets.get(attribute.value)
    return symbol if symbol is not None and isinstance(symbol.node, ast.EnumValue) else None


def _passed(resolved: Resolved, type_: types.Type) -> Iterator[types.DefName]:
    """The interfaces whose endpoints a value of the type may hold."""
    seen: set[types.DefName] = set()
    pending = [type_]
    while pending:
        current = pending.pop()
        if isinstance(current, types.ENDPOINT_TYPES):
            yield current.interface
        pending.extend(types.parts_of(current))
        if isinstance(current, (types.StructRef, types.UnionRef)) and current.name not in seen:
            seen.add(current.name)
            fields = fields_of(resolved.definition(current.name))
            pending.extend(found for field in fields if (found := resolved.types.get(field.type)) is not None)
