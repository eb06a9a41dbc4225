// SPDX-License-Identifier: Apache-2.0
// A received memfd is mapped privately and writable: reads come from the sealed pages, and a write
// copies its page first. So the layers above may put a new header in front of a message and pass it
// on, as with any other memory; then the first page travels through the socket and the rest, which
// nobody has a reason to write to, in the memfd it came in.
#include "ferrule/transport/sealed_memory.h"

#include <algorithm>
#include <cstring>
#include <fcntl.h>
#include <utility>

#include "ferrule/platform/mapping.h"
#include "ferrule/platform/memfd.h"
#include "ferrule/transport/body_runs.h"
#include "ferrule/transport/frame_header.h"

namespace ferrule::transport {
namespace {

constexpr size_t kPageBytes = 4096;

// The headers of all layers end within so many bytes of a body's begin. If they did not, a peer
// could choose what we send on as our own header.
constexpr size_t kMaxRewrittenBytes = 1024;

constexpr size_t round_up_to_page(size_t num_bytes) {
  return (num_bytes + kPageBytes - 1) / kPageBytes * kPageBytes;
}

/// A private mapping and the memfd behind it, which has the same bytes in [clean_begin, clean_end).
class SealedMemory final : public Memory {
 public:
  SealedMemory(MemoryRef mapping, UniqueFd memfd, size_t clean_begin, size_t clean_end)
      : Memory(mapping->data(), mapping->size()),
        clean_begin_(clean_begin),
        clean_end_(clean_end),
        mapping_(std::move(mapping)),
        memfd_(std::move(memfd)) {}

  size_t clean_begin() const noexcept { return clean_begin_; }
  size_t clean_end() const noexcept { return clean_end_; }
  UniqueFd duplicate_memfd() const { return UniqueFd(::fcntl(memfd_.get(), F_DUPFD_CLOEXEC, 0)); }

 private:
  ~SealedMemory() override = default;
  void destroy() noexcept override { delete this; }

  const size_t clean_begin_;
  const size_t clean_end_;
  const MemoryRef mapping_;
  const UniqueFd memfd_;
};

// At `kHeadroomBytes` of the memfd; deferred runs straight from their sources.
Result<void> write_body(const UniqueFd& memfd, const Frame& frame) {
  size_t at = kHeadroomBytes;
  for (const BodyRun& run : to_runs(frame.body)) {
    Result<void> written = platform::write_memfd(memfd, at, run.bytes);
    if (!written) return written;
    at += run.bytes.size();
  }
  return platform::write_memfd(memfd, at, frame.tail);
}

bool is_backed(const platform::MemfdStatus& status, size_t end) {
  // Pages that were never written are read as zeros, and the reader pays for them.
  return status.num_allocated_bytes >= end / kPageBytes * kPageBytes;
}

}  // namespace

Result<SealedBody> seal_body(const Frame& frame) {
  const size_t num_bytes = frame.num_bytes();
  // A page without content at the end: room for what those who pass it on may have to add.
  const size_t size = round_up_to_page(kHeadroomBytes + num_bytes) + kPageBytes;
  Result<UniqueFd> memfd = platform::create_memfd("ferrule-frame", size);
  if (!memfd) return std::move(memfd).error();
  Result<void> done = write_body(*memfd, frame);
  if (done) done = platform::seal_memfd(*memfd, platform::Seals::kImmutable);
  if (!done) return std::move(done).error();
  SealedBody sealed;
  sealed.record.offset = kHeadroomBytes;
  sealed.record.num_bytes = static_cast<uint32_t>(num_bytes);
  sealed.memfd = *std::move(memfd);
  return sealed;
}

std::optional<SealedBody> reuse_sealed_body(const Frame& frame) {
  const auto* memory = dynamic_cast<const SealedMemory*>(frame.body.memory().get());
  if (memory == nullptr || !frame.body.deferred_copies().empty()) return std::nullopt;
  const size_t begin = frame.body.memory_offset();
  const size_t end = begin + frame.body.size();
  const size_t clean_begin = std::max(begin, memory->clean_begin());
  const size_t clean_end = std::min(end, memory->clean_end());
  if (clean_begin >= clean_end || memory->size() - end < frame.tail.size()) return std::nullopt;
  SealedBody sealed;
  sealed.memfd = memory->duplicate_memfd();
  if (!sealed.memfd) return std::nullopt;
  const uint8_t* bytes = memory->data();
  sealed.prefix.assign(bytes + begin, bytes + clean_begin);
  sealed.suffix.assign(bytes + clean_end, bytes + end);
  sealed.suffix.insert(sealed.suffix.end(), frame.tail.begin(), frame.tail.end());
  sealed.record.offset = clean_begin;
  sealed.record.num_bytes = static_cast<uint32_t>(clean_end - clean_begin);
  sealed.record.num_prefix_bytes = static_cast<uint32_t>(sealed.prefix.size());
  sealed.record.num_suffix_bytes = static_cast<uint32_t>(sealed.suffix.size());
  return sealed;
}

Result<Buffer> open_sealed_body(const SealedRecord& record, std::span<const uint8_t> prefix,
                                std::span<const uint8_t> suffix, UniqueFd memfd) {
  constexpr const char* kRule = "SEALED_MEMORY_INVALID";
  Result<platform::MemfdStatus> status = platform::inspect_memfd(memfd);
  if (!status) return broken_rule(kRule, "the descriptor is no memfd");
  if (!status->is_immutable) return broken_rule(kRule, "it is not sealed");
  if (record.offset > status->num_bytes || record.num_bytes > status->num_bytes - record.offset ||
      suffix.size() > status->num_bytes - record.offset - record.num_bytes) {
    return broken_rule(kRule, "shorter than announced");
  }
  if (record.offset < prefix.size()) return broken_rule(kRule, "no room for the prefix");
  const size_t begin = record.offset - prefix.size();
  const size_t clean_end = record.offset + record.num_bytes;
  const size_t end = clean_end + suffix.size();
  if (!is_backed(*status, clean_end)) return broken_rule(kRule, "made of holes");
  const size_t size =
      std::min(round_up_to_page(status->num_bytes), round_up_to_page(end) + kPageBytes);
  Result<MemoryRef> mapping =
      platform::map_memfd(memfd, size, {.kind = platform::MappingKind::kPrivate});
  if (!mapping) return std::move(mapping).error();
  uint8_t* bytes = mapping->get()->data();
  if (!prefix.empty()) std::memcpy(bytes + begin, prefix.data(), prefix.size());
  if (!suffix.empty()) std::memcpy(bytes + clean_end, suffix.data(), suffix.size());
  const size_t clean_begin =
      std::max<size_t>(record.offset, round_up_to_page(begin + kMaxRewrittenBytes));
  return Buffer(MemoryRef::adopt(new SealedMemory(*std::move(mapping), std::move(memfd),
                                                  clean_begin, clean_end)),
                begin, end);
}

}  // namespace ferrule::transport
