// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>

#include "ferrule/wire/codec/codec.h"
#include "ferrule/wire/codec/union.h"
#include "ferrule/wire/expected.h"
#include "ferrule/wire/union_reader.h"
#include "ferrule/wire/union_writer.h"

namespace ferrule::wire {

/// result<T, E>: a union of `success` (tag 0) and `failure` (tag 1), in the place of the only field
/// of a response.
template <class T, class E>
struct UnionTraits<Expected<T, E>> {
  static constexpr bool kIsExtensible = false;
  static constexpr uint32_t kSuccess = 0;
  static constexpr uint32_t kFailure = 1;

  static void measure(SizeCounter& size, const Expected<T, E>& result) {
    if (result) {
      measure_member(size, *result);
    } else {
      measure_member(size, result.error());
    }
  }

  template <class Value>
  static void encode(Encoder& encoder, size_t at, Value&& result) {
    UnionWriter writer(encoder, at, result ? kSuccess : kFailure);
    if (result) {
      write_member(writer, *std::forward<Value>(result));
    } else {
      write_member(writer, std::forward<Value>(result).error());
    }
  }

  static bool decode(Decoder& decoder, size_t at, Expected<T, E>& out) {
    UnionReader reader(decoder, at);
    if (!reader.ok()) return false;
    switch (reader.tag()) {
      case kSuccess:
        return read_member(reader, out.emplace(), "success");
      case kFailure:
        return read_member(reader, out.emplace_error(), "failure");
      default:
        return reader.unknown_tag();
    }
  }

 private:
  template <class Member>
  static constexpr bool kIsUnion = WireUnion<NotNull<Member>>;

  template <class Member>
  static void measure_member(SizeCounter& size, const Member& member) {
    if constexpr (kIsUnion<Member>) {
      measure_nested(size, member);
    } else {
      wire::measure(size, member);
    }
  }
  template <class Member>
  static void write_member(UnionWriter& writer, Member&& member) {
    if constexpr (kIsUnion<std::remove_cvref_t<Member>>) {
      writer.write_nested(std::forward<Member>(member));
    } else {
      writer.write(std::forward<Member>(member));
    }
  }
  template <class Member>
  static bool read_member(UnionReader& reader, Member& member, const char* name) {
    if constexpr (kIsUnion<Member>) {
      return reader.read_nested(member, name);
    } else {
      return reader.read(member, name);
    }
  }
};

}  // namespace ferrule::wire
