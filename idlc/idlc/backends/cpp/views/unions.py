# SPDX-License-Identifier: Apache-2.0
"""Unions: a class around a std::variant, and its traits."""

from __future__ import annotations

from dataclasses import dataclass

from idlc import ir, types
from idlc.backends.cpp import names
from idlc.backends.cpp.comments import comment
from idlc.backends.cpp.spelling import has_absent_elements
from idlc.backends.cpp.views.context import Context
from idlc.backends.cpp.views.fields import has_outside
from idlc.backends.cpp.views.structs import TraitsView, Usage, view_traits
from idlc.backends.cpp.views.values import ValueView, view_value
from idlc.backends.cpp.wrap import call, definition, function, table, variable_of_template
from idlc.layout import UnionMember, WireKind


@dataclass(frozen=True)
class MemberView:
    doc: list[str]
    idl_name: str
    tag_name: str
    tag: int
    index: int
    type: str
    make_declaration: str
    make_head: str
    set_declaration: str
    set: str
    is_moved: bool
    """Moved into place; numbers are copied."""
    get_declaration: str
    get_const_declaration: str
    get_head: str
    get_const_head: str
    is_boxed: bool
    has_outside: bool
    measure: str
    write: str
    read: str


@dataclass(frozen=True)
class UnionView:
    is_union: bool
    doc: list[str]
    name: str
    tag_enum: str
    is_extensible: str
    members: list[MemberView]
    has_members: bool
    special_members: list[str]
    default_constructor: str
    copy_constructor_head: str
    copy_assignment: str
    move_constructor: str
    move_assignment_head: str
    friend: str
    tags_are_indices: bool
    tags: str
    is_value: bool
    value: ValueView | None
    member_head: str
    storage: str
    traits: TraitsView
    has_measures: bool
    empty_measure: str
    has_unmeasured: bool
    accepts_unknown: bool
    unknown: str


def view_union(union: ir.Union, context: Context) -> UnionView:
    name = names.definition(union.name)
    members = context.layouts.unions[union.name].members
    tag_enum = names.tag_enum(name)
    absolute = context.spelling.absolute(union.name)
    accessors = (prefix + item.field.name for item in members for prefix in ("make_", "is_", "get_", "set_"))
    hidden = {tag_enum, "take", "value_", "visit", "which", *accessors}
    is_movable_only = context.facts.definition_carries_handles(union.name)
    context.spelling.system_headers.update(("utility", "variant"))
    views = [_member(item, index, name, context, hidden) for index, item in enumerate(members)]
    has_measures = any(view.has_outside for view in views)
    default = union.default
    special = _special_members(name, not is_movable_only)
    usage = Usage(is_movable_only, has_measures, bool(views), bool(views), is_inline=True)
    traits = view_traits("UnionTraits", absolute, usage)
    return UnionView(
        is_union=True,
        doc=comment(union.doc, 0),
        name=name,
        tag_enum=tag_enum,
        is_extensible="true" if union.is_extensible else "false",
        members=views,
        has_members=bool(views),
        special_members=[f"  {result}{head};" for result, head in special],
        default_constructor=_default_constructor(name, members),
        copy_constructor_head=call(f"{name}::{name}(", [f"const {name}& other"], f") : {name}() {{"),
        copy_assignment=definition(
            call(f"{name}& {name}::operator=(", [f"const {name}& other"], ") {"), [f"  return *this = {name}(other);"]
        ),
        move_constructor=definition(call(f"{name}::{name}(", [f"{name}&& other"], f") noexcept : {name}() {{"), ["  take(other);"]),
        move_assignment_head=call(f"{name}& {name}::operator=(", [f"{name}&& other"], ") noexcept {"),
        friend=f"  friend struct ferrule::wire::UnionTraits<{name}>;",
        tags_are_indices=all(view.tag == view.index for view in views),
        tags=table(f"  static constexpr {tag_enum} kTags[] = ", [f"{tag_enum}::{view.tag_name}" for view in views]),
        is_value=not is_movable_only,
        value=None if is_movable_only else view_value(union, "UnionTraits", context),
        member_head=call(
            f"const void* UnionTraits<{absolute}>::member(",
            ["const void* value" if views else "const void*", "size_t& index"],
            ") {",
        ),
        storage=_storage(members, context, hidden),
        traits=traits,
        has_measures=has_measures,
        empty_measure=definition(traits.measure_head, []),
        has_unmeasured=not all(view.has_outside for view in views),
        accepts_unknown=default is not None,
        unknown=f"out.set_{default.name}({{}});" if default is not None else "",
    )


