// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <utility>
#include <vector>

#include "ferrule/base/buffer.h"
#include "ferrule/wire/handle.h"

namespace ferrule::wire {

/// One message on its way: the bytes (header and payload, laid out as in docs/wire-format.md) and
/// the handles that travel with them. A value, move-only; it owns its handles until they are taken.
///
/// Nothing here is checked. A received message becomes values only through a `Decoder`.
class Message {
 public:
  Message() = default;
  explicit Message(Buffer buffer, std::vector<Handle> handles = {})
      : buffer_(std::move(buffer)), handles_(std::move(handles)) {}

  Buffer& buffer() noexcept { return buffer_; }
  const Buffer& buffer() const noexcept { return buffer_; }
  std::vector<Handle>& handles() noexcept { return handles_; }
  const std::vector<Handle>& handles() const noexcept { return handles_; }

 private:
  Buffer buffer_;
  std::vector<Handle> handles_;
};

}  // namespace ferrule::wire
