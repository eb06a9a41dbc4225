# SPDX-License-Identifier: Apache-2.0
"""What the templates print: finished texts and links, no logic left to do.

A link is a place on a page: `geometry/point.idl.html#Point`. Types are lists of parts, of which some are links.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from idlc import ir, types
from idlc.spelling import name_text, type_text, value_text


@dataclass(frozen=True)
class Part:
    """A piece of a type; link is "" for plain text."""

    text: str
    link: str = ""


@dataclass(frozen=True)
class Row:
    """A field, member, parameter or enum value."""

    name: str
    type: tuple[Part, ...]
    value: str
    since: str
    doc: str


@dataclass(frozen=True)
class MethodView:
    name: str
    anchor: str
    ordinal: int
    notes: str
    doc: str
    parameters: tuple[Row, ...]
    response: tuple[Row, ...]
    has_response: bool


@dataclass(frozen=True)
class Section:
    """A definition."""

    kind: str
    name: str
    anchor: str
    notes: str
    doc: str
    rows: tuple[Row, ...]
    methods: tuple[MethodView, ...]


@dataclass(frozen=True)
class Page:
    path: str
    namespace: str
    doc: str
    to_top: str
    """From this page to the folder of the index: "../" for each folder."""
    sections: tuple[Section, ...]


def page_of(module: ir.Module, ending: str, known: frozenset[str]) -> Page:
    """`known` are the files that have pages; names from others are no links."""
    to_top = "../" * module.path.count("/")
    linker = _Linker(module.namespace, to_top, ending, known)
    return Page(module.path, module.namespace, module.doc, to_top, tuple(linker.sections(module.definitions)))


@dataclass(frozen=True)
class _Linker:
    namespace: str
    to_top: str
    ending: str
    known: frozenset[str]

    def sections(self, definitions: Iterable[ir.Definition]) -> Iterator[Section]:
        for item in definitions:
            yield self._section(item)
            if isinstance(item, (ir.Struct, ir.Interface)):
                yield from self.sections((*item.enums, *item.constants))

    def _section(self, item: ir.Definition) -> Section:
        kind, rows, methods = (
            type(item).__name__.lower(),
            (),
            (),
        )  # type: str, tuple[Row, ...], tuple[MethodView, ...]
        if isinstance(item, ir.Struct):
            rows = self._rows(item.fields)
        elif isinstance(item, ir.Union):
            rows = self._rows(item.members)
        elif isinstance(item, ir.Enum):
            rows = tuple(
                Row(value.name, (), str(value.value), _since(value.min_version), value.doc)
                for value in item.values
            )
        elif isinstance(item, ir.Const):
            rows = (self._const(item),)
        elif isinstance(item, ir.Feature):
            rows = tuple(self._const(const) for const in item.constants)
        else:
            methods = tuple(self._method(item, method) for method in item.methods)
        return Section(kind, item.name.local, item.name.local, _notes(item), item.doc, rows, methods)

    def _const(self, item: ir.Const) -> Row:
        return Row(
            item.name.short, self._type(item.type), value_text(item.value, self.namespace), "", item.doc
        )

    def _rows(self, fields: Sequence[ir.Field]) -> tuple[Row, ...]:
        return tuple(
            Row(
                field.name,
                self._type(field.type),
                value_text(field.default, self.namespace) if field.default is not None else "",
                _since(field.min_version),
                field.doc,
            )
            for field in fields
        )

    def _method(self, interface: ir.Interface, method: ir.Method) -> MethodView:
        notes = [_since(method.min_version)] + (["synchronous"] if method.is_sync else [])
        return MethodView(
            method.name,
            f"{interface.name.local}.{method.name}",
            method.ordinal,
            ", ".join(note for note in notes if note),
            method.doc,
            self._rows(method.params.fields),
            self._rows(self._answer(method)),
            method.response is not None,
        )

    @staticmethod
    def _answer(method: ir.Method) -> Sequence[ir.Field]:
        if method.result is not None:
            return method.result.union.members
        return method.response.fields if method.response is not None else ()

    def _type(self, type_: types.Type) -> tuple[Part, ...]:
        """The text of the type, cut at the names of definitions."""
        text = type_text(type_, self.namespace)
        links = {name_text(name, self.namespace): self._link(name) for name in types.names_in(type_)}
        words = re.split(r"([A-Za-z_][\w.]*)", text)
        return tuple(Part(word, links.get(word, "")) for word in words if word)

    def _link(self, name: types.DefName) -> str:
        return f"{self.to_top}{name.file}{self.ending}#{name.local}" if name.file in self.known else ""


def _since(version: int) -> str:
    return f"since version {version}" if version else ""


def _notes(item: ir.Definition) -> str:
    names = [attribute.name for attribute in item.attributes if attribute.value is True]
    return ", ".join(names)
