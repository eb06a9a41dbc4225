// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <cstddef>
#include <memory>
#include <type_traits>
#include <utility>

#include "ferrule/base/check.h"

namespace ferrule {

/// Nothing, or one T of its own on the heap: a nullable field whose type contains itself, such as
/// the next node of a list. A value: copying copies the T, comparing compares the Ts. T may be
/// incomplete where the Box is a member.
template <class T>
class Box {
 public:
  Box() noexcept = default;
  Box(std::nullptr_t) noexcept {}
  /// From a T only, and told without a look at T: an array of a union that holds this Box is not
  /// complete where compilers first ask whether a Box can be copied.
  template <class Value = T>
  requires std::same_as<std::remove_cvref_t<Value>, T> Box(Value&& value)
      : value_(std::make_unique<T>(std::forward<Value>(value))) {}

  Box(const Box& other) : value_(other.copy()) {}
  Box(Box&&) noexcept = default;
  Box& operator=(const Box& other) {
    value_ = other.copy();  // before the old value goes: `other` may be part of it
    return *this;
  }
  Box& operator=(Box&& other) noexcept {
    // `other` may be part of the old value, which therefore goes last.
    std::unique_ptr<T> old = std::exchange(value_, std::move(other.value_));
    return *this;
  }
  ~Box() = default;

  explicit operator bool() const noexcept { return value_ != nullptr; }
  bool has_value() const noexcept { return value_ != nullptr; }

  /// The value, which must be there.
  T& operator*() & { return *checked(); }
  const T& operator*() const& { return *checked(); }
  T&& operator*() && { return std::move(*checked()); }
  T* operator->() { return checked(); }
  const T* operator->() const { return checked(); }

  void reset() noexcept { value_.reset(); }
  template <class... Arguments>
  T& emplace(Arguments&&... arguments) {
    value_ = std::make_unique<T>(std::forward<Arguments>(arguments)...);
    return *value_;
  }

  friend bool operator==(const Box& a, const Box& b) {
    if (!a.value_ || !b.value_) return !a.value_ && !b.value_;
    return *a.value_ == *b.value_;
  }
  friend bool operator==(const Box& box, std::nullptr_t) noexcept { return !box.value_; }

 private:
  std::unique_ptr<T> copy() const {
    static_assert(std::copy_constructible<T>, "what carries handles can be moved, not copied");
    return value_ ? std::make_unique<T>(*value_) : nullptr;
  }
  T* checked() const {
    FERRULE_CHECK(value_ != nullptr);
    return value_.get();
  }

  std::unique_ptr<T> value_;
};

}  // namespace ferrule
