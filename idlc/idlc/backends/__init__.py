# SPDX-License-Identifier: Apache-2.0
"""Backends: each is a package here with a function `generate`, which turns one checked module into files.

The command line looks a backend up by its name and imports only that one, so a check never pays for templates.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import Protocol, cast

from idlc import ir
from idlc.layout import Layouts

BACKENDS = ("cpp", "json")


@dataclass(frozen=True)
class OutputFile:
    """A generated file; the path is relative to the output folder, with `/` between its parts."""

    path: str
    text: str


class Generate(Protocol):
    """`idlc.backends.<name>.generate`. A module that cannot be printed in the target language is a bug of the backend.

    `layouts` holds the structs and unions of this module only, those of its methods included. Definitions of imported
    modules are reached through `ir.Scope(module)`.
    """

    def __call__(self, module: ir.Module, layouts: Layouts) -> list[OutputFile]: ...


def load_backend(name: str) -> Generate:
    """The generate function of one of BACKENDS."""
    return cast(Generate, import_module(f"idlc.backends.{name}").generate)
