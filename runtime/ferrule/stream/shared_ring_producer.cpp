// SPDX-License-Identifier: Apache-2.0
// Two pieces of memory, so that the kernel keeps what it can of the rules:
//
//   frames     sealed against all writers but the mapping of their maker, and against every change
//              of their size: a reader cannot write them, nor a producer take them away
//   returned   a data pipe in which the reader writes the index of each frame it is done with; it
//              wakes a producer that waits, and tells when a process is gone
//
// An index comes back only after it was lent, so there is always room for it: a reader never waits.
#include "ferrule/stream/shared_ring_producer.h"

#include <string>

#include "ferrule/platform/mapping.h"
#include "ferrule/platform/memfd.h"
#include "ferrule/stream/data_pipe.h"
#include "ferrule/stream/shared_ring_limits.h"

namespace ferrule {

Result<SharedRingProducer> SharedRingProducer::create(const boost::asio::any_io_executor& executor,
                                                      const SharedRingOptions& options) {
  const size_t page_bytes = platform::page_bytes();
  if (options.num_frames == 0 || options.num_frames > kMaxSharedRingFrames ||
      options.frame_bytes == 0 || options.frame_bytes > kMaxSharedRingBytes) {
    return Error(Errc::kInvalidArgument, "a ring has 1 to " + std::to_string(kMaxSharedRingFrames) +
                                             " frames of 1 to " +
                                             std::to_string(kMaxSharedRingBytes) + " bytes");
  }
  const size_t stride = (options.frame_bytes + page_bytes - 1) / page_bytes * page_bytes;
  const size_t num_bytes = stride * options.num_frames;
  if (num_bytes > kMaxSharedRingBytes) {
    return Error(Errc::kInvalidArgument, "the frames of a ring have at most " +
                                             std::to_string(kMaxSharedRingBytes) + " bytes");
  }
  auto memory = platform::create_memfd("ferrule-shared-ring", num_bytes);
  if (!memory) return std::move(memory).error();
  // All pages now: the reader asks for them, and nobody has to wait for one later.
  if (auto done = platform::allocate_pages(*memory, num_bytes); !done) {
    return std::move(done).error();
  }
  auto mapping = platform::map_memfd(*memory, num_bytes, {.is_populated = true});
  if (!mapping) return std::move(mapping).error();
  if (auto sealed = platform::seal_memfd(*memory, platform::Seals::kReadOnly); !sealed) {
    return std::move(sealed).error();
  }
  auto pipe = make_data_pipe({.capacity = options.num_frames * sizeof(uint32_t)});
  if (!pipe) return std::move(pipe).error();
  auto returned = std::make_shared<stream::DataPipeEnd>(executor, pipe->consumer.take_signal(),
                                                        pipe->consumer.take_memory(), false);
  if (returned->failure()) return *returned->failure();
  return SharedRingProducer(
      std::make_shared<stream::SharedRingSlots>(*std::move(mapping), options.num_frames,
                                                options.frame_bytes, stride, std::move(returned)),
      {.frames = SharedBufferHandle(*std::move(memory)),
       .returned = std::move(pipe->producer),
       .num_frames = static_cast<uint32_t>(options.num_frames),
       .frame_bytes = options.frame_bytes});
}

SharedRingProducer& SharedRingProducer::operator=(SharedRingProducer&& other) noexcept {
  if (this != &other) {
    close();
    slots_ = std::move(other.slots_);
    reader_ = std::move(other.reader_);
  }
  return *this;
}

Result<SharedRingFrame> SharedRingProducer::try_acquire() {
  stream::DataPipeEnd& returned = slots_->returned();
  FERRULE_CHECK(!returned.is_waited_for);
  const error_code error = returned.look(0);
  if (returned.failure()) return *returned.failure();
  if (error) return Error(error, "the ring is closed");
  const size_t index = slots_->collect_and_take();
  if (returned.failure()) return *returned.failure();
  if (index == stream::SharedRingSlots::kNone) {
    return Error(Errc::kWouldBlock, "all frames of the ring are in use");
  }
  return SharedRingFrame(slots_, index);
}

}  // namespace ferrule
