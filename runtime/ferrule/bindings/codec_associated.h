// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

#include "ferrule/wire/codec/codec.h"
#include "ferrule/wire/decoder.h"
#include "ferrule/wire/encoder.h"
#include "ferrule/bindings/associated_end.h"
#include "ferrule/bindings/pending_associated.h"

namespace ferrule::wire {

/// What both ends of associated interfaces have in common in a message: an index into its ids.
struct AssociatedEndCodec {
  static constexpr size_t kInlineBytes = sizeof(uint32_t);

  static void measure(SizeCounter& size, const bindings::PendingAssociatedEnd& value) {
    if (value) size.add_interface_id();
  }
  static void encode(Encoder& encoder, size_t at, bindings::PendingAssociatedEnd&& value) {
    if (!value) return encoder.fail_at(at, "the associated interface is not set");
    encoder.put_interface_end(at, value.take_end());
  }
  /// Of an interface that says who may hold its ends: refused when it is sent.
  template <class Interface>
  static void encode_as(Encoder& encoder, size_t at, bindings::PendingAssociatedEnd&& value) {
    if constexpr (requires_context<Interface>()) {
      if (value) {
        auto end = value.take_end();
        end->restrict_to(Interface::kRequiredContext);
        value = bindings::PendingAssociatedEnd(std::move(end));
      }
    }
    encode(encoder, at, std::move(value));
  }
  /// And when it arrives: whoever sent it does not keep the rule, and perhaps passes on what others
  /// sent.
  template <class Interface>
  static bool decode_as(Decoder& decoder, size_t at, bindings::PendingAssociatedEnd& out) {
    if (!decode(decoder, at, out)) return false;
    if constexpr (requires_context<Interface>()) {
      out.reset();
      return decoder.refuse_value(at, "an interface with RequireContext cannot be associated");
    }
    return true;
  }
  static bool decode(Decoder& decoder, size_t at, bindings::PendingAssociatedEnd& out) {
    std::unique_ptr<InterfaceEnd> end;
    if (!decoder.take_interface_end(at, end)) return false;
    out = bindings::PendingAssociatedEnd(bindings::AssociatedEnd::from_message(std::move(end)));
    return true;
  }
  static void write_null(Encoder& encoder, size_t at) {
    encoder.put_interface_id(at, kInvalidInterfaceId);
  }
  static bool is_null(const Decoder& decoder, size_t at) { return decoder.is_no_handle(at); }
  static bool accept_null(Decoder& /*decoder*/, size_t /*at*/) { return true; }
};

/// pending_associated_receiver<Interface>
template <class Interface>
struct Codec<PendingAssociatedReceiver<Interface>> : AssociatedEndCodec {
  static void encode(Encoder& encoder, size_t at, PendingAssociatedReceiver<Interface>&& value) {
    encode_as<Interface>(encoder, at, std::move(value));
  }
  static bool decode(Decoder& decoder, size_t at, PendingAssociatedReceiver<Interface>& out) {
    return decode_as<Interface>(decoder, at, out);
  }
};

/// pending_associated_remote<Interface>: the index, and a version that promises nothing.
template <class Interface>
struct Codec<PendingAssociatedRemote<Interface>> : AssociatedEndCodec {
  static constexpr size_t kInlineBytes = 2 * sizeof(uint32_t);
  static void encode(Encoder& encoder, size_t at, PendingAssociatedRemote<Interface>&& value) {
    encode_as<Interface>(encoder, at, std::move(value));
  }
  static bool decode(Decoder& decoder, size_t at, PendingAssociatedRemote<Interface>& out) {
    return decode_as<Interface>(decoder, at, out);
  }
};

}  // namespace ferrule::wire
