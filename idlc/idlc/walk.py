# SPDX-License-Identifier: Apache-2.0
"""Walks over a syntax tree, for the passes that look at every definition, item or type."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from idlc import ast


class Scoped(NamedTuple):
    """A definition and the scope in which names inside it are looked up: the names of the definitions around."""

    node: ast.Definition
    path: tuple[str, ...]


def scoped_definitions(file: ast.File) -> Iterator[Scoped]:
    """All definitions in the order of the text, nested enums and constants too."""
    for item in file.definitions:
        if isinstance(item, ast.Const):
            yield Scoped(item, ())
            continue
        path = (item.name.text,)
        yield Scoped(item, path)
        for inner in nested(item):
            yield Scoped(inner, path if isinstance(inner, ast.Const) else (*path, inner.name.text))


def nested(item: ast.Definition) -> tuple[ast.Enum | ast.Const, ...]:
    """The enums and constants inside a definition."""
    if isinstance(item, (ast.Struct, ast.Interface)):
        return tuple(inner for inner in item.body or () if isinstance(inner, (ast.Enum, ast.Const)))
    return item.constants if isinstance(item, ast.Feature) else ()


def fields_of(item: ast.Definition) -> tuple[ast.Field, ...]:
    """The fields of a struct or the members of a union."""
    if isinstance(item, ast.Struct):
        return tuple(inner for inner in item.body or () if isinstance(inner, ast.Field))
    return item.members if isinstance(item, ast.Union) else ()


def methods_of(item: ast.Definition) -> tuple[ast.Method, ...]:
    if not isinstance(item, ast.Interface):
        return ()
    return tuple(inner for inner in item.body if isinstance(inner, ast.Method))


def response_fields(method: ast.Method) -> tuple[ast.Field, ...]:
    return method.response.fields if isinstance(method.response, ast.Parameters) else ()


def declared_types(item: ast.Definition) -> Iterator[ast.Type]:
    """The types written in a definition itself, not in the ones nested in it."""
    if isinstance(item, ast.Const):
        yield item.type
    for field in fields_of(item):
        yield field.type
    for method in methods_of(item):
        yield from method_types(method)


def method_types(method: ast.Method) -> Iterator[ast.Type]:
    for field in method.parameters + response_fields(method):
        yield field.type
    if isinstance(method.response, ast.Result):
        yield method.response.success
        yield method.response.failure


def all_items(file: ast.File) -> Iterator[ast.Item]:
    """Everything that may carry attributes."""
    if file.module is not None:
        yield file.module
    yield from file.imports
    for definition, _ in scoped_definitions(file):
        yield definition
        yield from members_of(definition)


def members_of(definition: ast.Definition) -> Iterator[ast.Item]:
    """Fields, members, enum values, methods and their parameters; not nested definitions."""
    yield from fields_of(definition)
    if isinstance(definition, ast.Enum):
        yield from definition.values or ()
    for method in methods_of(definition):
        yield method
        yield from method.parameters
        yield from response_fields(method)
