# SPDX-License-Identifier: Apache-2.0
"""Backends: each is a package here with a function `generate`, which turns one checked module into files.

The command line looks a backend up by its name and imports only that one, so a check never pays for templates.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import Protocol, cast

from idlc import ir
from idlc.backends.mappings import Mappings
from idlc.layout import Layouts
from idlc.types import DefName

BACKENDS = ("cpp", "json")


@dataclass(frozen=True)
class OutputFile:
    """A generated file; the path is relative to the output folder, with `/` between its parts."""

    path: str
    text: str


@dataclass(frozen=True)
class Unsupported:
    """Something sound that a backend cannot print yet: where it stands (a definition or a member) and what it is."""

    where: DefName
    what: str


class UnsupportedError(Exception):
    """Raised by a backend, before it prints anything, with all that it found."""

    def __init__(self, found: tuple[Unsupported, ...]) -> None:
        super().__init__("; ".join(f"{item.where}: {item.what}" for item in found))
        self.found = found


class Generate(Protocol):
    """`idlc.backends.<name>.generate`. May raise an UnsupportedError; any other failure is a bug of the backend.

    `layouts` holds the structs and unions of this module only, those of its methods included. Definitions of imported
    modules are reached through `ir.Scope(module)`. `mappings` name types of the user's own; without them, none.
    """

    def __call__(self, module: ir.Module, layouts: Layouts, mappings: Mappings = ...) -> list[OutputFile]: ...


def load_backend(name: str) -> Generate:
    """The generate function of one of BACKENDS."""
    return cast(Generate, import_module(f"idlc.backends.{name}").generate)
