# SPDX-License-Identifier: Apache-2.0
"""Methods: their declarations, and how their parameters and results are written and read."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass

from idlc import ir, types
from idlc.backends.cpp import names
from idlc.backends.cpp.comments import comment
from idlc.backends.cpp.views.constants import variable
from idlc.backends.cpp.views.context import Context
from idlc.backends.cpp.views.fields import Place, measures, reads, versions, writes
from idlc.backends.cpp.wrap import (
    call,
    conjunction,
    declaration,
    definition,
    function,
    function_type,
    nested_call,
    statement,
)
from idlc.layout import StructLayout

_ENCODE_LOCALS = frozenset(("counter", "encoder", "writer", "out"))
_DISPATCH_LOCALS = frozenset(("reader", "call", "implementation", "kVersions"))


@dataclass(frozen=True)
class StructCode:
    """How a struct of parameters is written or read."""

    num_bytes: int
    version: int
    versions: str
    measures: list[str]
    writes: list[str]
    accepts: str


@dataclass(frozen=True)
class MethodView:
    doc: list[str]
    idl_name: str
    constant: str
    ordinal: int
    has_response: bool
    expects_response: str
    virtual: str
    completion: str
    proxy_definition: str
    encode_declaration: str
    encode_head: str
    decode_declaration: str
    decode_head: str
    params: StructCode
    response: StructCode
    encode_response_head: str
    dispatch_head: str
    begin: str
    dispatch_case: str
    dispatch_return: str
    variables: list[str]
    refuse: str
    implementation_call: str


def view_method(method: ir.Method, interface: ir.Interface, context: Context, hidden: Set[str]) -> MethodView:
    """`hidden` are the names that mean something else inside the interface's classes."""
    return _Writer(method, interface, context, hidden).view()


