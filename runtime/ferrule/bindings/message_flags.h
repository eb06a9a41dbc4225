// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace ferrule::bindings {

/// A flag beside those of mojom, on an answer without values: the service destroyed its `Reply`.
/// Other receivers ignore the bits they do not know, as the format demands.
inline constexpr uint32_t kReplyDropped = 0x100;

/// Beside `kReplyDropped`: because a filter of the receiver refused the call.
inline constexpr uint32_t kReplyRefused = 0x200;

}  // namespace ferrule::bindings
