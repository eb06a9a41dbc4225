// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <map>
#include <type_traits>
#include <unordered_map>
#include <utility>
#include <vector>

#include "ferrule/wire/codec/array.h"
#include "ferrule/wire/codec/array_element.h"
#include "ferrule/wire/codec/codec.h"
#include "ferrule/wire/codec/pointer.h"
#include "ferrule/wire/decoder.h"
#include "ferrule/wire/encoder.h"
#include "ferrule/wire/wire_limits.h"

namespace ferrule::wire {

/// Counts the steps that a hash table takes while hostile keys fill it. A std::map needs no such
/// watch.
class HashWork {
 public:
  explicit HashWork(size_t num_keys) noexcept
      : left_(kHashStepsSlack + kMaxHashStepsPerKey * num_keys) {}

  template <class Map>
  bool allows(const Map& map, const typename Map::key_type& key) {
    if constexpr (requires { map.bucket(key); }) {
      const size_t steps = map.bucket_size(map.bucket(key));
      if (steps > left_) return false;
      left_ -= steps;
    }
    return true;
  }

 private:
  size_t left_;
};

/// What map and hash_map have in common: an object with two pointers, to an array of the keys and
/// to an array of the values, equally long.
template <class Map>
struct MapCodec : PointerCodec<Codec<Map>> {
  using Key = typename Map::key_type;
  using Mapped = typename Map::mapped_type;
  using KeyElement = ArrayElement<Key>;
  using MappedElement = ArrayElement<Mapped>;

  static void measure(SizeCounter& size, const Map& map) {
    size.add_object(kMapBytes);
    size.add_object(kObjectHeaderBytes + KeyElement::kLayout.storage_bytes(map.size()));
    size.add_object(kObjectHeaderBytes + MappedElement::kLayout.storage_bytes(map.size()));
    for (const auto& [key, mapped] : map) {
      if constexpr (!KeyElement::kIsFlat) KeyElement::measure(size, key);
      if constexpr (!MappedElement::kIsFlat) MappedElement::measure(size, mapped);
    }
  }

  template <class Value>
  static void encode_object(Encoder& encoder, Value&& map) {
    const size_t object = encoder.claim(kMapBytes);
    encoder.write(object, kMapBytes);
    if constexpr (WireNumber<Mapped>) {
      encode_in_one_walk(encoder, object, map);
    } else {
      encode_keys(encoder, object + kMapKeysOffset, map);
      encode_values(encoder, object + kMapValuesOffset, std::forward<Value>(map));
    }
  }

  static bool decode_object(Decoder& decoder, size_t object, Map& out) {
    std::vector<Key> keys;
    return decoder.claim_map(object) &&
           (Codec<std::vector<Key>>::decode(decoder, object + kMapKeysOffset, keys) ||
            decoder.in_field("keys")) &&
           (decode_values(decoder, object + kMapValuesOffset, keys, out) ||
            decoder.in_field("values"));
  }

 private:
  /// What a tree or a hash table needs for an entry besides its value, about.
  static constexpr size_t kEntryBytes = 4 * sizeof(void*) + sizeof(typename Map::value_type);

  /// The entries of a large map lie all over the memory, so that walking over them is what costs.
  /// Numbers are put aside on the way, at the end of the buffer, which is not written yet, and
  /// follow the keys when all of those are there.
  static void encode_in_one_walk(Encoder& encoder, size_t object, const Map& map) {
    if (!encoder.enter()) return;
    const size_t count = map.size();
    uint8_t* aside = encoder.put_aside(sizeof(Mapped) * count);
    encoder.write_pointer(object + kMapKeysOffset);
    const size_t begin = encoder.claim_array(KeyElement::kLayout, count);
    size_t i = 0;
    for (const auto& [key, mapped] : map) {
      KeyElement::encode(encoder, {begin, count, i++}, key);
      if (aside == nullptr) continue;
      std::memcpy(aside, &mapped, sizeof(mapped));
      aside += sizeof(mapped);
    }
    encoder.write_pointer(object + kMapValuesOffset);
    encoder.put_array_from_aside(sizeof(Mapped) * count, count);
    encoder.leave();
  }

  static void encode_keys(Encoder& encoder, size_t at, const Map& map) {
    if (!encoder.enter()) return;
    encoder.write_pointer(at);
    const size_t count = map.size();
    const size_t begin = encoder.claim_array(KeyElement::kLayout, count);
    size_t i = 0;
    for (const auto& entry : map) KeyElement::encode(encoder, {begin, count, i++}, entry.first);
    encoder.leave();
  }

  template <class Value>
  static void encode_values(Encoder& encoder, size_t at, Value&& map) {
    if (!encoder.enter()) return;
    encoder.write_pointer(at);
    const size_t count = map.size();
    const size_t begin = encoder.claim_array(MappedElement::kLayout, count);
    size_t i = 0;
    for (auto& entry : map) {
      if constexpr (std::is_lvalue_reference_v<Value>) {
        MappedElement::encode(encoder, {begin, count, i++}, entry.second);
      } else {
        MappedElement::encode(encoder, {begin, count, i++}, std::move(entry.second));
      }
    }
    encoder.leave();
  }

  static bool decode_values(Decoder& decoder, size_t at, std::vector<Key>& keys, Map& out) {
    size_t array = 0;
    ArrayExtent extent;
    if (!decoder.enter_pointer(at, array) ||
        !decoder.claim_array(array, MappedElement::kLayout, 0, extent) ||
        !decoder.charge(extent.num_elements, kEntryBytes, array)) {
      return false;
    }
    out.clear();
    const size_t count = extent.num_elements;
    if constexpr (requires { out.reserve(count); }) {
      if (count != 0) out.reserve(count);
    }
    const bool is_paired = count == keys.size();
    HashWork work(count);
    for (size_t i = 0; i < count; ++i) {
      Mapped value{};
      if (!MappedElement::decode(decoder, {extent.at, count, i}, value)) {
        return decoder.in_element(i);
      }
      if (is_paired && !insert(decoder, at, std::move(keys[i]), std::move(value), work, out)) {
        return decoder.in_element(i);
      }
    }
    return (is_paired || decoder.fail(ValidationError::kDifferentSizedArraysInMap, at)) &&
           decoder.leave();
  }

  static bool insert(Decoder& decoder, size_t at, Key key, Mapped value, HashWork& work, Map& out) {
    if constexpr (std::is_floating_point_v<Key>) {
      if (std::isnan(key)) return decoder.refuse_value(at, "a key is not a number");
    }
    const size_t size_before = out.size();
    const auto entry = out.emplace_hint(out.end(), std::move(key), std::move(value));
    if (out.size() == size_before) return decoder.refuse_value(at, "a key comes twice");
    return work.allows(out, entry->first) || decoder.refuse_value(at, "too many keys collide");
  }
};

template <WireElement Key, WireElement Mapped, class Less, class Allocator>
struct Codec<std::map<Key, Mapped, Less, Allocator>>
    : MapCodec<std::map<Key, Mapped, Less, Allocator>> {};

/// hash_map: the same bytes, in no particular order.
template <WireElement Key, WireElement Mapped, class Hash, class Equal, class Allocator>
struct Codec<std::unordered_map<Key, Mapped, Hash, Equal, Allocator>>
    : MapCodec<std::unordered_map<Key, Mapped, Hash, Equal, Allocator>> {};

}  // namespace ferrule::wire
