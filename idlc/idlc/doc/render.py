# SPDX-License-Identifier: Apache-2.0
"""Prints the pages: one a file, and an index that can be searched."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import jinja2

from idlc import ir
from idlc.backends import OutputFile
from idlc.doc.views import Page, page_of

FORMATS = {"html": ".html", "markdown": ".md"}


@dataclass(frozen=True)
class Printer:
    """Prints pages of one kind, a key of FORMATS; `known` are the import paths of all files that get one."""

    kind: str
    known: frozenset[str]

    def pages(self, modules: Iterable[ir.Module]) -> list[tuple[Page, OutputFile]]:
        ending = FORMATS[self.kind]
        template = self._environment.get_template(f"page{ending}.jinja")
        pages = [page_of(module, ending, self.known) for module in modules]
        return [(page, OutputFile(page.path + ending, template.render(page=page))) for page in pages]

    def index(self, pages: Sequence[Page]) -> OutputFile:
        ending = FORMATS[self.kind]
        template = self._environment.get_template(f"index{ending}.jinja")
        text = template.render(pages=pages, entries=_search_entries(pages, ending))
        return OutputFile(f"index{ending}", text)

    @property
    def _environment(self) -> jinja2.Environment:
        environment = jinja2.Environment(
            loader=jinja2.PackageLoader("idlc.doc"),
            undefined=jinja2.StrictUndefined,
            autoescape=self.kind == "html",
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
        )
        environment.filters["md"] = _markdown
        return environment


def render(modules: Sequence[ir.Module], kind: str) -> list[OutputFile]:
    """All pages and the index."""
    printer = Printer(kind, frozenset(module.path for module in modules))
    printed = printer.pages(modules)
    return [*(file for _, file in printed), printer.index([page for page, _ in printed])]


def _search_entries(pages: Sequence[Page], ending: str) -> str:
    """All names as JSON for the script of the index. `<` is escaped, so that no text can end the script."""
    entries: list[dict[str, str]] = []
    for page in pages:
        prefix = f"{page.namespace}." if page.namespace else ""
        for section in page.sections:
            link = f"{page.path}{ending}#"
            entries.append(
                {"name": prefix + section.name, "kind": section.kind, "link": link + section.anchor}
            )
            for method in section.methods:
                name = f"{prefix}{section.name}.{method.name}"
                entries.append({"name": name, "kind": "method", "link": link + method.anchor})
    return json.dumps(entries).replace("<", "\\u003c")


def _markdown(text: str) -> str:
    """Text of a comment inside a table or a heading: on one line, with what Markdown would take for its own escaped."""
    escaped = "".join("\\" + letter if letter in "\\`*_{}[]<>#|" else letter for letter in text)
    return " ".join(escaped.split())
