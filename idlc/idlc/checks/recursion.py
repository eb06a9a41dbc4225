# SPDX-License-Identifier: Apache-2.0
"""Structs of which no value would have an end.

A struct has an end if all structs and unions that it surely holds have one; a union, if one of its members has. What
has no end by these rules after all others are settled contains itself.
"""

from __future__ import annotations

from collections import defaultdict

from idlc import ast
from idlc.diagnostics import Diagnostics, rules
from idlc.graph import components
from idlc.loader import LoadedFile
from idlc.recursion import Link, links
from idlc.resolve import Resolved
from idlc.types import DefName


def run(resolved: Resolved, diagnostics: Diagnostics) -> None:
    for file in resolved.files:
        _check_file(resolved, file, diagnostics)


def _check_file(resolved: Resolved, file: LoadedFile, diagnostics: Diagnostics) -> None:
    endless = _endless(resolved, list(links(resolved, file)))
    targets = {name: [link.target for link in found] for name, found in endless.items()}
    for circle in components(targets):
        for name in sorted(circle, key=lambda name: endless[name][0].holder.span.start):
            inside = [link for link in endless[name] if link.target in circle]
            if inside and isinstance(inside[0].holder, ast.Struct):
                _report(inside[0], diagnostics)
                break


def _report(link: Link, diagnostics: Diagnostics) -> None:
    holder = link.holder
    hint = f"make '{link.field.name.text}' nullable with '?', or put it into an array or a map"
    diagnostics.report(rules.endless_struct(holder.name.text), link.field.span, hint=hint)


def _endless(resolved: Resolved, found: list[Link]) -> dict[DefName, list[Link]]:
    """The definitions without an end, and the links that take it from them."""
    needed: dict[DefName, list[Link]] = defaultdict(list)
    waiting: dict[DefName, int] = {}
    users: dict[DefName, list[DefName]] = defaultdict(list)
    for link in found:
        name = resolved.name_of(link.holder)
        is_union = isinstance(link.holder, ast.Union)
        if is_union or not link.may_be_absent:
            needed[name].append(link)
            users[link.target].append(name)
    for name, its in needed.items():
        holder = its[0].holder
        if isinstance(holder, ast.Union):
            waiting[name] = (
                1 if len(its) == len(holder.members) and not any(_nullable(link) for link in its) else 0
            )
        else:
            waiting[name] = len(its)
    targets = {target for target in users if waiting.get(target, 0) == 0}
    pending = list(targets)
    while pending:
        for user in users[pending.pop()]:
            if waiting[user] > 0:
                waiting[user] -= 1
                if waiting[user] == 0:
                    pending.append(user)
    return {name: its for name, its in needed.items() if waiting[name] > 0}


def _nullable(link: Link) -> bool:
    return link.field.type.nullable
