# SPDX-License-Identifier: Apache-2.0
"""A whole module: two files."""

from __future__ import annotations

from dataclasses import dataclass

from idlc import ir, types
from idlc.backends.cpp import names
from idlc.backends.cpp.comments import comment
from idlc.backends.cpp.includes import SourceUses, header_includes, source_includes
from idlc.backends.cpp.views.constants import ConstantView, view_constant
from idlc.backends.cpp.views.context import Context, make_context
from idlc.backends.cpp.views.enums import EnumView, view_enum
from idlc.backends.cpp.views.interfaces import InterfaceView, view_interface
from idlc.backends.cpp.views.mapped import MappedView, view_mapped
from idlc.backends.cpp.views.structs import StructView, view_struct
from idlc.backends.cpp.views.unions import UnionView, view_union
from idlc.backends.cpp.views.values import ValueView
from idlc.backends.mappings import Mappings
from idlc.layout import Layouts
from idlc.ordering import members_of


@dataclass(frozen=True)
class FeatureView:
    """A class of constants."""

    doc: list[str]
    name: str
    constants: list[ConstantView]


@dataclass(frozen=True)
class ModuleView:
    """`types` are structs and unions in the order of their definition."""

    source_path: str
    doc: list[str]
    has_doc: bool
    namespace: str
    header_includes: str
    source_includes: str
    enums: list[EnumView]
    constants: list[ConstantView]
    has_constants: bool
    features: list[FeatureView]
    forwards: list[str]
    has_forwards: bool
    types: list[StructView | UnionView]
    has_types: bool
    interfaces: list[InterfaceView]
    has_interfaces: bool
    has_methods: bool
    has_wire_traits: bool
    has_own_source: bool
    values: list[ValueView]
    """Of the types that are values."""
    has_values: bool
    mapped: list[MappedView]
    has_wire_source: bool


def view_module(module: ir.Module, layouts: Layouts, mappings: Mappings) -> ModuleView:
    context = make_context(module, layouts, mappings)
    order = context.order
    enums = [view_enum(item, context) for item in module.all_enums if not item.is_native]
    constants = [view_constant(item, context) for item in module.constants]
    aggregates = [_view_aggregate(item, context) for item in order]
    interfaces = [view_interface(item, context) for item in module.interfaces]
    mapped = view_mapped(module, context)
    needs_bindings = _needs_bindings(module)
    forwards = _forwards(module, order)
    has_values = any(item.is_value for item in aggregates)
    return ModuleView(
        source_path=module.path,
        doc=comment(module.doc, 0, "//"),
        has_doc=bool(module.doc.strip()),
        namespace=names.namespace(module.namespace),
        header_includes=header_includes(context.spelling, needs_bindings),
        source_includes=source_includes(module.path, _source_uses(module, bool(aggregates), has_values, needs_bindings, _mapping_traits(module, context))),
        enums=enums,
        constants=constants,
        has_constants=bool(constants),
        features=[_view_feature(item, context) for item in module.features],
        forwards=forwards,
        has_forwards=bool(forwards),
        types=aggregates,
        has_types=bool(aggregates),
        interfaces=interfaces,
        has_interfaces=bool(interfaces),
        has_methods=any(item.has_methods for item in interfaces),
        has_wire_traits=bool(enums or aggregates or mapped),
        has_own_source=bool(enums or interfaces or has_values or module.unions),
        values=[item.value for item in aggregates if item.value is not None],
        has_values=has_values,
        mapped=mapped,
        has_wire_source=bool(aggregates or mapped),
    )


def _source_uses(module: ir.Module, has_types: bool, has_values: bool, needs_bindings: bool, mappings: tuple[str, ...]) -> SourceUses:
    return SourceUses(
        codecs=has_types or bool(mappings) or bool(module.interfaces),
        checks=bool(module.unions),
        moves=has_types or bool(mappings) or bool(module.interfaces),
        values=has_values,
        mappings=mappings,
        pipe_codecs=_mentions(module, (types.PendingRemote, types.PendingReceiver), types.HandleKind.MESSAGE_PIPE),
        associated_codecs=_mentions(module, (types.PendingAssociatedRemote, types.PendingAssociatedReceiver)),
    )


def _view_aggregate(item: ir.Struct | ir.Union, context: Context) -> StructView | UnionView:
    return view_union(item, context) if isinstance(item, ir.Union) else view_struct(item, context)


def _mapping_traits(module: ir.Module, context: Context) -> tuple[str, ...]:
    """The headers that the traits of this module's own mapped types are in."""
    own: list[ir.Enum | ir.Struct | ir.Union] = [*module.all_enums, *module.structs, *module.unions]
    found = [context.spelling.mapping(item.name) for item in own]
    return tuple(dict.fromkeys(header for item in found if item is not None for header in item.traits))


def _view_feature(feature: ir.Feature, context: Context) -> FeatureView:
    constants = [view_constant(item, context) for item in feature.constants]
    return FeatureView(comment(feature.doc, 0), names.definition(feature.name), constants)


def _forwards(module: ir.Module, order: tuple[ir.Struct | ir.Union, ...]) -> list[str]:
    """Names used above their definition: those of interfaces, and of structs and unions where they form a circle."""
    found = []
    for interface in module.interfaces:
        found += [f"class {names.definition(interface.name)};", f"class {names.proxy(interface.name)};"]
    defined: set[types.DefName] = set()
    early: dict[types.DefName, None] = {}
    own = {item.name: item for item in order}
    for item in order:
        mentioned = [name for field in members_of(item) for name in types.names_in(field.type)]
        early.update((name, None) for name in mentioned if name in own and name not in defined and name != item.name)
        defined.add(item.name)
    for name in early:
        found.append(f"{'class' if isinstance(own[name], ir.Union) else 'struct'} {names.definition(name)};")
    return found


def _needs_bindings(module: ir.Module) -> bool:
    return bool(module.interfaces) or _mentions(module, types.ENDPOINT_TYPES, types.HandleKind.MESSAGE_PIPE)


def _mentions(module: ir.Module, kinds: tuple[type, ...], handle: types.HandleKind | None = None) -> bool:
    """In a type of the module's own or of its methods: then such ends are written and read here."""
    aggregates: tuple[ir.Struct | ir.Union, ...] = (
        module.structs + module.unions + module.synthetic_structs + module.synthetic_unions
    )
    return any(_has(field.type, kinds, handle) for item in aggregates for field in members_of(item))


def _has(type_: types.Type, kinds: tuple[type, ...], handle: types.HandleKind | None) -> bool:
    if isinstance(type_, types.HandleType):
        return type_.kind is handle
    return isinstance(type_, kinds) or any(_has(part, kinds, handle) for part in types.parts_of(type_))
