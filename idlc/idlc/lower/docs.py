# SPDX-License-Identifier: Apache-2.0
"""Doc comments: the comments directly above an item, or the one behind it on its line."""

from __future__ import annotations

import re
from bisect import bisect_left

from idlc import ast
from idlc.tokens import Comment

_LEGAL = re.compile(r"SPDX-License-Identifier|Copyright", re.IGNORECASE)


class Docs:
    """Finds the comments of one file."""

    def __init__(self, file: ast.File) -> None:
        self._text = file.source.text
        self._comments = file.comments
        self._starts = [comment.start for comment in file.comments]

    def of(self, item: ast.Item) -> str:
        """The comments above; where there are none, the one behind. Lines separated by newlines."""
        return self._above(item.span.start) or self._behind(item.span.end)

    def of_module(self, module: ast.Module) -> str:
        """As for other items, but a licence above the module statement is no documentation."""
        found = self.of(module)
        return "" if _LEGAL.search(found) else found

    def _above(self, start: int) -> str:
        found: list[str] = []
        index = bisect_left(self._starts, start) - 1
        while index >= 0:
            comment = self._comments[index]
            gap = self._text[comment.end : start]
            if gap.strip() or gap.count("\n") > 1 or not self._stands_alone(comment):
                break
            found.append(_words(comment.text))
            start = comment.start
            index -= 1
        return "\n".join(reversed(found)).strip("\n")

    def _stands_alone(self, comment: Comment) -> bool:
        """False for a comment behind something else on its line."""
        line_start = self._text.rfind("\n", 0, comment.start) + 1
        return not self._text[line_start : comment.start].strip()

    def _behind(self, end: int) -> str:
        index = bisect_left(self._starts, end)
        if index == len(self._comments):
            return ""
        comment = self._comments[index]
        gap = self._text[end : comment.start]
        if "\n" in gap or gap.strip(" \t,;"):
            return ""
        line_end = self._text.find("\n", comment.end)
        rest = self._text[comment.end : line_end if line_end >= 0 else len(self._text)]
        return "" if rest.strip() else _words(comment.text).strip("\n")


def _words(comment: str) -> str:
    """The text without the comment signs and what aligns it."""
    if comment.startswith("//"):
        return re.sub(r"^//[/!]?<? ?", "", comment).rstrip()
    lines = re.sub(r"^/\*[*!]?<?|\*+/$", "", comment).split("\n")
    return "\n".join(
        re.sub(r"^\s*\* ?", "", line).strip() if number else line.strip() for number, line in enumerate(lines)
    )
