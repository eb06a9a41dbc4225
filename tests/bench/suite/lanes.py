# SPDX-License-Identifier: Apache-2.0
"""Who is compared, and at what."""

from __future__ import annotations

from dataclasses import dataclass, field

KIB, MIB = 1 << 10, 1 << 20
FRAME_BYTES = 3840 * 2160 * 4


@dataclass(frozen=True)
class Lane:
    """A program of tests/bench/peers and one of its variants."""

    name: str
    """what `--peers` and the tables call it"""
    program: str
    variant: str
    packages: tuple[str, ...] = ()
    """what of Debian it needs beyond what Ferrule needs"""
    only: frozenset[str] = frozenset()
    """the workloads that it knows; all if empty"""
    without: frozenset[str] = frozenset()
    slowness: dict[str, int] = field(default_factory=dict)
    """by how much less of a workload is enough to measure it"""

    def does(self, workload: str) -> bool:
        return workload not in self.without and (not self.only or workload in self.only)


@dataclass(frozen=True)
class Work:
    """A workload at one size."""

    workload: str
    """as in `--workloads`: w1, w2, w3, w4, w7"""
    title: str
    kind: str
    """what the programs call it"""
    size: int
    count: int
    unit: str
    """how it is shown: "us", "ms", "M/s" or "GB/s" """
    clients: int = 1

    @property
    def key(self) -> str:
        return f"{self.workload}-{self.size}"


_W1 = frozenset({"w1"})
_NO_STREAMS = frozenset({"w2", "w3", "w7"})

FLOOR = "raw-epoll"
BLOCKING = "raw-blocking"
ASYNC = "ferrule"
SYNC = "ferrule-sync"
BUFFER = "ferrule-buffer"
FORWARDED = "ferrule-buffer-forwarded"
RING = "ferrule-ring"
RECYCLED = "raw-memfd-recycled"
SEALED = ("raw-memfd", "raw-memfd-pwrite")

_CAPNP = ("libcapnp-dev", "capnproto")
_ICEORYX = ("iceoryx", "libiceoryx-posh-dev", "libiceoryx-hoofs-dev")
_GRPC = ("libgrpc++-dev", "protobuf-compiler-grpc", "libprotobuf-dev", "protobuf-compiler")

LANES: tuple[Lane, ...] = (
    Lane(BLOCKING, "raw_socket", "blocking", without=frozenset({"w7"})),
    Lane(FLOOR, "raw_socket", "epoll", slowness={"w7": 4}),
    Lane(ASYNC, "ferrule", "async"),
    Lane(SYNC, "ferrule", "sync", only=_W1),
    Lane(BUFFER, "ferrule", "buffer", only=frozenset({"w1", "w4"})),
    Lane(FORWARDED, "ferrule", "buffer-forwarded", only=frozenset({"w4"})),
    Lane(RING, "ferrule", "ring", only=frozenset({"w1", "w4"})),
    Lane("asio", "asio", ""),
    Lane("raw-ring", "raw_ring", "", without=frozenset({"w7"})),
    Lane("raw-memfd", "raw_memfd", "fresh", without=_NO_STREAMS),
    Lane("raw-memfd-pwrite", "raw_memfd", "pwrite", without=_NO_STREAMS),
    Lane(RECYCLED, "raw_memfd", "recycled", without=_NO_STREAMS),
    Lane("capnp", "capnp", "", _CAPNP, slowness={"w2": 20, "w3": 10, "w7": 20}),
    Lane("grpc-sync", "grpc", "sync", _GRPC, without=frozenset({"w3", "w7"}), slowness={"w2": 5}),
    Lane("grpc-callback", "grpc", "callback", _GRPC, slowness={"w2": 5, "w3": 10, "w7": 20}),
    Lane("sd-bus", "sdbus", "", ("libsystemd-dev",), without=frozenset({"w7"}), slowness={"w2": 5, "w3": 4}),
    Lane("zeromq", "zeromq", "", ("libzmq3-dev",), slowness={"w7": 4}),
    Lane("nng", "nng", "", ("libnng-dev",), slowness={"w2": 20, "w3": 10, "w7": 20}),
    Lane("iceoryx", "iceoryx", "", _ICEORYX, without=frozenset({"w3", "w7"}), slowness={"w2": 4}),
)


def size_name(size: int) -> str:
    for unit, factor in (("MiB", MIB), ("KiB", KIB)):
        if size >= factor and size % factor == 0:
            return f"{size // factor} {unit}"
    return f"{size} B"


_CALLS = {0: 20000, 64: 20000, KIB: 20000, 64 * KIB: 4000, MIB: 400, 16 * MIB: 24}

WORKS: tuple[Work, ...] = (
    *(
        Work("w1", f"a call with {size_name(size)}, one at a time", "call", size, count, "us" if size < MIB else "ms")
        for size, count in _CALLS.items()
    ),
    Work("w2", "one-way messages of 64 B until the server has counted all", "stream", 64, 1_000_000, "M/s"),
    Work("w3", "calls with 64 B, 128 under way", "flight", 64, 300_000, "M/s"),
    Work("w4", "frames of 33,177,600 B, filled by the client and summed by the server", "frame", FRAME_BYTES, 60, "GB/s"),
    Work("w7", "the same as w3 from 64 clients at once", "flight", 64, 40_000, "M/s", clients=64),
)
