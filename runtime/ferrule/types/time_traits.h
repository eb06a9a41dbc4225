// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>

#include "ferrule/wire/traits.h"
#include "ferrule/time.idl.h"

namespace ferrule::types {

/// Microseconds on the wire and another unit in memory. A peer may send a time that this clock
/// cannot hold: it is refused, not wrapped around.
template <class Plain, class Point>
struct TimePointTraits {
  static int64_t microseconds(const Point& point) {
    return std::chrono::floor<std::chrono::microseconds>(point.time_since_epoch()).count();
  }
  static bool read(Plain plain, Point& out) {
    using std::chrono::ceil;
    using std::chrono::floor;
    using Duration = typename Point::duration;
    constexpr auto kFirst = ceil<std::chrono::microseconds>(Duration::min());
    constexpr auto kLast = floor<std::chrono::microseconds>(Duration::max());
    const std::chrono::microseconds since(plain.microseconds);
    if (since < kFirst || since > kLast) return false;
    out = Point(std::chrono::duration_cast<Duration>(since));
    return true;
  }
};

}  // namespace ferrule::types

template <>
struct ferrule::MappingTraits<std::chrono::microseconds> {
  static int64_t microseconds(const std::chrono::microseconds& delta) { return delta.count(); }
  static bool read(ferrule::common::TimeDelta plain, std::chrono::microseconds& out) {
    out = std::chrono::microseconds(plain.microseconds);
    return true;
  }
};

template <>
struct ferrule::MappingTraits<std::chrono::system_clock::time_point>
    : ferrule::types::TimePointTraits<ferrule::common::Time,
                                      std::chrono::system_clock::time_point> {};

template <>
struct ferrule::MappingTraits<std::chrono::steady_clock::time_point>
    : ferrule::types::TimePointTraits<ferrule::common::TimeTicks,
                                      std::chrono::steady_clock::time_point> {};
