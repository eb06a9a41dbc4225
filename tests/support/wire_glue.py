# SPDX-License-Identifier: Apache-2.0
"""Writes the C++ that a judge of messages needs for the interfaces of one IDL file.

That is the generated code of the file and of all it imports, and a `glue.cpp` with a table of its interfaces (see
tests/support/wire_judge.h): for each an implementation that does nothing, and the decoders of its responses.

Only what the interfaces can reach is generated, so that a definition the backend cannot print does no harm where it is
not used. Kinds of handles without a C++ type of their own yet are checked as handles of any kind.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
# In the source tree the compiler's package stands in a folder of its own name, when installed not.
sys.path.insert(0, str(ROOT if (ROOT / "idlc" / "__init__.py").exists() else ROOT / "idlc"))

from idlc import compiler, ir, layout, types  # noqa: E402
from idlc.backends import UnsupportedError  # noqa: E402
from idlc.backends import cpp  # noqa: E402
from idlc.backends.cpp import names  # noqa: E402
from idlc.diagnostics import Diagnostics  # noqa: E402
from idlc.diagnostics.render import PLAIN, render  # noqa: E402
from idlc.ordering import members_of  # noqa: E402
from idlc.roots import Roots  # noqa: E402


class GlueError(Exception):
    """The IDL cannot be judged; the text says why."""


@dataclass(frozen=True)
class Glue:
    sources: tuple[Path, ...]
    """All .cpp files to compile, the glue first."""
    interfaces: tuple[str, ...]


def write_glue(idl: str, roots: Sequence[str], out_dir: Path, wanted: str | None = None) -> Glue:
    """Of all interfaces of the file, or the one that is wanted."""
    module = _compile(idl, roots)
    interfaces = [item for item in module.interfaces if wanted in (None, item.name.full, item.name.short)]
    if not interfaces:
        known = ", ".join(item.name.full for item in module.interfaces) or "none"
        raise GlueError(f"{idl} has no interface {wanted}; it has {known}")
    reached = _reach(interfaces, ir.Scope(module))
    sources, headers = [], {}
    for part in _all_modules(module):
        for file in _generate(_prune(part, reached)):
            path = out_dir / file.path
            _write(path, file.text)
            headers[file.path] = file.text
            if path.suffix == ".cpp":
                sources.append(path)
    glue = out_dir / "glue.cpp"
    _write(out_dir / "stubs.h", _stubs_text(module, interfaces, headers[f"{module.path}.h"]))
    _write(glue, _glue_text(module, interfaces))
    return Glue((glue, *sources), tuple(item.name.full for item in interfaces))


# --- the front end --------------------------------------------------------------------------------


def _compile(idl: str, roots: Sequence[str]) -> ir.Module:
    diagnostics = Diagnostics()
    compiled = compiler.run([idl], compiler.Options(Roots(tuple(roots))), diagnostics)
    if diagnostics.has_errors or not compiled.modules:
        raise GlueError("".join(render(item, PLAIN) for item in diagnostics.sorted))
    return compiled.modules[0][0]


def _all_modules(module: ir.Module) -> list[ir.Module]:
    found = {module.path: module}
    pending = [module]
    while pending:
        for item in pending.pop().imports:
            if item.module.path not in found:
                found[item.module.path] = item.module
                pending.append(item.module)
    return list(found.values())


# --- what is needed -------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Reached:
    whole: frozenset[types.DefName]
    """Definitions that messages hold."""
    named: frozenset[types.DefName]
    """Interfaces of which only the name is needed: their ends travel."""


def _reach(interfaces: Sequence[ir.Interface], scope: ir.Scope) -> _Reached:
    whole = {item.name for item in interfaces}
    named: set[types.DefName] = set()
    pending = [field.type for item in interfaces for method in item.methods for field in _fields_of(method)]
    while pending:
        type_ = pending.pop()
        pending.extend(types.parts_of(type_))
        if isinstance(type_, types.ENDPOINT_TYPES):
            named.add(type_.interface)
        elif isinstance(type_, (types.StructRef, types.UnionRef, types.EnumRef)) and type_.name not in whole:
            whole.add(type_.name)
            if isinstance(type_, types.EnumRef):
                whole.update([type_.name.parent] if type_.name.parent is not None else [])
            else:
                item = scope.find(type_.name)
                assert isinstance(item, (ir.Struct, ir.Union))
                pending.extend(field.type for field in members_of(item))
    return _Reached(frozenset(whole), frozenset(named))


def _fields_of(method: ir.Method) -> Iterator[ir.Field]:
    yield from method.params.fields
    yield from method.response.fields if method.response is not None else ()
    yield from method.result.union.members if method.result is not None else ()


def _prune(module: ir.Module, reached: _Reached) -> ir.Module:
    kept: list[ir.Definition] = []
    for item in module.definitions:
        if isinstance(item, ir.Const) or item.name in reached.whole:
            kept.append(item)
        elif isinstance(item, ir.Enum) and not item.is_native:
            kept.append(item)  # constants and defaults may name its values
        elif isinstance(item, ir.Interface) and (item.name in reached.named or item.enums):
            kept.append(replace(item, methods=()))
        elif isinstance(item, ir.Struct) and not item.is_native and (item.enums or item.constants):
            kept.append(replace(item, fields=()))
    return replace(module, definitions=tuple(kept))


# --- the backend ----------------------------------------------------------------------------------

def _generate(module: ir.Module) -> list[cpp.OutputFile]:
    try:
        return cpp.generate(module, layout.run(module))
    except UnsupportedError as reason:
        raise GlueError(f"not supported by the C++ backend: {reason}") from reason


# --- the glue -------------------------------------------------------------------------------------


def _stubs_text(module: ir.Module, interfaces: Sequence[ir.Interface], header: str) -> str:
    namespace = names.namespace(module.namespace)
    stubs = "\n".join(_stub(item, header) for item in interfaces)
    return f"""\
