# SPDX-License-Identifier: Apache-2.0
"""A rule is a numbered diagnostic with typed parameters; calling it gives the message."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Generic, ParamSpec

P = ParamSpec("P")


LONGEST_MESSAGE = 400
"""In characters; what is longer floods terminals and editors."""


class Severity(Enum):
    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True)
class Message:
    """A rule with its parameters filled in."""

    code: str
    severity: Severity
    text: str


@dataclass(frozen=True)
class Rule(Generic[P]):
    """The number, a title for the documentation, and the function that words the message."""

    code: str
    severity: Severity
    title: str
    wording: Callable[P, str]

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> Message:
        return Message(self.code, self.severity, shortened(self.wording(*args, **kwargs)))


def shortened(text: str) -> str:
    """The middle left out of a text that quotes a word of thousands of letters."""
    half = LONGEST_MESSAGE // 2
    return text if len(text) <= LONGEST_MESSAGE else f"{text[:half]}[...]{text[-half:]}"


def error(number: int, title: str) -> Callable[[Callable[P, str]], Rule[P]]:
    """Makes a rule `E0123` of a function that words it."""
    return lambda wording: Rule(f"E{number:04}", Severity.ERROR, title, wording)


def warning(number: int, title: str) -> Callable[[Callable[P, str]], Rule[P]]:
    """Makes a rule `W0123`."""
    return lambda wording: Rule(f"W{number:04}", Severity.WARNING, title, wording)


def breaking(number: int, title: str) -> Callable[[Callable[P, str]], Rule[P]]:
    """Makes a rule `B1234`, for what `idlc breaking` finds."""
    return lambda wording: Rule(f"B{number:04}", Severity.ERROR, title, wording)


def lint(number: int, title: str) -> Callable[[Callable[P, str]], Rule[P]]:
    """Makes a rule `L0123`, for what `idlc lint` finds."""
    return lambda wording: Rule(f"L{number:04}", Severity.WARNING, title, wording)


def rules_in(module: Mapping[str, object]) -> tuple[Rule[...], ...]:
    """The rules among the names of a module, in the order of their definition."""
    return tuple(value for value in module.values() if isinstance(value, Rule))
