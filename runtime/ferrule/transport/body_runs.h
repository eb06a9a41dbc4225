// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "ferrule/base/buffer.h"

namespace ferrule::transport {

/// A part of a body, and where its bytes are at the moment: in the body itself or, if the encoder
/// left the copying undone, in their source.
struct BodyRun {
  size_t offset = 0;  ///< from the start of the body's memory
  std::span<const uint8_t> bytes;
  bool is_deferred = false;
};

/// The whole body as runs, in order, none empty.
std::vector<BodyRun> to_runs(const Buffer& body);

}  // namespace ferrule::transport
