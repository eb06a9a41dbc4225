# SPDX-License-Identifier: Apache-2.0
"""The texts that are open in the editor. They stand before the files on the disk."""

from __future__ import annotations

from dataclasses import dataclass

from idlc.limits import MAX_FILE_BYTES
from idlc.lsp.json_rpc import Code, Params, RpcError
from idlc.lsp.places import Lines


@dataclass(frozen=True)
class Document:
    """`uri` as the client spells it."""

    uri: str
    version: int | None
    text: str


def opened(params: Params) -> Document:
    """The `TextDocumentItem` of a didOpen."""
    version = params.get("version").value
    text = params.get("text").text
    return Document(params.get("uri").text, version if isinstance(version, int) else None, _bounded(text))


def changed(document: Document, params: Params) -> Document:
    """The document after the changes of a didChange, each of which counts from the text the one before left."""
    text = document.text
    for change in params.get("contentChanges").items:
        new = change.get("text").text
        place = change.get("range")
        if place.is_null:
            text = new
            continue
        lines = Lines(text)
        start, end = (
            lines.offset(place.get(key).get("line").number, place.get(key).get("character").number)
            for key in ("start", "end")
        )
        if end < start:
            raise RpcError(Code.INVALID_PARAMS, "a range that ends before it begins")
        text = _bounded(text[:start] + new + text[end:])
    version = params.get("textDocument").get("version").value
    return Document(document.uri, version if isinstance(version, int) else None, text)


def _bounded(text: str) -> str:
    if len(text) > MAX_FILE_BYTES:
        raise RpcError(Code.INVALID_PARAMS, f"a text of more than {MAX_FILE_BYTES} characters")
    return text
