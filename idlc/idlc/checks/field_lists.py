# SPDX-License-Identifier: Apache-2.0
"""The lists of fields that are laid out as structs: structs, parameters, responses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from idlc import ast
from idlc.walk import fields_of, methods_of


class FieldList(NamedTuple):
    """The fields, what holds them (for messages), and where that stands."""

    fields: tuple[ast.Field, ...]
    where: str
    name: ast.Name


def field_lists(file: ast.File) -> Iterator[FieldList]:
    for item in file.definitions:
        if isinstance(item, ast.Struct):
            yield FieldList(fields_of(item), f"the struct '{item.name.text}'", item.name)
        for method in methods_of(item):
            called = f"the method '{method.name.text}'"
            yield FieldList(method.parameters, called, method.name)
            if isinstance(method.response, ast.Parameters):
                yield FieldList(method.response.fields, f"the response of '{method.name.text}'", method.name)
