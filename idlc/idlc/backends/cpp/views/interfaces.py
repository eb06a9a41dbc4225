# SPDX-License-Identifier: Apache-2.0
"""Interfaces: the class to implement, the proxy that calls it, and the dispatch of calls that arrive."""

from __future__ import annotations

import re
from dataclasses import dataclass

from idlc import ir, types
from idlc.backends.cpp import names
from idlc.backends.cpp.comments import comment
from idlc.backends.cpp.views.constants import ConstantView, view_constant
from idlc.backends.cpp.views.context import Context
from idlc.backends.cpp.views.methods import MethodView, view_method
from idlc.backends.cpp.wrap import call


@dataclass(frozen=True)
class InterfaceView:
    doc: list[str]
    name: str
    absolute: str
    proxy: str
    idl_name: str
    version: int
    rights: list[str]
    has_nested: bool
    aliases: list[str]
    constants: list[ConstantView]
    methods: list[MethodView]
    has_methods: bool
    dispatch_declaration: str
    dispatch_head: str


def view_interface(interface: ir.Interface, context: Context) -> InterfaceView:
    name = names.definition(interface.name)
    hidden: set[str] = {names.method(item.name, interface.name) for item in interface.methods}
    hidden |= {names.alias(item.name) for item in interface.enums}
    hidden |= {names.alias(item.name) for item in interface.constants}
    absolute = context.spelling.absolute(interface.name)
    context.spelling.system_headers.update(("string_view", "tuple", "utility"))
    methods = [view_method(item, interface, context, hidden) for item in interface.methods]
    parameters = [f"{absolute}& implementation", "IncomingCall& call"]
    used = parameters if methods else [f"{absolute}&", parameters[1]]
    return InterfaceView(
        doc=comment(interface.doc or f"Implement this to be a {interface.name.full}.", 0),
        name=name,
        absolute=absolute,
        proxy=names.proxy(interface.name),
        idl_name=interface.name.full,
        version=interface.version,
        rights=_service_sandbox(interface) + _required_context(interface, context),
        has_nested=bool(interface.enums or interface.constants),
        aliases=[f"  using {names.alias(item.name)} = {names.definition(item.name)};" for item in interface.enums],
        constants=[view_constant(item, context, hidden) for item in interface.constants],
        methods=methods,
        has_methods=bool(methods),
        dispatch_declaration=call("  static bool dispatch(", parameters, ");"),
        dispatch_head=call(f"bool InterfaceTraits<{absolute}>::dispatch(", used, ") {"),
    )


def _service_sandbox(interface: ir.Interface) -> list[str]:
    """Named as presets and policies are: `Sandbox.kVideoDecoder` is "video_decoder"."""
    value = interface.attribute("ServiceSandbox")
    if not isinstance(value, types.DefName):
        return []
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", value.short.removeprefix("k"))
    return [f'  static constexpr std::string_view kServiceSandbox = "{words.lower()}";']


def _required_context(interface: ir.Interface, context: Context) -> list[str]:
    value = interface.attribute("RequireContext")
    if not isinstance(value, types.DefName) or value.parent is None:
        return []
    enum = context.scope.find(value.parent)
    assert isinstance(enum, ir.Enum)
    number = next(item.value for item in enum.values if item.name == value.short)
    parts = [f'"{interface.name.full}"', f'"{value.parent.full}"', str(number)]
    return call("  static constexpr ferrule::RequiredContext kRequiredContext{", parts, "};").split("\n")
