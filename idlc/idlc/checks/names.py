# SPDX-License-Identifier: Apache-2.0
"""Names are unique in their scope: a module, a definition, an enum, the parameters of a method, its response."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from idlc import ast
from idlc.diagnostics import Diagnostics, Message, Note, rules
from idlc.loader import LoadedFile
from idlc.resolve import Resolved
from idlc.synthetic import params_name, response_name, result_name
from idlc.walk import methods_of, response_fields, scoped_definitions


def run(resolved: Resolved, diagnostics: Diagnostics) -> None:
    for file in resolved.files:
        _unique(_names(file.tree.definitions), rules.duplicate_definition, diagnostics)
        for item, _ in scoped_definitions(file.tree):
            _check_members(item, diagnostics)
        _check_made_names(resolved, file, diagnostics)


def _check_members(item: ast.Definition, diagnostics: Diagnostics) -> None:
    if isinstance(item, ast.Enum):
        enum = item.name.text
        _unique(_names(item.values or ()), lambda name: rules.duplicate_enum_value(name, enum), diagnostics)
        return
    where = f"'{item.name.text}'"
    _unique(_names(_members(item)), lambda name: rules.duplicate_member(name, where), diagnostics)
    for method in methods_of(item):
        _check_parameters(method, diagnostics)


def _check_parameters(method: ast.Method, diagnostics: Diagnostics) -> None:
    called = f"the method '{method.name.text}'"
    answer = f"the response of '{method.name.text}'"
    _unique(_names(method.parameters), lambda name: rules.duplicate_parameter(name, called), diagnostics)
    _unique(
        _names(response_fields(method)), lambda name: rules.duplicate_parameter(name, answer), diagnostics
    )


def _members(item: ast.Definition) -> tuple[ast.Field | ast.Method | ast.Enum | ast.Const, ...]:
    if isinstance(item, (ast.Struct, ast.Interface)):
        return tuple(item.body or ())
    if isinstance(item, ast.Union):
        return item.members
    return item.constants if isinstance(item, ast.Feature) else ()


def _names(
    items: Iterable[ast.Definition | ast.Field | ast.Method | ast.EnumValue],
) -> Iterable[ast.Name]:
    return (item.name for item in items)


def _unique(names: Iterable[ast.Name], rule: Callable[[str], Message], diagnostics: Diagnostics) -> None:
    first: dict[str, ast.Name] = {}
    for name in names:
        known = first.setdefault(name.text, name)
        if known is not name:
            note = Note("the first is here", known.span)
            diagnostics.report(rule(name.text), name.span, note=note, hint="rename one of them")


def _check_made_names(resolved: Resolved, file: LoadedFile, diagnostics: Diagnostics) -> None:
    """The structs of methods live in the module too."""
    tops = {item.name.text: item.name for item in file.tree.definitions}
    for interface in file.tree.definitions:
        for method in methods_of(interface):
            for make in (params_name, response_name, result_name):
                made = make(resolved.name_of(interface), method.name.text).short
                if made in tops:
                    note = Note("the method is here", method.name.span)
                    message = rules.generated_name(made, method.name.text)
                    diagnostics.report(message, tops[made].span, note=note, hint="rename the definition")
