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


def generate(
    module: ir.Module, layouts: Layouts, mappings: Mappings = {}, untyped_handles: bool = False
) -> list[OutputFile]:
    """With `untyped_handles`, kinds of handles without a C++ type yet are printed as `ferrule::wire::Handle`, which has
    the same bytes: for tools that judge messages."""
    unsupported.check(module, mappings, untyped_handles)
    return emit(view_module(module, layouts, mappings))
