# SPDX-License-Identifier: Apache-2.0
"""Methods: their parameters and responses become structs of their own."""

from __future__ import annotations

from idlc import ast, attributes, ir, ordinals, types
from idlc.lower.context import Context
from idlc.lower.members import lower_fields
from idlc.synthetic import params_name, response_name, result_name
from idlc.walk import methods_of


def lower_methods(context: Context, interface: ast.Interface) -> tuple[ir.Method, ...]:
    name = context.name(interface)
    methods = methods_of(interface)
    return tuple(
        _method(context, name, item, ordinal) for item, ordinal in zip(methods, ordinals.assign(methods))
    )


def _method(context: Context, interface: types.DefName, item: ast.Method, ordinal: int) -> ir.Method:
    params = _struct(params_name(interface, item.name.text), lower_fields(context, item.parameters))
    response: ir.Struct | None = None
    result: ir.ResultSugar | None = None
    if isinstance(item.response, ast.Parameters):
        fields = lower_fields(context, item.response.fields)
        response = _struct(response_name(interface, item.name.text), fields)
    elif isinstance(item.response, ast.Result):
        result = _result(context, interface, item.name.text, item.response)
        field = ir.Field(name="result", type=types.UnionRef(result.union.name), ordinal=0)
        response = _struct(response_name(interface, item.name.text), (field,))
    return ir.Method(
        doc=context.docs.of(item),
        attributes=context.attributes(item),
        name=item.name.text,
        ordinal=ordinal,
        params=params,
        response=response,
        result=result,
        min_version=attributes.min_version(item),
        is_sync=attributes.is_on(item, "Sync"),
        no_interrupt=attributes.is_on(item, "NoInterrupt"),
        unlimited_size=attributes.is_on(item, "UnlimitedSize"),
        supports_urgent=attributes.is_on(item, "SupportsUrgent"),
    )


def _struct(name: types.DefName, fields: tuple[ir.Field, ...]) -> ir.Struct:
    return ir.Struct(name=name, fields=fields, is_synthetic=True)


def _result(context: Context, interface: types.DefName, method: str, node: ast.Result) -> ir.ResultSugar:
    success, failure = context.type(node.success), context.type(node.failure)
    members = (
        ir.Field(name="success", type=success, ordinal=0),
        ir.Field(name="failure", type=failure, ordinal=1),
    )
    union = ir.Union(name=result_name(interface, method), members=members, is_synthetic=True)
    return ir.ResultSugar(success=success, failure=failure, union=union)
