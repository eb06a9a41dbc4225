// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <fcntl.h>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <gmock/gmock.h>

#include "ferrule/base/checked_math.h"
#include "ferrule/base/unique_fd.h"
#include "ferrule/wire/codec/all.h"
#include "ferrule/wire/struct_bytes.h"

#include "support/wire_text.h"

namespace ferrule::test {

/// A struct with one field, for any type with a codec: what the tests of codecs write and read.
template <class T>
struct Field {
  T value{};

  friend bool operator==(const Field&, const Field&) = default;
};

inline wire::Handle open_handle() { return wire::Handle(UniqueFd(::open("/dev/null", O_RDONLY))); }

inline std::vector<wire::Handle> open_handles(size_t count) {
  std::vector<wire::Handle> handles;
  while (handles.size() < count) handles.push_back(open_handle());
  return handles;
}

/// Reads an S from bytes that are moved to a block of exactly their size, so that a sanitizer sees
/// any access outside.
template <class S>
wire::DecodeFailure decode(std::span<const uint8_t> bytes, S& out,
                           std::vector<wire::Handle> handles = {}) {
  const std::unique_ptr<uint8_t[]> exact(new uint8_t[bytes.size()]);
  if (!bytes.empty()) std::memcpy(exact.get(), bytes.data(), bytes.size());
  wire::Decoder decoder(std::span<const uint8_t>(exact.get(), bytes.size()), handles);
  const bool ok = wire::StructTraits<S>::decode(decoder, 0, out);
  EXPECT_EQ(ok, decoder.failure().error == wire::ValidationError::kNone);
  return decoder.failure();
}

/// "OK", or the failure as users see it.
template <class S>
std::string decode_result(std::string_view text, size_t num_handles = 0) {
  S ignored{};
  const auto failure = decode(wire_bytes(text), ignored, open_handles(num_handles));
  return failure.error == wire::ValidationError::kNone ? "OK" : to_string(failure);
}
template <class T>
std::string field_result(std::string_view text, size_t num_handles = 0) {
  return decode_result<Field<T>>(text, num_handles);
}

/// Writes `value` as a message's payload.
template <class S>
Result<wire::Message> encode(S value) {
  wire::SizeCounter size;
  wire::StructTraits<S>::measure(size, value);
  // Whatever the memory held before must not show.
  Buffer buffer = Buffer::allocate(size.num_bytes());
  std::memset(buffer.data(), 0xcd, buffer.size());
  wire::Encoder encoder = wire::Encoder::for_payload(std::move(buffer));
  wire::StructTraits<S>::encode(encoder, std::move(value));
  return std::move(encoder).finish();
}

/// The bytes of `value`, or of nothing if it cannot be sent.
template <class S>
std::vector<uint8_t> encoded(S value) {
  auto message = encode(std::move(value));
  if (!message) {
    ADD_FAILURE() << message.error().message();
    return {};
  }
  message->buffer().complete();
  const auto bytes = message->buffer().bytes();
  return {bytes.begin(), bytes.end()};
}

/// Why `value` cannot be sent.
template <class S>
std::string encode_error(S value) {
  const auto message = encode(std::move(value));
  return message ? "no error" : message.error().message();
}

/// Writes `value` in the one canonical way that `text` shows, and reads the same back.
template <class T>
void expect_canonical(const T& value, std::string_view text) {
  EXPECT_EQ(encoded(Field<T>{value}), wire_bytes(text)) << text;
  Field<T> read;
  const auto failure = decode(wire_bytes(text), read);
  EXPECT_EQ(failure.error, wire::ValidationError::kNone) << to_string(failure);
  EXPECT_EQ(read.value, value) << text;
}

}  // namespace ferrule::test

template <class T>
struct ferrule::wire::StructTraits<ferrule::test::Field<T>> {
  using S = ferrule::test::Field<T>;
  static constexpr StructVersion kVersions[] = {
      {0, static_cast<uint32_t>(8 + round_up_to_8(Codec<T>::kInlineBytes))}};

  static void measure(SizeCounter& size, const S& value) {
    size.add_object(kVersions[0].num_bytes);
    wire::measure(size, value.value);
  }
  template <class Value>
  static void encode(Encoder& encoder, Value&& value) {
    StructWriter writer(encoder, kVersions[0].num_bytes, 0);
    writer.write(0, std::forward<Value>(value).value);
  }
  static bool decode(Decoder& decoder, size_t at, S& out) {
    StructReader reader(decoder, at, kVersions);
    return reader.ok() && reader.read(0, out.value, "value");
  }
};
