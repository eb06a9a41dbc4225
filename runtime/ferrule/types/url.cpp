// SPDX-License-Identifier: Apache-2.0
#include "ferrule/types/url.h"

#include <algorithm>

namespace ferrule {
namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

bool is_in_scheme(char c) {
  return is_letter(c) || (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
}

bool is_printable(char c) { return c > ' ' && c < 0x7f; }

}  // namespace

std::optional<Url> Url::parse(std::string text) {
  if (text.empty() || text.size() > kMaxUrlBytes || !is_letter(text.front())) return std::nullopt;
  const size_t colon = text.find(':');
  if (colon == std::string::npos) return std::nullopt;
  const auto end_of_scheme = text.begin() + static_cast<std::ptrdiff_t>(colon);
  if (!std::all_of(text.begin(), end_of_scheme, is_in_scheme)) return std::nullopt;
  if (!std::all_of(end_of_scheme, text.end(), is_printable)) return std::nullopt;
  return Url(std::move(text));
}

}  // namespace ferrule
