// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <type_traits>
#include <utility>
#include <variant>

#include "ferrule/base/check.h"

namespace ferrule {

/// Says that a value is the failure of an `Expected`: `return Unexpected(MyError{...});`
template <class E>
struct Unexpected {
  explicit Unexpected(E value) : error(std::move(value)) {}
  E error;
};

/// What a method declared `=> result<T, E>` answers: a T, or the application's own error. It has
/// nothing to do with errors of the connection, which arrive as `error_code`. A value; reading the
/// wrong side is a bug and aborts. Starts as a success with an empty T.
template <class T, class E>
class Expected {
 public:
  Expected() = default;
  Expected(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  template <class G>
  requires std::is_constructible_v<E, G&&> Expected(Unexpected<G> failure)
      : state_(std::in_place_index<1>, std::move(failure.error)) {}

  bool has_value() const noexcept { return state_.index() == 0; }
  explicit operator bool() const noexcept { return has_value(); }

  T& value() & { return *checked<0>(state_); }
  const T& value() const& { return *checked<0>(state_); }
  T&& value() && { return std::move(*checked<0>(state_)); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  E& error() & { return *checked<1>(state_); }
  const E& error() const& { return *checked<1>(state_); }
  E&& error() && { return std::move(*checked<1>(state_)); }

  T& emplace() { return state_.template emplace<0>(); }
  E& emplace_error() { return state_.template emplace<1>(); }

  friend bool operator==(const Expected& a, const Expected& b) { return a.state_ == b.state_; }

 private:
  template <size_t kIndex, class State>
  static auto* checked(State& state) {
    auto* side = std::get_if<kIndex>(&state);
    FERRULE_CHECK(side != nullptr);
    return side;
  }

  std::variant<T, E> state_;
};

}  // namespace ferrule
