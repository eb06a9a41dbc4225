// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ferrule/base/memory.h"
#include "ferrule/base/result.h"
#include "ferrule/base/unique_fd.h"
#include "ferrule/stream/ring.h"

namespace ferrule::stream {

/// The ring of a data pipe in this process.
struct MappedRing {
  MemoryRef mapping;
  RingEnd end;
};

/// Looks at both descriptors of an end as those of a stranger, which they are, and maps the memory.
/// A rule that they break is named in the error. The descriptors are borrowed.
Result<MappedRing> map_data_pipe(const UniqueFd& signal, const UniqueFd& memory, bool is_producer);

}  // namespace ferrule::stream
