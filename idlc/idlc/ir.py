# SPDX-License-Identifier: Apache-2.0
"""The intermediate representation: what a backend sees of a checked file.

All is frozen, free of spans, and complete: names are resolved, ordinals and enum values assigned, EnableIf applied,
`result<T, E>` spelled out. A `Module` is one IDL file; it holds the modules it imports. Types are in `idlc.types`,
values in `idlc.values`, sizes and offsets in `idlc.layout`, the order of definitions in `idlc.ordering`.

Doc comments are the text of the comment before a definition (or behind it on its line), without comment signs,
lines separated by newlines; "" where there is none.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar

from idlc.types import DefName, Type
from idlc.values import Value

AttributeValue = bool | int | float | str | DefName | tuple[str, ...]
D = TypeVar("D", bound="Definition")


@dataclass(frozen=True)
class Attribute:
    """`Name=value`; a bare name is true. DefName: a feature, constant or enumerator; a tuple: the parts of `a|b`."""

    name: str
    value: AttributeValue


@dataclass(frozen=True, kw_only=True)
class Documented:
    """What every definition and member has."""

    doc: str = ""
    attributes: tuple[Attribute, ...] = ()

    def attribute(self, name: str) -> AttributeValue | None:
        return next((item.value for item in self.attributes if item.name == name), None)

    def has(self, name: str) -> bool:
        """True if the attribute is there and not switched off with `=false`."""
        return self.attribute(name) not in (None, False)


@dataclass(frozen=True, kw_only=True)
class Enumerator(Documented):
    name: str
    value: int
    min_version: int = 0
    written_as: Value | None = None
    """The reference the IDL wrote as the value, if it wrote a name."""


@dataclass(frozen=True, kw_only=True)
class Enum(Documented):
    name: DefName
    values: tuple[Enumerator, ...]
    is_extensible: bool = False
    is_native: bool = False
    is_stable: bool = False
    default: Enumerator | None = None
    """The `[Default]` value that stands for unknown ones; only in extensible enums."""

    @property
    def lowest(self) -> Enumerator | None:
        return min(self.values, key=lambda item: item.value) if self.values else None

    @property
    def highest(self) -> Enumerator | None:
        return max(self.values, key=lambda item: item.value) if self.values else None


@dataclass(frozen=True, kw_only=True)
class Const(Documented):
    name: DefName
    type: Type
    value: Value


@dataclass(frozen=True, kw_only=True)
class Field(Documented):
    """A field of a struct, a member of a union, or a parameter."""

    name: str
    type: Type
    ordinal: int
    min_version: int = 0
    default: Value | None = None
    is_default: bool = False
    """The `[Default]` member of an extensible union."""
    is_indirect: bool = False
    """The field closes a circle of definitions: a backend must store it behind a pointer (see idlc.recursion)."""


@dataclass(frozen=True, kw_only=True)
class Struct(Documented):
    """A struct, or the parameters or response of a method (then is_synthetic). Fields are in the order of the file."""

    name: DefName
    fields: tuple[Field, ...] = ()
    enums: tuple[Enum, ...] = ()
    constants: tuple[Const, ...] = ()
    is_native: bool = False
    is_stable: bool = False
    is_synthetic: bool = False

    @cached_property
    def fields_by_ordinal(self) -> tuple[Field, ...]:
        return tuple(sorted(self.fields, key=lambda item: item.ordinal))

    @property
    def version(self) -> int:
        return max((item.min_version for item in self.fields), default=0)


@dataclass(frozen=True, kw_only=True)
class Union(Documented):
    """A union; each member's ordinal is its tag."""

    name: DefName
    members: tuple[Field, ...]
    is_extensible: bool = False
    is_stable: bool = False
    is_synthetic: bool = False

    @property
    def default(self) -> Field | None:
        return next((member for member in self.members if member.is_default), None)


@dataclass(frozen=True, kw_only=True)
class ResultSugar:
    """`=> result<T, E>`: the response struct then has one field `result` of the type of `union`.

    Tag 0 of the union is `success` (T), tag 1 is `failure` (E).
    """

    success: Type
    failure: Type
    union: Union


@dataclass(frozen=True, kw_only=True)
class Method(Documented):
    """A method. `params` is `<Interface>_<Method>_Params`, `response` `<Interface>_<Method>_ResponseParams`."""

    name: str
    ordinal: int
    params: Struct
    response: Struct | None = None
    result: ResultSugar | None = None
    min_version: int = 0
    is_sync: bool = False
    no_interrupt: bool = False
    unlimited_size: bool = False
    supports_urgent: bool = False


