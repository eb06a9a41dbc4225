# SPDX-License-Identifier: Apache-2.0
"""How types of the IDL are spelled in C++, and which headers that takes."""

from __future__ import annotations

from collections.abc import Set

from idlc import ir, types
from idlc.backends.cpp import names
from idlc.backends.cpp.facts import Facts
from idlc.backends.mappings import STRING, Mappings, TypeMapping

Hidden = Set[str]
"""Names that mean something else where the type is written, such as the fields of the struct around it."""

_HANDLES = {
    types.HandleKind.GENERIC: "ferrule::wire::Handle",
    types.HandleKind.MESSAGE_PIPE: "ferrule::MessagePipe",
    types.HandleKind.PLATFORM: "ferrule::UniqueFd",
    types.HandleKind.SHARED_BUFFER: "ferrule::SharedBufferHandle",
    types.HandleKind.DATA_PIPE_CONSUMER: "ferrule::DataPipeConsumerHandle",
    types.HandleKind.DATA_PIPE_PRODUCER: "ferrule::DataPipeProducerHandle",
}


def is_bytes(type_: types.Type) -> bool:
    """`array<uint8>`, which is ferrule::Bytes."""
    return isinstance(type_, types.ArrayType) and type_.size is None and type_.element == types.IntType(8, False)


def has_absent_elements(type_: types.Type) -> bool:
    """True for a fixed array whose elements, at some depth, are nullable."""
    if not isinstance(type_, types.ArrayType) or type_.size is None:
        return False
    return type_.element.nullable or has_absent_elements(type_.element)


class Spelling:
    """Spells the types in one module's files and notes what its header must include."""

    def __init__(self, module: ir.Module, scope: ir.Scope, facts: Facts, mappings: Mappings) -> None:
        self._facts = facts
        self._mappings = mappings
        self.mapped: dict[str, TypeMapping] = {}
        self._module = module
        self._results = {item.name: item for item in module.synthetic_unions}
        self._scope = scope
        self.system_headers: set[str] = set()
        self.imported_files: set[str] = set()

    def definition(self, name: types.DefName, hidden: Hidden = frozenset()) -> str:
        """A definition: its plain name in its own namespace, else from the global one on."""
        plain = names.definition(name)
        self._note_file(name)
        if name.module == self._module.namespace and plain not in hidden:
            return plain
        return self.absolute(name)

    def mapping(self, name: types.DefName) -> TypeMapping | None:
        """The type of the user's own that stands for the definition."""
        return self._mapping(name.full)

    def _mapping(self, name: str) -> TypeMapping | None:
        found = self._mappings.get(name)
        if found is not None:
            self.mapped[name] = found
        return found

    def absolute(self, name: types.DefName) -> str:
        self._note_file(name)
        return f"::{names.namespace(name.module)}::{names.definition(name)}"

    def value(self, type_: types.Type, hidden: Hidden = frozenset()) -> str:
        """The type of a field, a local variable or an element."""
        plain = self._plain(types.without_null(type_), hidden)
        return self._template("optional", plain) if type_.nullable else plain

    def member(self, field: ir.Field, hidden: Hidden = frozenset()) -> str:
        """The type of a field of a struct or of the storage of a union's member."""
        return self._indirect(field.type, hidden) if field.is_indirect else self.value(field.type, hidden)

    def parameter(self, type_: types.Type, carries_handles: bool, hidden: Hidden = frozenset()) -> str:
        """The type of a proxy's parameter: a number or an owner of handles by value, other data by reference."""
        if not type_.nullable and isinstance(type_, types.StringType) and STRING not in self._mappings:
            self.system_headers.add("string_view")
            return "std::string_view"
        if not type_.nullable and is_bytes(type_):
            self.system_headers.add("span")
            return "std::span<const uint8_t>"
        if types.is_value(type_) or carries_handles:
            return self.value(type_, hidden)
        return f"const {self.value(type_, hidden)}&"

    def _indirect(self, type_: types.Type, hidden: Hidden) -> str:
        """With a Box where the type may be absent; inside the array if that is where its elements may be."""
        if isinstance(type_, types.ArrayType) and has_absent_elements(type_):
            array = self._template("array", self._indirect(type_.element, hidden), str(type_.size))
            return self._template("optional", array) if type_.nullable else array
        return f"ferrule::Box<{self._plain(types.without_null(type_), hidden)}>"

    def _plain(self, type_: types.Type, hidden: Hidden) -> str:
        mapped = self._mapped(type_)
        if mapped is not None:
            return mapped.cpp
        match type_:
            case types.BoolType():
                return "bool"
            case types.IntType(bits=bits, signed=signed):
                return f"{'' if signed else 'u'}int{bits}_t"
            case types.FloatType(bits=bits):
                return "float" if bits == 32 else "double"
            case types.StringType():
                self.system_headers.add("string")
                return "std::string"
            case types.ArrayType():
                return self._array(type_, hidden)
            case types.MapType(key=key, value=value, ordered=ordered):
                arguments = [self.value(key, hidden), self.value(value, hidden)]
                if isinstance(key, (types.StructRef, types.UnionRef)) and not self._facts.is_mapped(key):
                    if not ordered:
                        arguments.append(f"ferrule::wire::KeyHash<{arguments[0]}>")
                    elif not self._facts.can_be_key(key.name):
                        arguments.append(f"ferrule::wire::KeyLess<{arguments[0]}>")
                return self._template("map" if ordered else "unordered_map", *arguments)
            case types.UnionRef(name=name) if name in self._results:
                return self._expected(self._results[name], hidden)
            case types.StructRef(name=name) | types.UnionRef(name=name) | types.EnumRef(name=name):
                return self.definition(name, hidden)
            case types.HandleType(kind=kind):
                return _HANDLES[kind]
            case types.PendingRemote(interface=interface):
                return f"ferrule::PendingRemote<{self.definition(interface, hidden)}>"
            case types.PendingReceiver(interface=interface):
                return f"ferrule::PendingReceiver<{self.definition(interface, hidden)}>"
            case types.PendingAssociatedRemote(interface=interface):
                return f"ferrule::PendingAssociatedRemote<{self.definition(interface, hidden)}>"
            case types.PendingAssociatedReceiver(interface=interface):
                return f"ferrule::PendingAssociatedReceiver<{self.definition(interface, hidden)}>"
        raise AssertionError(type_)

    def _mapped(self, type_: types.Type) -> TypeMapping | None:
        if isinstance(type_, types.StringType):
            return self._mapping(STRING)
        if isinstance(type_, (types.StructRef, types.UnionRef, types.EnumRef)):
            self._note_file(type_.name)
            return self.mapping(type_.name)
        return None

    def _array(self, type_: types.ArrayType, hidden: Hidden) -> str:
        if is_bytes(type_):
            return "ferrule::Bytes"
        element = self.value(type_.element, hidden)
        if type_.size is None:
            return self._template("vector", element)
        return self._template("array", element, str(type_.size))

    def _expected(self, union: ir.Union, hidden: Hidden) -> str:
        success, failure = (self.value(item.type, hidden) for item in union.members)
        return f"ferrule::Expected<{success}, {failure}>"

    def _template(self, name: str, *arguments: str) -> str:
        self.system_headers.add(name)
        return f"std::{name}<{', '.join(arguments)}>"

    def _note_file(self, name: types.DefName) -> None:
        if name.file != self._module.path:
            self.imported_files.add(name.file)
