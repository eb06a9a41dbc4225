// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "ferrule/bindings/disconnect_handler.h"
#include "ferrule/bindings/disconnect_reason.h"
#include "ferrule/bindings/endpoint.h"

namespace ferrule::bindings {

/// What `Remote` and `Receiver` tell of the end they hold, whichever it is. Executor-bound.
class BoundEnd {
 public:
  bool is_bound() const noexcept { return endpoint_ != nullptr; }
  explicit operator bool() const noexcept { return is_bound(); }
  /// False once the other side is known to be gone and all it sent was handled.
  bool is_connected() const noexcept { return endpoint_ && endpoint_->is_connected(); }

  /// Closes the end and tells the other side why: its disconnect handler gets `custom_reason` as a
  /// code of `disconnect_category()`, and the words.
  void reset_with_reason(uint32_t custom_reason, std::string description) {
    if (const auto endpoint = std::move(endpoint_)) {
      endpoint->close_with_reason(custom_reason, std::move(description));
    }
  }

  /// Called once, after the last message, when the other side is gone or broke a rule; not after
  /// `reset`. The handler takes `const Error& reason` or nothing.
  template <DisconnectCallable Handler>
  void set_disconnect_handler(Handler handler) {
    endpoint_->set_disconnect_handler(to_disconnect_handler(std::move(handler)));
  }

 protected:
  BoundEnd() = default;
  BoundEnd(BoundEnd&&) noexcept = default;
  BoundEnd& operator=(BoundEnd&&) noexcept = default;
  ~BoundEnd() = default;

  /// Closes the pipe, if there is one.
  void close_endpoint() noexcept {
    if (const auto endpoint = std::move(endpoint_)) endpoint->close();
  }

  std::shared_ptr<Endpoint> endpoint_;  // null while not bound
};

}  // namespace ferrule::bindings
