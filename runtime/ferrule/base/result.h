// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <utility>
#include <variant>

#include "ferrule/base/check.h"
#include "ferrule/base/error.h"

namespace ferrule {

/// A value or the `Error` that kept it from being made. For everything that the world or a peer can
/// cause. Handle it or return it unchanged; reading the wrong side is a bug and aborts.
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

  bool ok() const noexcept { return state_.index() == 0; }
  explicit operator bool() const noexcept { return ok(); }

  T& value() & {
    FERRULE_CHECK(ok());
    return *std::get_if<0>(&state_);
  }
  const T& value() const& {
    FERRULE_CHECK(ok());
    return *std::get_if<0>(&state_);
  }
  T&& value() && { return std::move(value()); }

  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  const Error& error() const& {
    FERRULE_CHECK(!ok());
    return *std::get_if<1>(&state_);
  }
  Error&& error() && {
    FERRULE_CHECK(!ok());
    return std::move(*std::get_if<1>(&state_));
  }

 private:
  std::variant<T, Error> state_;
};

/// Success, or the `Error` that prevented it. `return {};` means success.
template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)) {}

  bool ok() const noexcept { return !error_.has_value(); }
  explicit operator bool() const noexcept { return ok(); }

  const Error& error() const& {
    FERRULE_CHECK(!ok());
    return *error_;
  }
  Error&& error() && {
    FERRULE_CHECK(!ok());
    return *std::move(error_);
  }

 private:
  std::optional<Error> error_;
};

}  // namespace ferrule
