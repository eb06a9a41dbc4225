// SPDX-License-Identifier: Apache-2.0
#include "ferrule/stream/shared_ring_consumer.h"

#include <cstring>
#include <string>
#include <vector>

#include "ferrule/base/memory.h"
#include "ferrule/base/mutex.h"
#include "ferrule/base/unique_fd.h"
#include "ferrule/platform/mapping.h"
#include "ferrule/platform/memfd.h"
#include "ferrule/platform/wake_socket.h"
#include "ferrule/stream/data_pipe_mapping.h"
#include "ferrule/stream/shared_ring_limits.h"

namespace ferrule {
namespace stream {

/// What a consumer and its views share. Thread-safe.
class SharedRingReader {
 public:
  SharedRingReader(MemoryRef frames, const common::SharedRing& shape, size_t stride,
                   MappedRing returned, UniqueFd signal)
      : frames_(std::move(frames)),
        frame_bytes_(shape.frame_bytes),
        stride_(stride),
        slots_(shape.num_frames),
        returned_(std::move(returned)),
        signal_(std::move(signal)) {}
  SharedRingReader(const SharedRingReader&) = delete;
  SharedRingReader& operator=(const SharedRingReader&) = delete;
  ~SharedRingReader() { returned_.end.close(); }

  /// Null if it cannot be.
  const uint8_t* take(const common::SharedFrame& frame) {
    const MutexLock lock(mutex_);
    if (frame.index >= slots_.size() || frame.num_bytes > frame_bytes_) return nullptr;
    Slot& slot = slots_[frame.index];
    if (slot.is_held || frame.generation <= slot.generation) return nullptr;
    slot = {.generation = frame.generation, .is_held = true};
    return frames_->data() + frame.index * stride_;
  }

  /// A pipe without room is one that the producer broke: then there is nobody to give it to.
  void give_back(uint32_t index) noexcept {
    const MutexLock lock(mutex_);
    slots_[index].is_held = false;
    if (returned_.end.look() < sizeof(index)) return;
    std::memcpy(returned_.end.bytes(sizeof(index)).data(), &index, sizeof(index));
    if (returned_.end.pass(sizeof(index))) platform::ring_bell(signal_.get());
  }

 private:
  struct Slot {
    uint64_t generation = 0;
    bool is_held = false;
  };

  const MemoryRef frames_;
  const uint64_t frame_bytes_;
  const size_t stride_;
  Mutex mutex_;
  std::vector<Slot> slots_;  // never changes its size
  MappedRing returned_;
  const UniqueFd signal_;
};

}  // namespace stream

namespace {

Error refused(const char* what) {
  return {Errc::kBadMessage, std::string("SHARED_RING_INVALID: ") + what};
}

}  // namespace

Result<SharedRingConsumer> SharedRingConsumer::open(common::SharedRing ring) {
  const size_t page_bytes = platform::page_bytes();
  if (ring.num_frames == 0 || ring.num_frames > kMaxSharedRingFrames || ring.frame_bytes == 0 ||
      ring.frame_bytes > kMaxSharedRingBytes) {
    return refused("of a size that no ring has");
  }
  const size_t stride = (ring.frame_bytes + page_bytes - 1) / page_bytes * page_bytes;
  const size_t num_bytes = stride * ring.num_frames;
  const UniqueFd frames = ring.frames.take_descriptor();
  const auto status = platform::inspect_memfd(frames);
  // Of a fixed size, or reading could kill; read-only, so that nobody makes holes in it.
  if (!status || !status->is_fixed_size || !status->is_read_only) {
    return refused("its memory is not sealed");
  }
  if (num_bytes > kMaxSharedRingBytes || num_bytes > status->num_bytes) {
    return refused("its memory is shorter than announced");
  }
  // What was never written costs its sender nothing, and its reader a page each.
  if (status->num_allocated_bytes < num_bytes) return refused("its memory is made of holes");
  const UniqueFd memory = ring.returned.take_memory();
  UniqueFd signal = ring.returned.take_signal();
  auto returned = stream::map_data_pipe(signal, memory, true);
  if (!returned) return std::move(returned).error();
  const auto kind = status->is_immutable ? platform::MappingKind::kImmutable
                                         : platform::MappingKind::kSharedReadOnly;
  auto mapping = platform::map_memfd(frames, num_bytes, {.kind = kind});
  if (!mapping) return std::move(mapping).error();
  return SharedRingConsumer(std::make_shared<stream::SharedRingReader>(
      *std::move(mapping), ring, stride, *std::move(returned), std::move(signal)));
}

Result<SharedRingView> SharedRingConsumer::take(const common::SharedFrame& frame) {
  const uint8_t* const bytes = reader_ ? reader_->take(frame) : nullptr;
  if (bytes == nullptr) {
    return Error(Errc::kBadMessage, "SHARED_FRAME_INVALID: no frame of the ring, or an old one");
  }
  return SharedRingView(reader_, frame.index, {bytes, frame.num_bytes});
}

void SharedRingView::release() noexcept {
  if (const auto reader = std::exchange(reader_, nullptr)) reader->give_back(index_);
}

}  // namespace ferrule
