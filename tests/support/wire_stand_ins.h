// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>

#include "ferrule/wire/codec/codec.h"
#include "ferrule/wire/codec/nullable.h"
#include "ferrule/wire/decoder.h"
#include "ferrule/wire/encoder.h"
#include "ferrule/wire/message_header.h"

namespace ferrule::test {

/// What stands for pending_associated_remote and pending_associated_receiver where the C++ backend
/// cannot print them: their wire form, read by the real decoder, and nothing of their use.
struct AssociatedRemote {
  uint32_t id = wire::kInvalidInterfaceId;
};
struct AssociatedReceiver {
  uint32_t id = wire::kInvalidInterfaceId;
};

template <class T, size_t kBytes>
struct InterfaceIdCodec {
  static constexpr size_t kInlineBytes = kBytes;

  static void measure(wire::SizeCounter& size, const T& /*value*/) { size.add_interface_id(); }
  static void encode(wire::Encoder& encoder, size_t at, const T& value) {
    encoder.put_interface_id(at, value.id);
  }
  static bool decode(wire::Decoder& decoder, size_t at, T& out) {
    return decoder.take_interface_id(at, out.id);
  }
  static void write_null(wire::Encoder& encoder, size_t at) {
    encoder.put_interface_id(at, wire::kInvalidInterfaceId);
  }
  static bool is_null(const wire::Decoder& decoder, size_t at) { return decoder.is_no_handle(at); }
  static bool accept_null(wire::Decoder& /*decoder*/, size_t /*at*/) { return true; }
};

}  // namespace ferrule::test

template <>
struct ferrule::wire::Codec<ferrule::test::AssociatedRemote>
    : ferrule::test::InterfaceIdCodec<ferrule::test::AssociatedRemote, 8> {};
template <>
struct ferrule::wire::Codec<ferrule::test::AssociatedReceiver>
    : ferrule::test::InterfaceIdCodec<ferrule::test::AssociatedReceiver, 4> {};
