// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "ferrule/base/result.h"
#include "ferrule/sandbox/policy.h"

namespace ferrule::sandbox {

/// A policy as lines of text, the way it stands in a file; docs/sandbox.md tells the words.
///
///   preset renderer
///   read /usr/share/fonts
///   memory 512M
///   layer user-namespace require
std::string to_text(const Policy& policy);

/// The policy that the lines describe: `preset` first, then what differs. Errors:
/// `Errc::kInvalidArgument`, with the number of the line and what it may be.
Result<Policy> parse_policy(std::string_view text);

/// A text of this many bytes is no policy. A file that never ends must not fill the memory.
inline constexpr size_t kMaxPolicyBytes = size_t{64} << 10;

}  // namespace ferrule::sandbox
