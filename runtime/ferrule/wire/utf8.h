// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace ferrule::wire {

/// True if `text` is UTF-8 in its shortest form, without surrogates, up to U+10FFFF. Zero bytes are
/// characters like others.
bool is_valid_utf8(std::string_view text) noexcept;

}  // namespace ferrule::wire
