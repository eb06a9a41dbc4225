# SPDX-License-Identifier: Apache-2.0
"""JSON-RPC 2.0: the errors a request can end in, and typed access to what a client sent."""

from __future__ import annotations

from enum import IntEnum
from typing import Union

Json = Union[None, bool, int, float, str, "list[Json]", "dict[str, Json]"]


class Code(IntEnum):
    """The numbers of JSON-RPC, and those of the language server protocol from -32803 to -32800."""

    PARSE_ERROR = -32700
    INVALID_REQUEST = -32600
    METHOD_NOT_FOUND = -32601
    INVALID_PARAMS = -32602
    INTERNAL_ERROR = -32603
    NOT_INITIALIZED = -32002
    REQUEST_FAILED = -32803
    REQUEST_CANCELLED = -32800


class RpcError(Exception):
    """Ends a request; the client shows the text."""

    def __init__(self, code: Code, text: str) -> None:
        super().__init__(text)
        self.code = code


class Params:
    """A value a client sent, and its path for messages. Every access checks, so handlers read what they need and no more."""

    def __init__(self, value: Json, path: str = "params") -> None:
        self.value = value
        self._path = path

    def get(self, key: str) -> Params:
        """A member; null where there is none."""
        if not isinstance(self.value, dict):
            raise self._wrong("an object")
        return Params(self.value.get(key), f"{self._path}.{key}")

    def maybe(self, key: str) -> Params:
        """A member; null where there is none or this is no object."""
        value = self.value.get(key) if isinstance(self.value, dict) else None
        return Params(value, f"{self._path}.{key}")

    @property
    def text(self) -> str:
        if not isinstance(self.value, str):
            raise self._wrong("a string")
        return self.value

    @property
    def number(self) -> int:
        """Not negative: places and versions are all there is to count."""
        if not isinstance(self.value, int) or isinstance(self.value, bool) or not 0 <= self.value < 1 << 31:
            raise self._wrong("an integer from 0 to 2147483647")
        return self.value

    @property
    def items(self) -> list[Params]:
        if not isinstance(self.value, list):
            raise self._wrong("an array")
        return [Params(item, f"{self._path}[{index}]") for index, item in enumerate(self.value)]

    @property
    def is_null(self) -> bool:
        return self.value is None

    @property
    def is_true(self) -> bool:
        return self.value is True

    def _wrong(self, wanted: str) -> RpcError:
        return RpcError(Code.INVALID_PARAMS, f"{self._path} is not {wanted}")
