// SPDX-License-Identifier: Apache-2.0
#include "ferrule/transport/body_runs.h"

#include "ferrule/base/check.h"

namespace ferrule::transport {

std::vector<BodyRun> to_runs(const Buffer& body) {
  std::vector<BodyRun> runs;
  if (body.empty()) return runs;
  const uint8_t* memory = body.memory()->data();
  size_t at = body.memory_offset();
  const size_t end = at + body.size();
  const auto add_gap = [&](size_t gap_end) {
    FERRULE_CHECK(at <= gap_end && gap_end <= end);
    if (at != gap_end) runs.push_back({at, {memory + at, gap_end - at}, false});
  };
  for (const DeferredCopy& copy : body.deferred_copies()) {
    if (copy.source.empty()) continue;
    add_gap(copy.offset);
    runs.push_back({copy.offset, copy.source, true});
    at = copy.offset + copy.source.size();
  }
  add_gap(end);
  return runs;
}

}  // namespace ferrule::transport
