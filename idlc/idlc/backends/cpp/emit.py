# SPDX-License-Identifier: Apache-2.0
"""Prints views through the templates."""

from __future__ import annotations

from functools import cache

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from pathlib import Path

from idlc.backends import OutputFile
from idlc.backends.cpp.views import ModuleView


def emit(view: ModuleView) -> list[OutputFile]:
    environment = _environment()
    return [
        OutputFile(f"{view.source_path}.{ending}", environment.get_template(template).render(module=view))
        for ending, template in (("h", "header.jinja"), ("cpp", "source.jinja"))
    ]


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        undefined=StrictUndefined,
        autoescape=False,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
