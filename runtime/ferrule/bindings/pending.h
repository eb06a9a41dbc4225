// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <utility>

#include "ferrule/wire/pipe_end.h"

namespace ferrule {

/// One end of a message pipe without a type; `handle<message_pipe>` in IDL. Move-only; closes the
/// end when destroyed.
class MessagePipe {
 public:
  MessagePipe() = default;
  explicit MessagePipe(std::unique_ptr<wire::PipeEnd> end) noexcept : end_(std::move(end)) {}

  bool is_valid() const noexcept { return end_ != nullptr; }
  explicit operator bool() const noexcept { return is_valid(); }
  void reset() noexcept { end_.reset(); }

  wire::PipeEnd* get() const noexcept { return end_.get(); }
  /// The end itself; this is invalid afterwards.
  std::unique_ptr<wire::PipeEnd> take_end() noexcept { return std::move(end_); }

 private:
  std::unique_ptr<wire::PipeEnd> end_;
};

/// The end of a pipe through which an `Interface` will be called, not bound yet: a value to pass
/// on, put into a message, or bind with `Remote`. Move-only. `Interface` may be incomplete.
template <class Interface>
class PendingRemote : public MessagePipe {
 public:
  using MessagePipe::MessagePipe;
};

/// The end of a pipe at which calls to an `Interface` will arrive, not bound yet. Calls wait in it
/// until a `Receiver` takes it. Move-only. `Interface` may be incomplete.
template <class Interface>
class PendingReceiver : public MessagePipe {
 public:
  using MessagePipe::MessagePipe;
};

/// The two ends of a new pipe.
template <class Interface>
struct PendingPipe {
  PendingRemote<Interface> remote;
  PendingReceiver<Interface> receiver;
};

/// A new pipe: calls made through `remote` arrive at `receiver`.
template <class Interface>
PendingPipe<Interface> make_pipe(wire::PipeFactory& factory) {
  auto [first, second] = factory.make_pipe_ends();
  return {PendingRemote<Interface>(std::move(first)),
          PendingReceiver<Interface>(std::move(second))};
}

}  // namespace ferrule
