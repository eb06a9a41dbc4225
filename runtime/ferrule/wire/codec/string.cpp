// SPDX-License-Identifier: Apache-2.0
#include "ferrule/wire/codec/string.h"

#include "ferrule/wire/utf8.h"

namespace ferrule::wire {
namespace {

constexpr ArrayLayout kByteLayout{1, false};

}  // namespace

// The sender checks too: it can name the call that went wrong, the receiver can only close the
// pipe.
void encode_string(Encoder& encoder, std::string_view text) {
  if (!is_valid_utf8(text)) [[unlikely]]
    encoder.fail("a string is not UTF-8");
  encoder.put_array(text.data(), text.size(), text.size());
}

bool decode_string(Decoder& decoder, size_t object, std::string& out) {
  ArrayExtent extent;
  if (!decoder.claim_array(object, kByteLayout, 0, extent)) return false;
  const std::string_view text(reinterpret_cast<const char*>(decoder.claimed_bytes(extent.at)),
                              extent.num_elements);
  if (!is_valid_utf8(text) && !decoder.refuse_value(object, "not UTF-8")) return false;
  if (!decoder.charge(text.size(), object)) return false;
  out.assign(text);
  return true;
}

}  // namespace ferrule::wire
