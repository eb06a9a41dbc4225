# SPDX-License-Identifier: Apache-2.0
"""What `idlc lint` reports; docs/diagnostics.md has a section for each.

L00 the lint itself, L01 names, L02 comments, L03 dangerous patterns, L04 what is not needed.
"""

from __future__ import annotations

from idlc.diagnostics.rule import lint, rules_in


@lint(1, "silenced rule that does not exist")
def unknown_silence(code: str) -> str:
    return f"'{code}' is not the number of a lint rule"


@lint(101, "name of a definition or method")
def not_pascal_case(what: str, name: str) -> str:
    return f"{what} '{name}' should be named in PascalCase"


@lint(102, "name of a constant or enum value")
def not_k_pascal(what: str, name: str) -> str:
    return f"{what} '{name}' should be named kPascalCase"


@lint(103, "name of a field or parameter")
def not_snake_case(name: str) -> str:
    return f"'{name}' should be named in snake_case"


@lint(201, "missing comment")
def missing_comment(what: str, name: str) -> str:
    return f"{what} '{name}' has no comment that says what it is for"


@lint(301, "synchronous calls in a circle")
def sync_circle(interface: str, other: str, through: str) -> str:
    way = f", through '{through}'," if through else ""
    return (
        f"'{interface}' has synchronous methods and is given{way} a remote of '{other}', which has some too: "
        "both sides may wait for each other"
    )


@lint(302, "unlimited message from anyone")
def unlimited_from_anyone(method: str, interface: str) -> str:
    return f"anyone who holds a remote of '{interface}' can send '{method}' with any number of bytes"


@lint(303, "extensible enum without a default")
def no_default(enum: str) -> str:
    return f"the extensible enum '{enum}' has no [Default]: every receiver must handle unknown numbers itself"


@lint(304, "handle of any kind")
def any_handle(name: str) -> str:
    return f"'{name}' takes a handle of any kind"


@lint(305, "array of any length to a sandboxed receiver")
def unbounded_to_sandbox(field: str, method: str, interface: str) -> str:
    return (
        f"'{field}' of '{method}' may hold any number of elements, and '{interface}' is served by a sandboxed "
        "process, which has little memory"
    )


@lint(401, "import that is not used")
def unused_import(path: str) -> str:
    return f"nothing of '{path}' is used here"


ALL_RULES = rules_in(globals())
