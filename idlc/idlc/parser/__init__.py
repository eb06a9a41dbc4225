# SPDX-License-Identifier: Apache-2.0
"""The pass from tokens to the syntax tree: recursive descent by hand, one file per part of the grammar.

A function that meets a wrong token reports it and leaves by the private exception `cursor.Unwind`; the nearest loop
over members or definitions catches it, skips to the next `;` or `}`, and goes on. So each mistake costs one error.
"""

from idlc.parser.file import run

__all__ = ["run"]
