# SPDX-License-Identifier: Apache-2.0
"""The pass that keeps or drops items by EnableIf and EnableIfNot, before anything gives the file a meaning.

It looks at imports, definitions, members, enum values, parameters and response parameters. Ordinals, enum values and
names are worked out afterwards, so a dropped item leaves no gap.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TypeVar, cast

from idlc import ast
from idlc.diagnostics import Diagnostics, Note, rules

CONDITIONS = ("EnableIf", "EnableIfNot")

I = TypeVar("I", bound=ast.Item)


def run(file: ast.File, enabled: frozenset[str], diagnostics: Diagnostics) -> ast.File:
    if "EnableIf" not in file.source.text:
        return file
    sieve = _Sieve(enabled, diagnostics)
    if file.module is not None:
        sieve.refuse(file.module)
    imports, definitions = sieve.kept(file.imports), sieve.kept(file.definitions)
    stays = {item.name for item in definitions}
    left_out = {item.name.text: item.name for item in file.definitions if item.name not in stays}
    return replace(file, imports=imports, definitions=definitions, left_out=left_out)


@dataclass(frozen=True)
class _Sieve:
    enabled: frozenset[str]
    diagnostics: Diagnostics

    def kept(self, items: Iterable[I]) -> tuple[I, ...]:
        """The items that stay, each with its own members sifted."""
        return tuple(cast(I, self._inside(item)) for item in items if self._stays(item))

    def refuse(self, module: ast.Module) -> None:
        for attribute in module.attributes:
            if attribute.name.text in CONDITIONS:
                self.diagnostics.report(rules.condition_on_module(attribute.name.text), attribute.span)

    def _inside(self, item: ast.Item) -> ast.Item:
        if isinstance(item, ast.Struct) and item.body is not None:
            return replace(item, body=self.kept(item.body))
        if isinstance(item, ast.Union):
            return replace(item, members=self.kept(item.members))
        if isinstance(item, ast.Interface):
            return replace(item, body=self.kept(item.body))
        if isinstance(item, ast.Enum) and item.values is not None:
            return replace(item, values=self.kept(item.values))
        if isinstance(item, ast.Feature):
            return replace(item, constants=self.kept(item.constants))
        return self._inside_method(item) if isinstance(item, ast.Method) else item

    def _inside_method(self, method: ast.Method) -> ast.Method:
        response = method.response
        if isinstance(response, ast.Parameters):
            response = replace(response, fields=self.kept(response.fields))
        return replace(method, parameters=self.kept(method.parameters), response=response)

    def _stays(self, item: ast.Item) -> bool:
        conditions = [attribute for attribute in item.attributes if attribute.name.text in CONDITIONS]
        if len(conditions) > 1:
            note = Note("the first is here", conditions[0].span)
            hint = "join the features with '|' or '&' in one condition"
            self.diagnostics.report(rules.second_condition(), conditions[1].span, note=note, hint=hint)
        return self._holds(conditions[0]) if conditions else True

    def _holds(self, condition: ast.Attribute) -> bool:
        value = condition.value
        if isinstance(value, ast.Ident):
            is_on = value.text in self.enabled
        elif isinstance(value, ast.Choice):
            matches = [name.text in self.enabled for name in value.names]
            is_on = any(matches) if value.operator == "|" else all(matches)
        else:
            word = condition.name.text
            self.diagnostics.report(
                rules.bad_condition(word), condition.span, hint=f"as in '{word}=is_linux'"
            )
            return True
        return is_on if condition.name.text == "EnableIf" else not is_on
