# SPDX-License-Identifier: Apache-2.0
"""What all views of a module are made from."""

from __future__ import annotations

from dataclasses import dataclass

from idlc import ir
from idlc.backends.cpp.facts import Facts
from idlc.backends.cpp.spelling import Spelling
from idlc.layout import Layouts


@dataclass(frozen=True)
class Context:
    module: ir.Module
    layouts: Layouts
    scope: ir.Scope
    facts: Facts
    spelling: Spelling


def make_context(module: ir.Module, layouts: Layouts) -> Context:
    scope = ir.Scope(module)
    return Context(module, layouts, scope, Facts(scope), Spelling(module, scope))
