# SPDX-License-Identifier: Apache-2.0
"""Every name in a file, and what it stands for.

A name with dots is several: in `gfx.Shape.kRound` one can point to the struct and to the value. What it stands for is a
`DefName`; fields, methods and parameters get one too, as if they were definitions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from idlc import ast, values
from idlc.loader import LoadedFile
from idlc.resolve import Resolved
from idlc.source import Span
from idlc.types import DefName, EnumRef, StructRef, UnionRef
from idlc.walk import all_items, declared_types, fields_of, methods_of, response_fields, scoped_definitions

_COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/", re.DOTALL)
_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")

PARAMETER, RESPONSE = "(", "=>"
"""Steps in the paths of parameters, which no name in a file can be."""


@dataclass(frozen=True)
class Occurrence:
    """`node` is the item named, where this is its declaration; None where it is a use."""

    span: Span
    target: DefName
    node: ast.Definition | ast.Field | ast.Method | ast.EnumValue | None


def occurrences(file: LoadedFile, resolved: Resolved) -> tuple[Occurrence, ...]:
    found = [*_declarations(file), *_uses(file, resolved)]
    return tuple(sorted(found, key=lambda item: item.span[1:]))


def _declarations(file: LoadedFile) -> Iterator[Occurrence]:
    for definition, path in scoped_definitions(file.tree):
        own = (*path, definition.name.text) if isinstance(definition, ast.Const) else path
        name = DefName(file.import_path, file.namespace, own)
        yield Occurrence(definition.name.span, name, definition)
        for field in fields_of(definition):
            yield Occurrence(field.name.span, name.child(field.name.text), field)
        if isinstance(definition, ast.Enum):
            for value in definition.values or ():
                yield Occurrence(value.name.span, name.child(value.name.text), value)
        for method in methods_of(definition):
            yield from _method(method, name.child(method.name.text))


def _method(method: ast.Method, name: DefName) -> Iterator[Occurrence]:
    yield Occurrence(method.name.span, name, method)
    for step, fields in ((PARAMETER, method.parameters), (RESPONSE, response_fields(method))):
        for field in fields:
            yield Occurrence(field.name.span, name.child(step).child(field.name.text), field)


def _uses(file: LoadedFile, resolved: Resolved) -> Iterator[Occurrence]:
    for definition, _ in scoped_definitions(file.tree):
        for type_ in declared_types(definition):
            yield from _in_type(type_, resolved)
        for constant in _constants(definition):
            value = resolved.values.get(constant) if isinstance(constant, ast.Ident) else None
            if isinstance(value, values.ConstRef):
                yield from _parts(constant.span, value.name)
            elif isinstance(value, values.EnumeratorRef):
                yield from _parts(constant.span, value.enum.child(value.name))
    for item in all_items(file.tree):
        for attribute in item.attributes:
            if isinstance(attribute.value, ast.Ident):
                symbol = resolved.attribute_targets.get(attribute.value)
                if symbol is not None:
                    yield from _parts(attribute.value.span, symbol.name)


def _constants(definition: ast.Definition) -> Iterator[ast.Constant]:
    """The values written in a definition itself."""
    if isinstance(definition, ast.Const):
        yield definition.value
    for field in fields_of(definition):
        if field.default is not None:
            yield field.default
    if isinstance(definition, ast.Enum):
        for value in definition.values or ():
            if value.value is not None:
                yield value.value


def _in_type(type_: ast.Type, resolved: Resolved) -> Iterator[Occurrence]:
    if isinstance(type_, ast.ArrayType):
        yield from _in_type(type_.element, resolved)
    elif isinstance(type_, ast.MapType):
        yield from _in_type(type_.key, resolved)
        yield from _in_type(type_.value, resolved)
    elif isinstance(type_, ast.NamedType):
        found = resolved.types.get(type_)
        if isinstance(found, (StructRef, UnionRef, EnumRef)):
            yield from _parts(type_.ident.span, found.name)
    elif isinstance(type_, ast.EndpointType):
        target = getattr(resolved.types.get(type_), "interface", None)
        if isinstance(target, DefName):
            yield from _parts(type_.interface.span, target)


def _parts(span: Span, target: DefName) -> Iterator[Occurrence]:
    """The last word stands for the target, the one before for what the target stands in; those of the module are left out."""
    text = _COMMENT.sub(lambda comment: " " * len(comment.group()), span.text)
    current: DefName | None = target
    for word in reversed(list(_WORD.finditer(text))):
        if current is None:
            return
        yield Occurrence(Span(span.file, span.start + word.start(), span.start + word.end()), current, None)
        current = current.parent
