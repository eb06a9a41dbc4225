# SPDX-License-Identifier: Apache-2.0
"""Reference pages of IDL files: HTML with links and search, or Markdown."""

from idlc.doc.render import FORMATS, Printer, render

__all__ = ["FORMATS", "Printer", "render"]
