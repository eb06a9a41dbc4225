// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "ferrule/base/result.h"
#include "ferrule/wire/bytes.h"
#include "ferrule/wire/codec/codec.h"
#include "ferrule/wire/decoder.h"
#include "ferrule/wire/encoder.h"
#include "ferrule/wire/size_counter.h"

namespace ferrule::wire {

/// What does not depend on the struct. `finish_bytes` does the copies that the encoder left undone.
Encoder begin_bytes(const SizeCounter& size);
Result<Bytes> finish_bytes(Encoder encoder);
Error bad_bytes(const DecodeFailure& failure);

}  // namespace ferrule::wire

namespace ferrule {

/// A struct of the IDL on its own, without a message around it: for files, for caches, for other
/// carriers. It has the bytes of a message's payload. A struct that carries handles cannot be
/// written.
template <class S>
requires wire::WireStruct<S> Result<Bytes> to_bytes(const S& value) {
  wire::SizeCounter size;
  wire::StructTraits<S>::measure(size, value);
  wire::Encoder encoder = wire::begin_bytes(size);
  wire::StructTraits<S>::encode(encoder, value);
  return wire::finish_bytes(std::move(encoder));
}

/// The struct that `to_bytes` wrote, or what the bytes, which may come from anyone, claim to be;
/// they are checked as strictly as a message. `Errc::kBadMessage` with the rule that is broken.
template <class S>
requires wire::WireStruct<S> Result<S> from_bytes(std::span<const uint8_t> bytes) {
  std::vector<wire::Handle> no_handles;
  wire::Decoder decoder(bytes, no_handles);
  S value{};
  if (!wire::StructTraits<S>::decode(decoder, 0, value)) {
    return wire::bad_bytes(decoder.failure());
  }
  return value;
}

namespace wire {
using ferrule::from_bytes;
using ferrule::to_bytes;
}  // namespace wire

}  // namespace ferrule
