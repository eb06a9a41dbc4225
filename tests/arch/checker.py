# SPDX-License-Identifier: Apache-2.0
"""Reads the includes of every file below a `ferrule/` folder and judges them by rooms.py."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import rooms

_INCLUDE = re.compile(r'^\s*#\s*include\s*(?:"([^"]+)"|<([^>]+)>)', re.MULTILINE)
_GENERATED = re.compile(r"^ferrule/(.+)\.idl\.h$")
_SPDX = "SPDX-License-Identifier: Apache-2.0"


@dataclass(frozen=True)
class File:
    """One source file: its path below the include root, its text, what it includes."""

    path: str
    text: str
    own_includes: tuple[str, ...]  # "ferrule/..." in quotes
    system_includes: tuple[str, ...]  # <...>

    @property
    def room(self) -> str:
        """The room's name, or "" for files directly below ferrule/, such as the umbrella header."""
        return _room(self.path)

    @property
    def is_header(self) -> bool:
        return self.path.endswith(".h")

    @property
    def is_public(self) -> bool:
        return self.is_header and not _is_private(self.path)


def read_tree(include_root: Path) -> list[File]:
    """Every .h and .cpp below `include_root`/ferrule, in order of path."""
    paths = sorted(p for p in (include_root / "ferrule").rglob("*") if p.suffix in {".h", ".cpp"})
    return [_read(path, include_root) for path in paths]


def violations(files: list[File]) -> list[str]:
    """All that breaks the plan, one sentence each; empty if nothing does."""
    found: list[str] = []
    for file in files:
        found += _wrong_form(file)
        found += _wrong_arrows(file)
        found += _impure_includes(file)
    found += _private_includes_of_public_headers(files)
    found += _include_cycles(files)
    return found


def _read(path: Path, include_root: Path) -> File:
    text = path.read_text(encoding="utf-8")
    includes = _INCLUDE.findall(text)
    return File(
        path=path.relative_to(include_root).as_posix(),
        text=text,
        own_includes=tuple(quoted for quoted, _ in includes if quoted),
        system_includes=tuple(angled for _, angled in includes if angled),
    )


def _room(path: str) -> str:
    parts = path.split("/")
    return parts[1] if len(parts) > 2 else ""


def _wrong_form(file: File) -> Iterator[str]:
    if _SPDX not in file.text.split("\n", 1)[0]:
        yield f"{file.path}: the first line must be '// {_SPDX}'"
    if file.is_header and not re.search(r"^#pragma once$", file.text, re.MULTILINE):
        yield f"{file.path}: '#pragma once' is missing"
    if file.room and file.room not in rooms.MAY_INCLUDE:
        yield f"{file.path}: there is no room named {file.room}"
    for include in file.own_includes:
        if not include.startswith("ferrule/"):
            yield f'{file.path}: includes "{include}"; write the path from the root, "ferrule/..."'


def _wrong_arrows(file: File) -> Iterator[str]:
    if file.room not in rooms.MAY_INCLUDE:
        return  # the umbrella header, which stands outside all rooms, or an unknown room
    for include in file.own_includes:
        if include.startswith("ferrule/") and not _may_include(file.room, include):
            yield f"{file.path}: {file.room} must not include {include}"


def _may_include(room: str, include: str) -> bool:
    if generated := _GENERATED.match(include):
        allowed = rooms.MAY_INCLUDE_GENERATED.get(room, frozenset())
        name = generated[1]
        return name in allowed or ("*" in allowed and name not in rooms.PRIVATE_GENERATED)
    other = _room(include)
    allowed = rooms.MAY_INCLUDE[room]
    return other == room or other in allowed or include.removeprefix("ferrule/") in allowed


def _impure_includes(file: File) -> Iterator[str]:
    if file.room not in rooms.PURE_ROOMS:
        return
    for include in file.system_includes:
        if include.startswith(rooms.IMPURE_INCLUDES):
            yield f"{file.path}: {file.room} is pure and must not include <{include}>"


def _private_includes_of_public_headers(files: list[File]) -> Iterator[str]:
    """What users include must compile from the installed headers alone.

    Only the direct includes need a look: every header between is public itself, or is reported.
    """
    for file in files:
        if not file.is_public:
            continue
        for include in file.own_includes:
            if _is_private(include):
                yield f"{file.path}: is installed, {include} is not; declare or hide what it needs"


def _is_private(include: str) -> bool:
    if generated := _GENERATED.match(include):
        return generated[1] in rooms.PRIVATE_GENERATED
    return _room(include) not in rooms.PUBLIC_ROOMS | {""} or "/internal/" in include


def _include_cycles(files: list[File]) -> list[str]:
    """Rings of headers. Rooms cannot form one by the table, so these lie inside a room."""
    headers = {file.path: file for file in files if file.is_header}
    finished: set[str] = set()
    found: list[str] = []

    def visit(path: str, trail: list[str]) -> None:
        if path in trail:
            ring = trail[trail.index(path) :] + [path]
            found.append("include cycle: " + " -> ".join(ring))
            return
        if path in finished or path not in headers:
            return
        for include in headers[path].own_includes:
            visit(include, trail + [path])
        finished.add(path)

    for path in headers:
        visit(path, [])
    return found