class _Writer:
    """Writes the texts of one method."""

    def __init__(self, method: ir.Method, interface: ir.Interface, context: Context, hidden: Set[str]) -> None:
        self._method = method
        self._context = context
        self._class_hidden = hidden
        self._name = names.method(method.name, interface.name)
        self._owner = names.definition(interface.name)
        self._proxy = names.proxy(interface.name)
        self._full = f"{self._owner}_{method.name}"
        self._outside = f"::{names.namespace(interface.name.module)}::"
        self._params = method.params.fields
        self._results = method.response.fields if method.response is not None else ()

    def view(self) -> MethodView:
        method, has_response = self._method, self._method.response is not None
        return MethodView(
            doc=comment(method.doc, 2),
            idl_name=method.name,
            constant=f"k{self._full}",
            ordinal=method.ordinal,
            has_response=has_response,
            expects_response="true" if has_response else "false",
            virtual=self._virtual(),
            completion=self._completion(),
            proxy_definition=definition(self._proxy_head(), [self._proxy_body()]),
            encode_declaration=self._encode_head("  ", ") const;", f"encode_{method.name}"),
            encode_head=self._encode_head("", ") const {", f"{self._proxy}::encode_{method.name}"),
            decode_declaration=self._decode_head("  static bool ", ");", "", is_definition=False),
            decode_head=self._decode_head("bool ", ") {", f"{self._proxy}::", is_definition=True),
            params=self._params_code(),
            response=self._response_code(),
            encode_response_head=self._encode_response_head(),
            dispatch_head=call(
                f"bool dispatch_{self._full}(",
                [f"{self._owner}& implementation", "ferrule::bindings::IncomingCall& call"],
                ") {",
            ),
            begin=self._begin(),
            dispatch_case=f"    case {self._outside}k{self._full}:",
            dispatch_return=call(
                f"      return {self._outside}dispatch_{self._full}(", ["implementation", "call"], ");"
            ),
            variables=self._variables(),
            refuse=self._refuse(),
            implementation_call=self._implementation_call(),
        )

    # --- the class to implement ---

    def _virtual(self) -> str:
        parameters = [
            f"{self._value(item, self._class_hidden)} {names.escape(item.name, {'reply'})}" for item in self._params
        ]
        if self._method.response is not None:
            parameters.append(f"ferrule::Reply<{', '.join(self._result_types(self._class_hidden))}> reply")
        return function(2, "virtual void", self._name, parameters, ") = 0;")

    # --- the proxy ---

    def _proxy_head(self) -> str:
        parameters = self._parameters({"token"}, self._class_hidden)
        if self._method.response is None:
            return function(2, "void", self._name, parameters, ") const {")
        return function(2, "auto", self._name, [*parameters, "Token&& token"], ") const {")

    def _completion(self) -> str:
        results = [
            f"{type_} {names.escape(item.name)}"
            for item, type_ in zip(self._results, self._result_types(self._class_hidden))
        ]
        types_ = ", ".join(["ferrule::error_code", *results])
        line = f"  template <boost::asio::completion_token_for<void({types_})> Token>"
        if len(line) <= 100:
            return line
        alias = f"{self._method.name}_signature"
        signature = function_type(2, alias, ["ferrule::error_code", *results])
        return signature + f"\n  template <boost::asio::completion_token_for<{alias}> Token>"

    def _proxy_body(self) -> str:
        arguments = [self._handed_on(item, names.escape(item.name, {"token"})) for item in self._params]
        encode = f"encode_{self._method.name}"
        if self._method.response is None:
            return nested_call("    ProxyBase::send(", (encode, arguments), [], ");")
        others = [f'"{self._method.name}"', f"&decode_{self._method.name}_response", "std::forward<Token>(token)"]
        if self._method.no_interrupt:
            others.append("ProxyBase::Interruption::kForbidden")
        call_kind = "call_sync" if self._method.is_sync else "call"
        return nested_call(f"    return ProxyBase::{call_kind}(", (encode, arguments), others, ");")

    def _encode_head(self, indent: str, tail: str, name: str) -> str:
        parameters = self._parameters(_ENCODE_LOCALS, self._class_hidden)
        return function(len(indent), "ferrule::Result<ferrule::wire::Message>", name, parameters, tail)

    def _decode_head(self, start: str, tail: str, prefix: str, *, is_definition: bool) -> str:
        results = ", ".join(self._result_types(self._class_hidden))
        out = f"std::tuple<{results}>&" + (" out" if self._results or not is_definition else "")
        head = f"{start}{prefix}decode_{self._method.name}_response("
        return call(head, ["ferrule::wire::Decoder& decoder", out], tail)

    # --- the source file ---

    def _encode_response_head(self) -> str:
        hidden = {names.escape(item.name, _ENCODE_LOCALS) for item in self._results}
        parameters = [
            f"{type_}& {names.escape(item.name, _ENCODE_LOCALS)}"
            for item, type_ in zip(self._results, self._result_types(hidden))
        ]
        out = "const ferrule::bindings::OutgoingMessage& out"
        return function(
            0, "ferrule::Result<ferrule::wire::Message>", f"encode_{self._full}_response", [out, *parameters], ") {"
        )

    def _params_code(self) -> StructCode:
        layout = self._context.layouts.structs[self._method.params.name]
        return self._code(
            layout,
            [Place(wire, names.escape(wire.field.name, _ENCODE_LOCALS)) for wire in layout.fields],
            [Place(wire, names.escape(wire.field.name, _DISPATCH_LOCALS)) for wire in layout.fields],
            "",
        )

    def _response_code(self) -> StructCode:
        if self._method.response is None:
            return StructCode(0, 0, "", [], [], "")
        layout = self._context.layouts.structs[self._method.response.name]
        index = {item.name: place for place, item in enumerate(self._results)}
        return self._code(
            layout,
            [Place(wire, names.escape(wire.field.name, _ENCODE_LOCALS)) for wire in layout.fields],
            [Place(wire, f"std::get<{index[wire.field.name]}>(out)") for wire in layout.fields],
            "  return ",
        )

    def _code(self, layout: StructLayout, sent: list[Place], received: list[Place], head: str) -> StructCode:
        terms = ["reader.ok()", *reads(received)]
        return StructCode(
            num_bytes=layout.num_bytes,
            version=layout.version,
            versions=versions(layout, "ferrule::wire::"),
            measures=measures(sent, "ferrule::wire::"),
            writes=writes(sent, self._context.facts),
            accepts=conjunction(head, terms, ";") if head else "",
        )

    def _variables(self) -> list[str]:
        named = [(item, names.escape(item.name, _DISPATCH_LOCALS)) for item in self._params]
        hidden = {name for _, name in named}
        return [variable(item, name, None, self._context, hidden) for item, name in named]

    def _refuse(self) -> str:
        layout = self._context.layouts.structs[self._method.params.name]
        places = [Place(wire, names.escape(wire.field.name, _DISPATCH_LOCALS)) for wire in layout.fields]
        if not places:
            return "  if (!reader.ok()) return false;"
        condition = conjunction("  if (!(", ["reader.ok()", *reads(places)], "))")
        if "\n" not in condition and len(condition) + len(" return false;") <= 100:
            return condition + " return false;"
        return conjunction("  if (!(", ["reader.ok()", *reads(places)], ")) {") + "\n    return false;\n  }"

    def _implementation_call(self) -> str:
        arguments = []
        for item in self._params:
            name = names.escape(item.name, _DISPATCH_LOCALS)
            arguments.append(name if types.is_value(item.type) else f"std::move({name})")
        if self._method.response is not None:
            arguments.append(f"call.reply(&encode_{self._full}_response)")
        return statement(f"  implementation.{self._name}(", arguments, ");")

    def _begin(self) -> str:
        kind = "request" if self._method.response is not None else "one_way"
        return declaration(2, "auto", "encoder", f" = ProxyBase::{kind}(k{self._full}).begin(counter)")

    # --- parts ---

    def _value(self, field: ir.Field, hidden: Set[str]) -> str:
        own = {names.escape(item.name, {"reply"}) for item in self._params}
        return self._context.spelling.value(field.type, hidden | own)

    def _parameters(self, taken: Set[str], hidden: Set[str]) -> list[str]:
        named = [(item, names.escape(item.name, taken)) for item in self._params]
        hidden = hidden | {name for _, name in named}
        return [
            f"{self._context.spelling.parameter(item.type, self._carries(item), hidden)} {name}"
            for item, name in named
        ]

    def _handed_on(self, field: ir.Field, name: str) -> str:
        return f"std::move({name})" if self._carries(field) else name

    def _carries(self, field: ir.Field) -> bool:
        return self._context.facts.carries_handles(field.type)

    def _result_types(self, hidden: Set[str]) -> Sequence[str]:
        return [self._context.spelling.value(item.type, hidden) for item in self._results]
