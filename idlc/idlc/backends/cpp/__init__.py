# SPDX-License-Identifier: Apache-2.0
"""The C++20 backend: `x.idl` becomes `x.idl.h` and `x.idl.cpp`.

`views` thinks: it turns definitions into finished strings. `templates` prints them. docs/cpp-guide.md tells users what
the result looks like.
"""

from __future__ import annotations

from idlc import ir
from idlc.backends import OutputFile
from idlc.backends.cpp import unsupported
from idlc.backends.cpp.emit import emit
from idlc.backends.cpp.views import view_module
from idlc.backends.mappings import Mappings
from idlc.layout import Layouts


def generate(module: ir.Module, layouts: Layouts, mappings: Mappings = {}) -> list[OutputFile]:
    unsupported.check(module, mappings)
    return emit(view_module(module, layouts, mappings))
