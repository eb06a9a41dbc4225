# SPDX-License-Identifier: Apache-2.0
"""Names are unique in their scope: a module, a definition, an enum, the parameters of a method, its response."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from idlc import ast
from idlc.diagnostics import Diagnostics, Message, Note, rules
from idlc.loader import LoadedFile
from idlc.resolve import Resolved
from idlc.synthetic import params_name, response_name, result_name
from idlc.types import DefName
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
    """The structs made for methods live in the module too: beside its definitions, and beside each other."""
    taken = {item.name.text: item.name for item in file.tree.definitions}
    for interface in file.tree.definitions:
        for method in methods_of(interface):
            for made in _made_names(resolved.name_of(interface), method):
                other = taken.setdefault(made, method.name)
                if other is not method.name and not _is_repeated(other, method.name):
                    _report_made_name(made, other, method.name, diagnostics)


def _made_names(interface: DefName, method: ast.Method) -> Iterator[str]:
    yield params_name(interface, method.name.text).short
    if method.response is not None:
        yield response_name(interface, method.name.text).short
    if isinstance(method.response, ast.Result):
        yield result_name(interface, method.name.text).short


def _is_repeated(other: ast.Name, name: ast.Name) -> bool:
    """True for two methods of one name, which have been reported as such."""
    return other.text == name.text


def _report_made_name(made: str, other: ast.Name, method: ast.Name, diagnostics: Diagnostics) -> None:
    note = Note("the method is here", method.span)
    diagnostics.report(rules.generated_name(made, method.text), other.span, note=note, hint="rename one of them")