def _special_members(name: str, can_copy: bool) -> list[tuple[str, str]]:
    """Results and heads. They are in the source file, and of switches over the members: what a variant has of its own for
    this is among the heaviest templates there are."""
    copying = [("", f"{name}(const {name}&)"), (f"{name}& ", f"operator=(const {name}&)")]
    moving = [("", f"{name}({name}&&) noexcept"), (f"{name}& ", f"operator=({name}&&) noexcept")]
    return [("", f"{name}()"), *(copying if can_copy else []), *moving, ("", f"~{name}()")]


def _member(member: UnionMember, index: int, owner: str, context: Context, hidden: set[str]) -> MemberView:
    field = member.field
    is_boxed = field.is_indirect and not field.type.nullable and not has_absent_elements(field.type)
    type_ = context.spelling.value(field.type, hidden) if is_boxed else context.spelling.member(field, hidden)
    name, get = field.name, f"get_{field.name}"
    nested = "_nested" if member.kind is WireKind.UNION_POINTER else ""
    is_bool = member.kind is WireKind.BOOL
    value = f"std::move(value.{get}())" if context.facts.carries_handles(field.type) else f"value.{get}()"
    empty = f"out.value_.emplace<{index}>()" + (".emplace()" if is_boxed else "")
    arguments = [empty] if is_bool else [empty, f'"{name}"']
    read = call(f"      return reader.read{'_bool' if is_bool else nested}(", arguments, ");")
    return MemberView(
        doc=comment(field.doc, 4),
        idl_name=name,
        tag_name=names.escape(name),
        tag=member.tag,
        index=index,
        type=type_,
        make_declaration=call(f"  static {owner} make_{name}(", [f"{type_} value"], ");"),
        make_head=function(0, owner, f"{owner}::make_{name}", [f"{type_} value"], ") {"),
        set_declaration=call(f"  void set_{name}(", [f"{type_} value"], ");"),
        set=definition(
            call(f"void {owner}::set_{name}(", [f"{type_} value"], ") {"),
            [f"  value_.emplace<{index}>({'value' if types.is_value(field.type) else 'std::move(value)'});"],
        ),
        is_moved=not types.is_value(field.type),
        get_declaration=function(2, f"{type_}&", get, [], ");"),
        get_const_declaration=function(2, f"const {type_}&", get, [], ") const;"),
        get_head=function(0, f"{type_}&", f"{owner}::{get}", [], ") {"),
        get_const_head=function(0, f"const {type_}&", f"{owner}::{get}", [], ") const {"),
        is_boxed=is_boxed,
        has_outside=has_outside(member.kind),
        measure=f"wire::measure{nested}(counter, value.{get}());",
        write=f"writer.write_bool({value});" if is_bool else f"writer.write{nested}({value});",
        read=read,
    )


def _default_constructor(name: str, members: tuple[UnionMember, ...]) -> str:
    """A union begins with the first member that does not need another value of it. Said here, not in the class: there
    Clang would look into the other members, which may be arrays of classes that are not whole yet."""
    first = next((index for index, item in enumerate(members) if not item.field.is_indirect), 0)
    if first == 0:
        return f"{name}::{name}() = default;"
    return definition(f"{name}::{name}() : value_(std::in_place_index<{first}>) {{", [])


def _storage(members: tuple[UnionMember, ...], context: Context, hidden: set[str]) -> str:
    alternatives = [context.spelling.member(item.field, hidden) for item in members] or ["std::monostate"]
    return variable_of_template(2, "std::variant", alternatives, "value_")
