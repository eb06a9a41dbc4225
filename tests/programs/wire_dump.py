# SPDX-License-Identifier: Apache-2.0
"""wire_dump: prints a message against its IDL, field by field with its place, or as JSON.

It shows what it can of a broken message, too: where the bytes end or do not fit, it says so and goes on elsewhere.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import struct
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

TESTS = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(TESTS.parent / "idlc"))

from idlc import compiler, ir, layout, types  # noqa: E402
from idlc.diagnostics import Diagnostics  # noqa: E402
from idlc.diagnostics.render import PLAIN, render  # noqa: E402
from idlc.layout import WireKind  # noqa: E402
from idlc.roots import Roots  # noqa: E402

NONE = 0xFFFFFFFF
MAX_DEPTH = 200
CONTROL = {0xFFFFFFFF: "Run", 0xFFFFFFFE: "RunOrClosePipe"}
IDL = TESTS.parent / "idl"
HEADER = (
    ("num_bytes", 0, "<I", 24),
    ("version", 4, "<I", 24),
    ("interface_id", 8, "<I", 24),
    ("name", 12, "<I", 24),
    ("flags", 16, "<I", 24),
    ("trace_nonce", 20, "<I", 24),
    ("request_id", 24, "<Q", 32),
    ("payload", 32, "<Q", 48),
    ("payload_interface_ids", 40, "<Q", 48),
    ("creation_timeticks_us", 48, "<q", 56),
)
FLAGS = {1: "expects_response", 2: "is_response", 4: "sync", 8: "no_interrupt", 16: "urgent"}


class Broken(Exception):
    """The bytes do not hold what they should."""


@dataclass
class Dump:
    """Walks one message; `lines` is for people, the results of the functions are JSON."""

    data: bytes
    scope: ir.Scope
    lines: list[str] = field(default_factory=list)

    def number(self, fmt: str, at: int) -> Any:
        if at < 0 or at + struct.calcsize(fmt) > len(self.data):
            raise Broken(f"the message ends before byte {at + struct.calcsize(fmt)}")
        return struct.unpack_from(fmt, self.data, at)[0]

    def say(self, at: int, depth: int, text: str) -> None:
        self.lines.append(f"{at:6}  {'  ' * depth}{text}")

    # --- objects ---

    def struct(self, found: ir.Struct, at: int, depth: int) -> dict[str, Any]:
        size, version = self.number("<I", at), self.number("<I", at + 4)
        self.say(at, depth, f"struct {found.name.local}: {size} bytes, version {version}")
        values: dict[str, Any] = {}
        for item in layout.layout_struct(found).fields:
            if item.min_version > version:
                continue
            place = at + 8 + item.offset
            name = item.field.name
            if item.has_flag is not None and not self._bit(at + 8 + item.has_flag.offset, item.has_flag.bit):
                self.say(place, depth + 1, f"{name} = null")
                values[name] = None
                continue
            values[name] = self.value(name, types.without_null(item.field.type) if item.has_flag else item.field.type,
                                      place, item.bit, depth + 1)
        return values

    def _bit(self, at: int, bit: int) -> bool:
        return bool(self.number("<B", at + bit // 8) >> bit % 8 & 1)

    def value(self, name: str, type_: types.Type, at: int, bit: int, depth: int, *, in_union: bool = False) -> Any:
        try:
            return self._value(name, type_, at, bit, depth, in_union)
        except Broken as reason:
            self.say(at, depth, f"{name}: {reason}")
            return {"broken": str(reason), "at": at}

    def _value(self, name: str, type_: types.Type, at: int, bit: int, depth: int, in_union: bool) -> Any:
        if depth > MAX_DEPTH:
            raise Broken("nested too deeply")
        kind = layout.kind_of(type_)
        if kind in (WireKind.BOOL, WireKind.INT, WireKind.FLOAT, WireKind.ENUM):
            number = self._plain(type_, at, bit)
            self.say(at, depth, f"{name} = {number}")
            return number
        if kind in (WireKind.HANDLE, WireKind.REMOTE, WireKind.RECEIVER):
            return self._index(name, "handle", at, depth)
        if kind in (WireKind.ASSOCIATED_REMOTE, WireKind.ASSOCIATED_RECEIVER):
            return self._index(name, "interface_id", at, depth)
        if kind is WireKind.UNION and not in_union:
            return self._union(name, type_, at, depth)
        distance = self.number("<Q", at)
        if distance == 0:
            self.say(at, depth, f"{name} = null")
            return None
        target = at + distance
        if target % 8 or target + 8 > len(self.data):
            raise Broken(f"a pointer to byte {target}")
        self.say(at, depth, f"{name} -> {target}")
        if isinstance(type_, types.UnionRef):
            return self._union(name, type_, target, depth + 1)
        return self._object(name, type_, target, depth + 1)

    def _object(self, name: str, type_: types.Type, at: int, depth: int) -> Any:
        if isinstance(type_, types.StructRef):
            return self.struct(self.scope.struct(type_.name), at, depth)
        if isinstance(type_, types.MapType):
            keys = self.value("keys", types.ArrayType(type_.key), at + 8, 0, depth)
            values = self.value("values", types.ArrayType(type_.value), at + 16, 0, depth)
            if isinstance(keys, list) and isinstance(values, list):
                return [{"key": key, "value": value} for key, value in zip(keys, values)]
            return {"keys": keys, "values": values}
        if isinstance(type_, types.StringType):
            raw = self._bytes(at)
            self.say(at, depth, f"string: {json.dumps(raw.decode('utf-8', 'replace'))}")
            return raw.decode("utf-8", "replace")
        assert isinstance(type_, types.ArrayType)
        return self._array(name, type_, at, depth)

    def _bytes(self, at: int) -> bytes:
        count = self.number("<I", at + 4)
        if at + 8 + count > len(self.data):
            raise Broken(f"{count} elements go beyond the message")
        return self.data[at + 8 : at + 8 + count]

    def _array(self, name: str, type_: types.ArrayType, at: int, depth: int) -> list[Any]:
        size, count = self.number("<I", at), self.number("<I", at + 4)
        self.say(at, depth, f"array: {size} bytes, {count} elements")
        element = type_.element
        is_bit = isinstance(element, types.BoolType)
        if count > (len(self.data) - at) * 8:
            raise Broken(f"{count} elements go beyond the message")
        begin, flags = at + 8, layout.has_flag(element)
        width = 1 if is_bit else layout.room_of(element).size
        start = begin
        if flags:
            row = (count + 7) // 8
            start += row if is_bit else (row + width - 1) // width * width
        found = []
        for index in range(count):
            place = start + (index // 8 if is_bit else index * width)
            if flags and not self._bit(begin, index):
                self.say(place, depth + 1, f"[{index}] = null")
                found.append(None)
                continue
            plain = types.without_null(element) if flags else element
            found.append(self.value(f"[{index}]", plain, place, index % 8 if is_bit else 0, depth + 1))
            if isinstance(found[-1], dict) and "broken" in found[-1]:
                break
        return found

    def _union(self, name: str, type_: types.Type, at: int, depth: int) -> Any:
        assert isinstance(type_, types.UnionRef)
        size, tag = self.number("<I", at), self.number("<I", at + 4)
        if size == 0:
            self.say(at, depth, f"{name} = null")
            return None
        members = {item.ordinal: item for item in self.scope.union(type_.name).members}
        member = members.get(tag)
        self.say(at, depth, f"{name}: union {type_.name.local}, tag {tag} ({member.name if member else 'unknown'})")
        if member is None:
            return {"unknown_tag": tag}
        return {member.name: self.value(member.name, member.type, at + 8, 0, depth + 1, in_union=True)}

    # --- values ---

    def _plain(self, type_: types.Type, at: int, bit: int) -> Any:
        if isinstance(type_, types.BoolType):
            return self._bit(at, bit)
        if isinstance(type_, types.FloatType):
            return self.number("<f" if type_.bits == 32 else "<d", at)
        if isinstance(type_, types.IntType):
            letter = {8: "b", 16: "h", 32: "i", 64: "q"}[type_.bits]
            return self.number("<" + (letter if type_.signed else letter.upper()), at)
        assert isinstance(type_, types.EnumRef)
        number = self.number("<i", at)
        names = {item.value: item.name for item in self.scope.enum(type_.name).values}
        return names.get(number, number)

    def _index(self, name: str, kind: str, at: int, depth: int) -> Any:
        index = self.number("<I", at)
        self.say(at, depth, f"{name} = {'none' if index == NONE else f'{kind} {index}'}")
        return None if index == NONE else {kind: index}

    # --- the message ---

    def message(self, interface: ir.Interface) -> dict[str, Any]:
        size = self.number("<I", 0)
        header = {name: self.number(fmt, at) for name, at, fmt, needs in HEADER if size >= needs}
        flags = [text for bit, text in FLAGS.items() if header.get("flags", 0) & bit]
        method = _find_method(interface, header.get("name", NONE))
        params, title = (method.params, method.name) if method else (None, "")
        if method is not None and "is_response" in flags:
            params = method.response
        if method is None:
            params, title = self._control(header, "is_response" in flags)
        for name, at, _, needs in HEADER:
            if size >= needs:
                more = {"name": title or "unknown", "flags": ", ".join(flags)}.get(name, "")
                self.say(at, 0, f"{name} = {header[name]}" + (f" ({more})" if more else ""))
        found: dict[str, Any] = {"header": header, "interface": interface.name.full, "flags": flags}
        found["method"] = title or None
        payload = 32 + header["payload"] if "payload" in header else size
        ids = header.get("payload_interface_ids", 0)
        if ids:
            found["interface_ids"] = self.value("interface_ids", types.ArrayType(types.IntType(32, False)), 40, 0, 0)
        if params is not None:
            try:
                found["payload"] = self.struct(params, payload, 0)
            except Broken as reason:
                self.say(payload, 0, f"payload: {reason}")
                found["payload"] = {"broken": str(reason), "at": payload}
        return found


    def _control(self, header: dict[str, Any], is_response: bool) -> tuple[ir.Struct | None, str]:
        """What every interface, or every pipe, understands; the structs are those of idl/ferrule."""
        name = header.get("name", NONE)
        if name not in CONTROL:
            return None, ""
        is_pipe = header.get("interface_id") == NONE
        module = _compile(str(IDL / "ferrule" / ("pipe_control.idl" if is_pipe else "interface_control.idl")), ())
        self.scope = ir.Scope(module)
        wanted = f"{CONTROL[name]}{'ResponseParams' if is_response else 'Params'}"
        found = (item for item in module.structs if item.name.short == wanted)
        return next(found, None), CONTROL[name]


def _find_method(interface: ir.Interface, name: int) -> ir.Method | None:
    """By its ordinal; a control message by the name that an interface describing them gives it."""
    control = CONTROL.get(name)
    found = (item for item in interface.methods if (item.name == control if control else item.ordinal == name))
    return next(found, None)


def read_message(path: Path) -> bytes:
    """Raw bytes; a file that ends in .data in the notation of tests/wire_corpus, in .hex as hexadecimal digits."""
    raw = path.read_bytes()
    if path.suffix == ".hex":
        return bytes.fromhex(raw.decode("ascii"))
    return read_notation(raw.decode("ascii")) if path.suffix == ".data" else raw


def read_notation(text: str) -> bytes:
    out, waiting = bytearray(), dict[str, tuple[int, int]]()
    for word in re.sub(r"//[^\r\n]*", "", text).split():
        match = re.fullmatch(r"\[(\w+)\](.+)", word)
        kind, value = match.groups() if match else ("u1", word)
        if kind == "b":
            out.append(int(value, 2))
        elif kind in ("f", "d"):
            out += struct.pack("<" + kind, float(value))
        elif kind in ("dist4", "dist8"):
            waiting[value] = (len(out), int(kind[4]))
            out += bytes(int(kind[4]))
        elif kind == "anchr":
            at, size = waiting.pop(value)
            out[at : at + size] = (len(out) - at).to_bytes(size, "little")
        elif kind != "handles":
            out += int(value, 0).to_bytes(int(kind[1]), "little", signed=kind[0] == "s")
    return bytes(out)


class CannotCompile(Exception):
    """The diagnostics are the text."""


def _compile(idl: str, roots: Sequence[str]) -> ir.Module:
    diagnostics = Diagnostics()
    compiled = compiler.run([idl], compiler.Options(Roots((*roots, str(IDL)))), diagnostics)
    if diagnostics.has_errors:
        raise CannotCompile("".join(render(item, PLAIN) for item in diagnostics.sorted))
    return compiled.modules[0][0]


def main() -> int:
    parser = argparse.ArgumentParser(prog="./dev wire_dump", description=(__doc__ or "").split("\n", maxsplit=1)[0])
    add = parser.add_argument
    add("-I", dest="roots", action="append", default=[], metavar="ROOT", help="a folder that imports are relative to")
    add("--idl", required=True, metavar="FILE")
    add("--interface", required=True, metavar="NAME", help="with or without its module")
    add("--json", action="store_true", help="as JSON")
    add("message", type=Path, help="bytes; NAME.data in the notation of tests/wire_corpus; NAME.hex in hexadecimal")
    options = parser.parse_args()
    roots = options.roots or [os.path.dirname(options.idl) or "."]
    try:
        module = _compile(options.idl, roots)
    except CannotCompile as reason:
        sys.stderr.write(str(reason))
        return 2
    for interface in module.interfaces:
        if options.interface in (interface.name.full, interface.name.short):
            break
    else:
        print(f"wire_dump: {options.idl} has no interface {options.interface}", file=sys.stderr)
        return 2
    dump = Dump(read_message(options.message), ir.Scope(module))
    try:
        found = dump.message(interface)
    except Broken as reason:
        print(f"wire_dump: no message: {reason}", file=sys.stderr)
        return 1
    print(json.dumps(found, indent=2) if options.json else "\n".join(dump.lines))
    return 0


if __name__ == "__main__":
    sys.exit(main())