@dataclass(frozen=True, kw_only=True)
class Interface(Documented):
    name: DefName
    methods: tuple[Method, ...] = ()
    enums: tuple[Enum, ...] = ()
    constants: tuple[Const, ...] = ()
    version: int = 0
    """The highest MinVersion of its methods and of all their parameters."""
    uuid: str | None = None
    is_stable: bool = False


@dataclass(frozen=True, kw_only=True)
class Feature(Documented):
    name: DefName
    constants: tuple[Const, ...] = ()


Definition = Struct | Union | Enum | Const | Interface | Feature


@dataclass(frozen=True, kw_only=True)
class Import:
    """An import: the file's import path, the module it holds, and which of its definitions this file mentions."""

    path: str
    module: Module
    used: tuple[DefName, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Module(Documented):
    """One IDL file. `namespace` is the name of the module statement, "" without one."""

    path: str
    namespace: str
    imports: tuple[Import, ...] = ()
    definitions: tuple[Definition, ...] = field(default=())
    """Top-level definitions in the order of the file; nested enums and constants are inside their holder."""

    @cached_property
    def structs(self) -> tuple[Struct, ...]:
        return tuple(item for item in self.definitions if isinstance(item, Struct))

    @cached_property
    def unions(self) -> tuple[Union, ...]:
        return tuple(item for item in self.definitions if isinstance(item, Union))

    @cached_property
    def enums(self) -> tuple[Enum, ...]:
        """The top-level enums; `all_enums` has the nested ones too."""
        return tuple(item for item in self.definitions if isinstance(item, Enum))

    @cached_property
    def constants(self) -> tuple[Const, ...]:
        """The top-level constants."""
        return tuple(item for item in self.definitions if isinstance(item, Const))

    @cached_property
    def interfaces(self) -> tuple[Interface, ...]:
        return tuple(item for item in self.definitions if isinstance(item, Interface))

    @cached_property
    def features(self) -> tuple[Feature, ...]:
        return tuple(item for item in self.definitions if isinstance(item, Feature))

    @cached_property
    def all_enums(self) -> tuple[Enum, ...]:
        """All enums of the file in its order, nested ones at the place of their struct or interface."""
        found: list[Enum] = []
        for item in self.definitions:
            if isinstance(item, Enum):
                found.append(item)
            elif isinstance(item, (Struct, Interface)):
                found.extend(item.enums)
        return tuple(found)

    @cached_property
    def synthetic_structs(self) -> tuple[Struct, ...]:
        """The parameter and response structs of all methods."""
        methods = [method for interface in self.interfaces for method in interface.methods]
        return tuple(
            item for method in methods for item in (method.params, method.response) if item is not None
        )

    @cached_property
    def synthetic_unions(self) -> tuple[Union, ...]:
        """The unions made for `result<T, E>`."""
        methods = [method for interface in self.interfaces for method in interface.methods]
        return tuple(method.result.union for method in methods if method.result is not None)


class Scope:
    """Finds definitions by name, in a module and all modules it imports, directly or not."""

    def __init__(self, module: Module) -> None:
        self.module = module
        self._found: dict[DefName, Definition] = {}
        pending, seen = [module], set[str]()
        while pending:
            current = pending.pop()
            if current.path in seen:
                continue
            seen.add(current.path)
            pending.extend(item.module for item in current.imports)
            self._add(current)

    def _add(self, module: Module) -> None:
        tops: list[Definition] = [*module.definitions, *module.synthetic_structs, *module.synthetic_unions]
        for item in tops:
            self._found[item.name] = item
            if isinstance(item, (Struct, Interface)):
                self._found.update((enum.name, enum) for enum in item.enums)
            if isinstance(item, (Struct, Interface, Feature)):
                self._found.update((const.name, const) for const in item.constants)

    def find(self, name: DefName) -> Definition:
        """The definition; a KeyError would be a bug in the front end."""
        return self._found[name]

    def struct(self, name: DefName) -> Struct:
        return self._as(Struct, name)

    def union(self, name: DefName) -> Union:
        return self._as(Union, name)

    def enum(self, name: DefName) -> Enum:
        return self._as(Enum, name)

    def interface(self, name: DefName) -> Interface:
        return self._as(Interface, name)

    def _as(self, kind: type[D], name: DefName) -> D:
        item = self._found[name]
        assert isinstance(item, kind), name
        return item
