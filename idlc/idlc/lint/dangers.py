# SPDX-License-Identifier: Apache-2.0
"""Patterns that are correct and lead to hanging or overwhelmed programs."""

from __future__ import annotations

from collections.abc import Iterator

from idlc import ast, ir, types
from idlc.diagnostics import Diagnostics
from idlc.lint import rules
from idlc.lint.reach import types_in
from idlc.lint.subject import Subject
from idlc.locate import locate
from idlc.source import Span
from idlc.walk import fields_of, methods_of, response_fields, scoped_definitions


def run(subject: Subject, diagnostics: Diagnostics) -> None:
    scope = ir.Scope(subject.module)
    for interface in subject.module.interfaces:
        _check_sizes(interface, subject, diagnostics)
        _check_arrays(interface, scope, subject, diagnostics)
    for enum in subject.module.all_enums:
        if enum.is_extensible and enum.default is None:
            hint = "mark a value like kUnknown [Default]"
            diagnostics.report(rules.no_default(enum.name.local), _span(subject, enum.name.path), hint=hint)
    for field in _all_fields(subject.tree):
        if isinstance(field.type, ast.HandleType) and not field.type.kind:
            hint = "say which: handle<platform>, handle<message_pipe>, ..."
            diagnostics.report(rules.any_handle(field.name.text), field.type.span, hint=hint)


def _check_sizes(interface: ir.Interface, subject: Subject, diagnostics: Diagnostics) -> None:
    if interface.attribute("RequireContext") is not None:
        return
    for method in interface.methods:
        if method.unlimited_size:
            message = rules.unlimited_from_anyone(method.name, interface.name.local)
            hint = "give the interface a RequireContext, or pass the data in shared memory or a data pipe"
            diagnostics.report(message, _span(subject, (*interface.name.path, method.name)), hint=hint)


def _check_arrays(interface: ir.Interface, scope: ir.Scope, subject: Subject, diagnostics: Diagnostics) -> None:
    if interface.attribute("ServiceSandbox") is None:
        return
    for method in interface.methods:
        for field in method.params.fields:
            if any(_is_unbounded(item) for item in types_in(field.type, scope)):
                message = rules.unbounded_to_sandbox(field.name, method.name, interface.name.local)
                hint = "give it a fixed size, or pass the data in shared memory or a data pipe"
                span = _span(subject, (*interface.name.path, method.name, field.name))
                diagnostics.report(message, span, hint=hint)


def _is_unbounded(type_: types.Type) -> bool:
    return isinstance(type_, types.MapType) or (isinstance(type_, types.ArrayType) and type_.size is None)


def _all_fields(tree: ast.File) -> Iterator[ast.Field]:
    for definition, _ in scoped_definitions(tree):
        yield from fields_of(definition)
        for method in methods_of(definition):
            yield from method.parameters
            yield from response_fields(method)


def _span(subject: Subject, path: tuple[str, ...]) -> Span:
    return locate(subject.tree, path)
