// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <type_traits>
#include <unordered_map>
#include <vector>

#include <boost/pfr.hpp>

#include "ferrule/wire/box.h"
#include "ferrule/wire/bytes.h"
#include "ferrule/wire/codec/codec.h"

#include "fuzz/fuzz_input.h"

namespace ferrule::test {

/// Makes values of generated types out of a fuzzer's input. A union has an overload of its own:
/// nothing tells its members apart.
class Filler {
 public:
  explicit Filler(FuzzInput& input) : input_(input) {}

  template <class T>
  void fill(T& out) {
    if constexpr (std::is_same_v<T, bool>) {
      out = input_.below(2) == 1;
    } else if constexpr (std::is_arithmetic_v<T>) {
      out = input_.number<T>();
    } else if constexpr (std::is_enum_v<T>) {
      fill_enum(out);
    } else {
      static_assert(wire::WireStruct<T>, "a union needs an overload");
      boost::pfr::for_each_field(out, [this](auto& field) { this->fill(field); });
    }
  }
  void fill(std::string& out) {
    out.clear();
    for (const uint8_t byte : input_.take(size())) out.push_back(static_cast<char>(byte & 0x7f));
  }
  void fill(Bytes& out) { out = Bytes::copy_of(input_.take(size())); }
  void fill(std::vector<bool>& out) {
    out.resize(size());
    for (size_t i = 0; i < out.size(); ++i) out[i] = input_.below(2) == 1;
  }
  template <class T>
  void fill(std::vector<T>& out) {
    out.resize(is_deep() ? 0 : size());
    for (T& element : out) nested(element);
  }
  template <class T, size_t kSize>
  void fill(std::array<T, kSize>& out) {
    for (T& element : out) nested(element);
  }
  template <class T>
  void fill(std::optional<T>& out) {
    out.reset();
    if (!is_deep() && input_.below(2) == 1) nested(out.emplace());
  }
  template <class T>
  void fill(Box<T>& out) {
    out.reset();
    if (!is_deep() && input_.below(2) == 1) nested(out.emplace());
  }
  template <class Key, class T>
  void fill(std::map<Key, T>& out) {
    fill_map(out, is_deep() ? 0 : size());
  }
  // At most one: with more the order, and so the bytes, would be the table's choice.
  template <class Key, class T>
  void fill(std::unordered_map<Key, T>& out) {
    fill_map(out, is_deep() ? 0 : input_.below(2));
  }

  size_t pick(size_t limit) { return input_.below(limit); }

 private:
  static constexpr size_t kMaxDepth = 6;

  bool is_deep() const { return depth_ >= kMaxDepth; }
  size_t size() { return input_.below(6) == 5 ? input_.below(40) : input_.below(4); }

  template <class T>
  void nested(T& out) {
    ++depth_;
    fill(out);
    --depth_;
  }
  template <class Map>
  void fill_map(Map& out, size_t count) {
    out.clear();
    for (; count > 0; --count) {
      typename Map::key_type key{};
      nested(key);
      nested(out[key]);
    }
  }
  template <class T>
  void fill_enum(T& out) {
    using Traits = wire::EnumTraits<T>;
    const auto number = static_cast<int32_t>(input_.below(16)) - 2;
    out = Traits::is_known(number) ? static_cast<T>(number) : Traits::kLowest;
  }

  FuzzInput& input_;
  size_t depth_ = 0;
};

}  // namespace ferrule::test
