// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "ferrule/base/error.h"

namespace ferrule {

/// The category of the numbers that applications give for closing an end (`reset_with_reason`),
/// named "ferrule.disconnect". What a number means, the two sides agree on.
const boost::system::error_category& disconnect_category() noexcept;

namespace bindings {

/// A reason as disconnect handlers get it: the number as a code of `disconnect_category`, and the
/// words, cut where they are too many.
Error to_disconnect_error(uint32_t custom_reason, std::string description);

}  // namespace bindings
}  // namespace ferrule
