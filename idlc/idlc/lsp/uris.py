# SPDX-License-Identifier: Apache-2.0
"""File URIs and paths. A text that is no file yet (`untitled:...`) gets a path that no disk has."""

from __future__ import annotations

import os
from urllib.parse import quote, unquote, urlsplit

from idlc.lsp.json_rpc import Code, RpcError

_NOWHERE = "/\0untitled"
"""No file system has a path with a zero byte."""


def path_of(uri: str) -> str:
    try:
        parts = urlsplit(uri)
    except ValueError as reason:
        raise RpcError(Code.INVALID_PARAMS, f"'{uri[:200]}' is not a URI: {reason}") from reason
    if not parts.scheme:
        raise RpcError(Code.INVALID_PARAMS, f"'{uri[:200]}' is not a URI")
    if parts.scheme != "file":
        return f"{_NOWHERE}/{quote(uri, safe='')}"
    path = unquote(parts.path, errors="surrogateescape")
    if not path.startswith("/") or "\0" in path:
        raise RpcError(Code.INVALID_PARAMS, f"'{uri[:200]}' does not name a file")
    return os.path.normpath(path)


def uri_of(path: str) -> str:
    if path.startswith(_NOWHERE + "/"):
        return unquote(path[len(_NOWHERE) + 1 :])
    return "file://" + quote(os.path.abspath(path), errors="surrogateescape")
