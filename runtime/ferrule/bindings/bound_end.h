// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "ferrule/bindings/control_proxy.h"
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

  /// `void(error_code)`, when the other side has handled everything that was sent before.
  template <boost::asio::completion_token_for<void(error_code)> Token>
  auto flush(Token&& token) const {
    return control().flush(std::forward<Token>(token));
  }

  /// The other side broke a rule of the application, in a call or an answer that came before:
  /// closes the pipe and the link that brought the last message, as for a rule of the format. From
  /// inside a call or later. `what` goes to the log.
  void report_bad_message(std::string_view what) {
    // The owner may destroy this when it hears of it.
    if (const auto endpoint = endpoint_) endpoint->report_bad_message(what);
  }

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

  ControlProxy control() const { return ControlProxy(endpoint_); }

  /// Closes the pipe, if there is one.
  void close_endpoint() noexcept {
    if (const auto endpoint = std::move(endpoint_)) endpoint->close();
  }

  std::shared_ptr<Endpoint> endpoint_;  // null while not bound
};

}  // namespace ferrule::bindings
