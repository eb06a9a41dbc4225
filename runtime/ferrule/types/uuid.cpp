// SPDX-License-Identifier: Apache-2.0
#include "ferrule/types/uuid.h"

#include <cstring>

#include "ferrule/base/name128.h"

namespace ferrule {
namespace {

constexpr size_t kTextLength = 36;

constexpr bool is_dash_at(size_t place) {
  return place == 8 || place == 13 || place == 18 || place == 23;
}

int digit_of(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

Uuid Uuid::random() {
  const Random128 bits = random128();
  Uuid uuid;
  std::memcpy(uuid.bytes.data(), &bits.high, 8);
  std::memcpy(uuid.bytes.data() + 8, &bits.low, 8);
  uuid.bytes[6] = static_cast<uint8_t>((uuid.bytes[6] & 0x0fU) | 0x40U);  // version 4
  uuid.bytes[8] = static_cast<uint8_t>((uuid.bytes[8] & 0x3fU) | 0x80U);  // the variant of the RFC
  return uuid;
}

std::optional<Uuid> Uuid::parse(std::string_view text) {
  if (text.size() != kTextLength) return std::nullopt;
  Uuid uuid;
  size_t num_digits = 0;
  for (size_t place = 0; place < kTextLength; ++place) {
    if (is_dash_at(place)) {
      if (text[place] != '-') return std::nullopt;
      continue;
    }
    const int digit = digit_of(text[place]);
    if (digit < 0) return std::nullopt;
    uint8_t& byte = uuid.bytes[num_digits / 2];
    byte = static_cast<uint8_t>(byte << 4 | digit);
    ++num_digits;
  }
  return uuid;
}

std::string Uuid::to_string() const {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (const uint8_t byte : bytes) {
    if (is_dash_at(text.size())) text += '-';
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

}  // namespace ferrule

std::size_t std::hash<ferrule::Uuid>::operator()(const ferrule::Uuid& uuid) const noexcept {
  return std::hash<std::string_view>()(
      {reinterpret_cast<const char*>(uuid.bytes.data()), uuid.bytes.size()});
}
