# SPDX-License-Identifier: Apache-2.0
"""The names of the structs and unions that the compiler makes for methods."""

from __future__ import annotations

from idlc.types import DefName


def params_name(interface: DefName, method: str) -> DefName:
    return _made(interface, method, "Params")


def response_name(interface: DefName, method: str) -> DefName:
    return _made(interface, method, "ResponseParams")


def result_name(interface: DefName, method: str) -> DefName:
    """The union behind `result<T, E>`."""
    return _made(interface, method, "ResponseParam_Result")


def _made(interface: DefName, method: str, ending: str) -> DefName:
    return DefName(interface.file, interface.module, (f"{interface.short}_{method}_{ending}",))
