// SPDX-License-Identifier: Apache-2.0
// What comes along with Ferrule, as a peer may send it: values of the mapped types, written and
// read again; files, regions and buffers with descriptors of every kind; rings, and frames of them.

#include <algorithm>
#include <cstdlib>
#include <fcntl.h>
#include <utility>
#include <vector>

#include "ferrule/platform/memfd.h"
#include "ferrule/wire/codec/all.h"
#include "ferrule/wire/struct_bytes.h"
#include "ferrule/stream/data_pipe.h"
#include "ferrule/stream/shared_ring.h"

#include "common_types.idl.h"
#include "fuzz/fuzz_input.h"

namespace ferrule::test {
namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

void try_values(std::span<const uint8_t> bytes) {
  const auto values = from_bytes<CommonValues>(bytes);
  if (!values) return;
  const auto written = to_bytes(*values);
  require(written.ok());
  const auto again = from_bytes<CommonValues>(written->span());
  require(again.ok() && *again == *values && to_bytes(*again).value() == *written);
}

UniqueFd memory(FuzzInput& input) {
  const size_t num_bytes = size_t{1} << (10 + input.below(8));
  UniqueFd memfd = *platform::create_memfd("fuzz", num_bytes);
  if (input.below(2) != 0) static_cast<void>(platform::allocate_pages(memfd, num_bytes));
  constexpr platform::Seals kSeals[] = {platform::Seals::kFixedSizeSoFar,
                                        platform::Seals::kFixedSize, platform::Seals::kReadOnly,
                                        platform::Seals::kImmutable};
  const size_t seals = input.below(5);
  if (seals < 4) static_cast<void>(platform::seal_memfd(memfd, kSeals[seals]));
  return memfd;
}

UniqueFd descriptor(FuzzInput& input) {
  switch (input.below(4)) {
    case 0:
      return UniqueFd(::open("/proc/self/exe", O_RDONLY | O_CLOEXEC));
    case 1:
      return UniqueFd(::open("/dev/null", O_RDWR | O_CLOEXEC));
    default:
      return memory(input);
  }
}

/// Touches what was let through.
template <class Mapping>
void read_all(const Result<Mapping>& mapping) {
  if (!mapping) return;
  volatile uint8_t sum = 0;
  for (const uint8_t byte : mapping->bytes()) sum = static_cast<uint8_t>(sum + byte);
}

void try_handles(FuzzInput& input) {
  std::vector<wire::Handle> handles;
  for (size_t i = input.below(8); i > 0; --i) handles.emplace_back(descriptor(input));
  const auto rest = input.rest();
  const std::vector<uint8_t> exact(rest.begin(), rest.end());
  wire::Decoder decoder(std::span<const uint8_t>(exact), handles);
  CommonHandles got;
  if (!wire::StructTraits<CommonHandles>::decode(decoder, 0, got)) return;
  read_all(got.read_only_memory.map());
  read_all(got.unsafe_memory.map());
  if (got.writable_memory) read_all(got.writable_memory->map());
  for (const BigBuffer& buffer : got.buffers) {
    volatile uint8_t last = buffer.size() > 0 ? buffer.bytes().back() : uint8_t{0};
    static_cast<void>(last);
  }
}

void try_ring(FuzzInput& input) {
  auto pipe = make_data_pipe({.capacity = 4096}).value();
  common::SharedRing ring{.frames = SharedBufferHandle(memory(input)),
                          .returned = std::move(pipe.producer),
                          .num_frames = static_cast<uint32_t>(input.below(8)),
                          .frame_bytes = input.number<uint16_t>()};
  if (input.below(8) == 0) ring.num_frames = input.number<uint32_t>();
  if (input.below(8) == 0) ring.frame_bytes = input.number<uint64_t>();
  if (input.below(8) == 0) ring.returned = {memory(input), memory(input)};
  auto consumer = SharedRingConsumer::open(std::move(ring));
  if (!consumer) return;
  std::vector<SharedRingView> views;
  while (!input.empty()) {
    common::SharedFrame frame{.index = static_cast<uint32_t>(input.below(9)),
                              .generation = input.below(16),
                              .num_bytes = input.number<uint16_t>()};
    if (input.below(8) == 0) frame.num_bytes = input.number<uint64_t>();
    auto view = consumer->take(frame);
    if (view) views.push_back(*std::move(view));
    for (const SharedRingView& each : views) {
      if (each.bytes().empty()) continue;
      volatile uint8_t last = each.bytes().back();
      static_cast<void>(last);
    }
    if (input.below(3) == 0 && !views.empty()) views.erase(views.begin());
  }
}

}  // namespace
}  // namespace ferrule::test

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  ferrule::test::FuzzInput input(data, size);
  switch (input.below(3)) {
    case 0:
      ferrule::test::try_values(input.rest());
      break;
    case 1:
      ferrule::test::try_handles(input);
      break;
    default:
      ferrule::test::try_ring(input);
  }
  return 0;
}
