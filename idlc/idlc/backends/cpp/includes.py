# SPDX-License-Identifier: Apache-2.0
"""The includes of generated files, grouped and sorted as clang-format would."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from idlc.backends.cpp.spelling import Spelling
from idlc.backends.mappings import STRING

_ROOMS = ("base", "platform", "wire", "transport", "node", "bindings", "stream", "types", "sandbox", "service")


def header_includes(spelling: Spelling, needs_bindings: bool) -> str:
    system = {"cstddef", "cstdint", *spelling.system_headers}
    runtime = "ferrule/bindings/generated_interface.h" if needs_bindings else "ferrule/wire/generated_struct.h"
    return _groups(system, [runtime, *(f"{file}.h" for file in spelling.imported_files), *_mapped_headers(spelling)])


@dataclass(frozen=True)
class SourceUses:
    """What a source file uses besides its own header."""

    codecs: bool
    checks: bool
    moves: bool
    values: bool
    pipe_codecs: bool
    associated_codecs: bool
    mappings: tuple[str, ...] = ()
    """Headers about types of the user's own."""


def source_includes(path: str, uses: SourceUses) -> str:
    quoted = [
        *(["ferrule/base/check.h"] if uses.checks else []),
        *(["ferrule/wire/codec/all.h"] if uses.codecs else []),
        *(["ferrule/wire/value_text.h", "ferrule/wire/value_type.h"] if uses.values else []),
        *(["ferrule/bindings/codec_pending.h"] if uses.pipe_codecs else []),
        *(["ferrule/bindings/codec_associated.h"] if uses.associated_codecs else []),
    ]
    quoted += uses.mappings
    others = _groups(["utility"] if uses.moves else [], quoted)
    return f'#include "{path}.h"\n' + (f"\n{others}" if others else "")


def _mapped_headers(spelling: Spelling) -> list[str]:
    """Of types of the user's own. What is said about strings is needed wherever they are used."""
    found = [header for mapping in spelling.mapped.values() for header in mapping.headers]
    string = spelling.mapped.get(STRING)
    return list(dict.fromkeys([*found, *(string.traits if string is not None else ())]))


def _groups(system: Iterable[str], quoted: Iterable[str]) -> str:
    """Blocks: the standard library, Ferrule by room from the ground up, then the rest."""
    ferrule = sorted((item for item in quoted if item.startswith("ferrule/")), key=lambda item: (_room(item), item))
    others = sorted(item for item in quoted if not item.startswith("ferrule/"))
    blocks = [
        "".join(f"#include <{item}>\n" for item in sorted(system)),
        "".join(f'#include "{item}"\n' for item in ferrule),
        "".join(f'#include "{item}"\n' for item in others),
    ]
    return "\n".join(block for block in blocks if block)


def _room(path: str) -> int:
    folder = path.split("/")[1]
    return _ROOMS.index(folder) if folder in _ROOMS else len(_ROOMS)
