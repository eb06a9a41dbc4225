// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace ferrule {

/// A URL of a peer can be long so that whoever copies, compares and logs it has much to do.
inline constexpr size_t kMaxUrlBytes = size_t{2} << 20;

/// Text in the form of a URL: a scheme, a colon, printable ASCII, at most `kMaxUrlBytes`. What is
/// in it is not taken apart: a library for URLs does that, and decides what it means. A value; made
/// without arguments it is empty: no URL.
class Url {
 public:
  Url() = default;
  /// None if the text has not that form.
  static std::optional<Url> parse(std::string text);

  const std::string& text() const noexcept { return text_; }
  bool empty() const noexcept { return text_.empty(); }
  /// As it is written; compare it without regard to case.
  std::string_view scheme() const noexcept {
    return std::string_view(text_).substr(0, text_.find(':'));
  }

  friend auto operator<=>(const Url&, const Url&) noexcept = default;

 private:
  explicit Url(std::string text) : text_(std::move(text)) {}

  std::string text_;
};

inline std::string to_string(const Url& url) { return url.text(); }

}  // namespace ferrule

template <>
struct std::hash<ferrule::Url> {
  std::size_t operator()(const ferrule::Url& url) const noexcept {
    return std::hash<std::string>()(url.text());
  }
};
