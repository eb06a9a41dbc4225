// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <functional>
#include <utility>

#include "ferrule/base/error.h"

namespace ferrule::bindings {

/// Told once that a pipe has ended, and why.
using DisconnectHandler = std::function<void(const Error& reason)>;

/// What users may pass for one: with the reason, or without.
template <class Handler>
concept DisconnectCallable = std::copy_constructible<Handler> &&
    (std::invocable<Handler&, const Error&> || std::invocable<Handler&>);

template <DisconnectCallable Handler>
DisconnectHandler to_disconnect_handler(Handler handler) {
  if constexpr (std::invocable<Handler&, const Error&>) {
    return handler;
  } else {
    return [handler = std::move(handler)](const Error& /*reason*/) mutable { handler(); };
  }
}

}  // namespace ferrule::bindings
