// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstddef>
#include <functional>

namespace ferrule {

/// A number that cannot be mistaken for another kind of number. `Tag` is any type of its own:
///   using RequestId = StrongId<struct RequestIdTag, uint64_t>;
template <class Tag, class Number>
class StrongId {
 public:
  constexpr StrongId() = default;
  constexpr explicit StrongId(Number value) noexcept : value_(value) {}

  constexpr Number value() const noexcept { return value_; }
  friend constexpr auto operator<=>(StrongId, StrongId) noexcept = default;

 private:
  Number value_{};
};

}  // namespace ferrule

template <class Tag, class Number>
struct std::hash<ferrule::StrongId<Tag, Number>> {
  std::size_t operator()(ferrule::StrongId<Tag, Number> id) const noexcept {
    return std::hash<Number>()(id.value());
  }
};
