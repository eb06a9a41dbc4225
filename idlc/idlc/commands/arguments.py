# SPDX-License-Identifier: Apache-2.0
"""Response files: `@FILE` on the command line stands for the arguments written in FILE.

Build tools write them where a command line would grow too long. Words are separated by blanks and line ends, `#` begins
a comment, and quotes and backslashes work as in a shell. A response file may name others.
"""

from __future__ import annotations

import shlex
from collections.abc import Sequence

MAX_DEPTH = 16
"""A response file that names itself would never end."""


class ResponseFileError(Exception):
    """A response file that cannot be used; the text says why."""


def expand(arguments: Sequence[str], depth: int = 0) -> list[str]:
    """The arguments with those of all response files in their places."""
    found: list[str] = []
    for argument in arguments:
        if argument.startswith("@") and len(argument) > 1:
            if depth >= MAX_DEPTH:
                raise ResponseFileError(f"response files are nested deeper than {MAX_DEPTH}: {argument}")
            found.extend(expand(_read(argument[1:]), depth + 1))
        else:
            found.append(argument)
    return found


def _read(path: str) -> list[str]:
    try:
        with open(path, encoding="utf-8") as stream:
            return shlex.split(stream.read(), comments=True)
    except (OSError, ValueError) as reason:
        words = getattr(reason, "strerror", None) or str(reason)
        raise ResponseFileError(f"cannot read the response file '{path}': {words}") from reason
