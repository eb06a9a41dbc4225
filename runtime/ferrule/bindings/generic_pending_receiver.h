// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <utility>

#include "ferrule/bindings/pending.h"

namespace ferrule {

/// A pending receiver that tells its interface by name, for those who pass on what they do not
/// know. Move-only.
class GenericPendingReceiver {
 public:
  GenericPendingReceiver() = default;
  GenericPendingReceiver(std::string interface_name, MessagePipe pipe) noexcept
      : interface_name_(std::move(interface_name)), pipe_(std::move(pipe)) {}
  template <class Interface>
  explicit GenericPendingReceiver(PendingReceiver<Interface> pending)
      : interface_name_(Interface::kInterfaceName), pipe_(pending.take_end()) {}

  bool is_valid() const noexcept { return pipe_.is_valid(); }
  explicit operator bool() const noexcept { return is_valid(); }
  const std::string& interface_name() const noexcept { return interface_name_; }

  /// With its type; nothing, and this stays as it is, where that is another one.
  template <class Interface>
  std::optional<PendingReceiver<Interface>> as() {
    if (!is_valid() || interface_name_ != Interface::kInterfaceName) return {};
    return PendingReceiver<Interface>(pipe_.take_end());
  }
  /// Without a type; this is invalid afterwards.
  MessagePipe take_pipe() noexcept { return std::exchange(pipe_, MessagePipe()); }

 private:
  std::string interface_name_;
  MessagePipe pipe_;
};

}  // namespace ferrule
