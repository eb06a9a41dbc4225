# SPDX-License-Identifier: Apache-2.0
"""The IR and the layout of a module as one JSON file, for tools, tests and curious people.

Definitions, types and values are objects that name their class in `idlc.ir`, `idlc.types` or `idlc.values` under
`class`. Names of definitions are full names; members that have their default value are left out.
"""

from __future__ import annotations

import json

from idlc import ir
from idlc.backends import OutputFile
from idlc.backends.mappings import Mappings
from idlc.backends.json.dump import dump_layouts, dump_module
from idlc.layout import Layouts


def generate(module: ir.Module, layouts: Layouts, mappings: Mappings = {}) -> list[OutputFile]:
    found = {"module": dump_module(module), "layout": dump_layouts(layouts)}
    return [OutputFile(f"{module.path}.json", json.dumps(found, indent=2, ensure_ascii=False) + "\n")]
