// SPDX-License-Identifier: Apache-2.0
#include "ferrule/transport/bulk_copy.h"

#include <algorithm>
#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace ferrule::transport {

#if defined(__SSE2__)

void copy_past_caches(uint8_t* to, const uint8_t* from, size_t num_bytes) noexcept {
  constexpr size_t kLineBytes = 64;
  // Streaming stores need aligned targets; sources may stand anywhere.
  const size_t misaligned = reinterpret_cast<uintptr_t>(to) % kLineBytes;
  const size_t front = std::min(misaligned == 0 ? 0 : kLineBytes - misaligned, num_bytes);
  if (front != 0) std::memcpy(to, from, front);
  size_t at = front;
  for (; num_bytes - at >= kLineBytes; at += kLineBytes) {
    const auto* source = reinterpret_cast<const __m128i*>(from + at);
    auto* target = reinterpret_cast<__m128i*>(to + at);
    const __m128i a = _mm_loadu_si128(source);
    const __m128i b = _mm_loadu_si128(source + 1);
    const __m128i c = _mm_loadu_si128(source + 2);
    const __m128i d = _mm_loadu_si128(source + 3);
    _mm_stream_si128(target, a);
    _mm_stream_si128(target + 1, b);
    _mm_stream_si128(target + 2, c);
    _mm_stream_si128(target + 3, d);
  }
  if (at != num_bytes) std::memcpy(to + at, from + at, num_bytes - at);
  // Whoever is told that the bytes are there must find them.
  _mm_sfence();
}

#else

void copy_past_caches(uint8_t* to, const uint8_t* from, size_t num_bytes) noexcept {
  std::memcpy(to, from, num_bytes);
}

#endif

}  // namespace ferrule::transport
