// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

namespace ferrule {

/// 128 bits from the kernel's random generator.
struct Random128 {
  uint64_t high = 0;
  uint64_t low = 0;
};

/// Draws from a per-thread buffer of getrandom(2) output, so a name costs no system call of its own
/// most of the time. Aborts if the kernel has no randomness to give.
Random128 random128();

/// 32 hexadecimal digits.
std::string to_hex(uint64_t high, uint64_t low);

/// An unguessable name: who knows it, may use what it names. `Tag` keeps kinds of names apart.
template <class Tag>
struct Name128 {
  uint64_t high = 0;
  uint64_t low = 0;

  static Name128 random() {
    const Random128 bits = random128();
    return {bits.high, bits.low};
  }
  bool is_valid() const noexcept { return (high | low) != 0; }
  std::string to_string() const { return to_hex(high, low); }
  friend constexpr auto operator<=>(const Name128&, const Name128&) noexcept = default;
};

}  // namespace ferrule

template <class Tag>
struct std::hash<ferrule::Name128<Tag>> {
  // The bits are random already; a peer that chooses them itself can only slow down its own table
  // entries, which are limited per link.
  std::size_t operator()(const ferrule::Name128<Tag>& name) const noexcept {
    return static_cast<std::size_t>(name.high ^ (name.low * 0x9e3779b97f4a7c15U));
  }
};
