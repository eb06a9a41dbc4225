# SPDX-License-Identifier: Apache-2.0
"""The IR and the layout of a module as one JSON file, for tools, tests and curious people.

Types, values and layouts are objects with a `kind` or with named members, after the classes in `idlc.types`,
`idlc.values`, `idlc.ir` and `idlc.layout`. Names of definitions are full names; members that hold nothing are left out.
"""

from __future__ import annotations

import json

from idlc import ir
from idlc.backends import OutputFile
from idlc.backends.json.dump import dump_layouts, dump_module
from idlc.layout import Layouts


def generate(module: ir.Module, layouts: Layouts) -> list[OutputFile]:
    found = {"module": dump_module(module), "layout": dump_layouts(layouts)}
    return [OutputFile(f"{module.path}.json", json.dumps(found, indent=2, ensure_ascii=False) + "\n")]