// Written by wire_glue.py from {module.path}. Do not edit.
#pragma once

#include "{module.path}.h"

namespace {namespace} {{

{stubs}
}}  // namespace {namespace}
"""


def _glue_text(module: ir.Module, interfaces: Sequence[ir.Interface]) -> str:
    namespace = names.namespace(module.namespace)
    doors = "".join(_doors(item, index, namespace) for index, item in enumerate(interfaces))
    tables = "".join(_method_table(item, index) for index, item in enumerate(interfaces))
    rows = "".join(_row(item, index, namespace) for index, item in enumerate(interfaces))
    return f"""\
// Written by wire_glue.py from {module.path}. Do not edit.
#include "support/wire_judge.h"

#include "stubs.h"

namespace ferrule::test {{

{doors}
namespace {{

using Method = JudgedInterface::Method;
{tables}
const JudgedInterface kInterfaces[] = {{
{rows}}};

}}  // namespace

std::span<const JudgedInterface> judged_interfaces() {{ return kInterfaces; }}

}}  // namespace ferrule::test
"""


def _stub_name(interface: ir.Interface) -> str:
    return f"WireCheckStubOf{names.definition(interface.name)}"


def _stub(interface: ir.Interface, header: str) -> str:
    """An implementation; how its methods are declared is read from the generated class."""
    name = names.definition(interface.name)
    body = header.split(f"\nclass {name} {{\n", 1)[1].split("\n};\n", 1)[0]
    methods = re.findall(r"^  virtual (void .*?\)) = 0;$", body, re.DOTALL | re.MULTILINE)
    assert len(methods) == len(interface.methods), interface.name
    lines = "".join(f"  {item} override {{}}\n" for item in methods)
    return f"class {_stub_name(interface)} final : public {name} {{\n{lines}}};\n"


def _door(index: int, method: ir.Method) -> str:
    return f"Door{index}_{method.ordinal}"


def _doors(interface: ir.Interface, index: int, namespace: str) -> str:
    text = ""
    for method in interface.methods:
        if method.response is not None:
            door = _door(index, method)
            function = f"::{namespace}::{names.proxy(interface.name)}::decode_{method.name}_response"
            text += (
                f"struct {door} {{\n  friend constexpr auto open({door});\n}};\n"
                f"template struct Opened<{door}, &{function}>;\n"
            )
    return text


def _method_table(interface: ir.Interface, index: int) -> str:
    if not interface.methods:
        return ""
    rows = ""
    for method in interface.methods:
        decode = "nullptr"
        if method.response is not None:
            door = _door(index, method)
            decode = f"[](wire::Decoder& decoder) {{ return decode_results(open({door}()), decoder); }}"
        rows += f'    {{{method.ordinal}U, "{method.name}", {decode}}},\n'
    return f"constexpr Method kMethods{index}[] = {{\n{rows}}};\n"


def _row(interface: ir.Interface, index: int, namespace: str) -> str:
    dispatch = f"&dispatch_to_stub<::{namespace}::{names.definition(interface.name)}, "
    dispatch += f"::{namespace}::{_stub_name(interface)}>"
    methods = f"kMethods{index}" if interface.methods else "{}"
    return f'    {{"{interface.name.full}", {dispatch}, {methods}}},\n'


def _write(path: Path, text: str) -> None:
    """Leaves a file alone whose text did not change."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("-I", dest="roots", action="append", default=[], metavar="ROOT")
    parser.add_argument("--out-dir", required=True, type=Path)
    parser.add_argument("--list", type=Path, metavar="FILE", help="a C++ file that includes all others")
    parser.add_argument("idl")
    options = parser.parse_args()
    try:
        glue = write_glue(options.idl, [*options.roots, os.path.dirname(options.idl) or "."], options.out_dir)
        if options.list is not None:
            options.list.write_text("".join(f'#include "{path}"\n' for path in glue.sources), encoding="utf-8")
    except GlueError as reason:
        print(f"wire_glue: {reason}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
