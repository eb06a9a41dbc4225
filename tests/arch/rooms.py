# SPDX-License-Identifier: Apache-2.0
"""The plan of the house as data: who may include whom, and which rooms users see.

docs/architecture.md shows the same as a picture. A new arrow is a decision: it changes this table,
the page, and `uses_<room>` in runtime/CMakeLists.txt in one commit.
"""

# Room -> the rooms its files may include, besides itself. A name with a slash is one header only.
MAY_INCLUDE: dict[str, frozenset[str]] = {
    "base": frozenset(),
    "platform": frozenset({"base"}),
    "wire": frozenset({"base"}),
    "transport": frozenset({"base", "platform"}),
    "node": frozenset({"base", "wire", "transport/frame.h", "transport/transport.h"}),
    "bindings": frozenset({"base", "wire"}),
    "stream": frozenset({"base", "platform", "wire"}),
    "types": frozenset({"base", "platform", "wire"}),
    "sandbox": frozenset({"base", "platform"}),
    "service": frozenset(
        {"base", "platform", "wire", "transport", "node", "bindings", "stream", "types", "sandbox"}
    ),
}

# Rooms whose headers are installed, but for folders named "internal". A public header must not lead
# to one that is not.
PUBLIC_ROOMS = frozenset({"base", "wire", "bindings", "stream", "types", "sandbox", "service"})

# Generated headers, "ferrule/<name>.idl.h": which rooms may include which. "*" is any other name.
MAY_INCLUDE_GENERATED: dict[str, frozenset[str]] = {
    "node": frozenset({"node"}),
    "bindings": frozenset({"interface_control", "pipe_control"}),
    "stream": frozenset({"shared_ring"}),
    "types": frozenset(
        {"big_buffer", "error", "file", "shared_memory", "time", "token", "url", "uuid", "value"}
    ),
    "service": frozenset({"node", "*"}),
}

# Generated headers that are not installed.
PRIVATE_GENERATED = frozenset({"node"})

# Routing is pure: no socket, no Asio, no clock. What it does depends only on what it is given.
PURE_ROOMS = frozenset({"node"})
IMPURE_INCLUDES = ("boost/asio", "sys/socket.h", "sys/un.h", "sys/epoll.h", "chrono", "ctime", "time.h")
