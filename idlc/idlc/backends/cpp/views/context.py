# SPDX-License-Identifier: Apache-2.0
"""What all views of a module are made from."""

from __future__ import annotations

from dataclasses import dataclass

from idlc import ir
from idlc.backends.cpp.facts import Facts
from idlc.backends.cpp.spelling import Spelling
from idlc.backends.cpp.views.circles import Circles
from idlc.backends.mappings import Mappings
from idlc.layout import Layouts
from idlc.ordering import definition_order


@dataclass(frozen=True)
class Context:
    module: ir.Module
    layouts: Layouts
    scope: ir.Scope
    facts: Facts
    spelling: Spelling
    order: tuple[ir.Struct | ir.Union, ...]
    """The structs and unions as they are defined in the header."""
    circles: Circles


def make_context(module: ir.Module, layouts: Layouts, mappings: Mappings) -> Context:
    scope = ir.Scope(module)
    order = definition_order(module)
    facts = Facts(scope, mappings)
    return Context(module, layouts, scope, facts, Spelling(module, scope, facts, mappings), order, Circles(order))
