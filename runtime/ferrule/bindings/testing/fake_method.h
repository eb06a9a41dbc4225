// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <optional>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "ferrule/base/check.h"
#include "ferrule/bindings/reply.h"

namespace ferrule::testing {

namespace internal {

/// A method that answers: what it is called with, and what it answers.
template <class Arguments, class Results>
class AnsweringFake;

template <class... A, class... R>
class AnsweringFake<std::tuple<A...>, std::tuple<R...>> {
 public:
  /// The calls so far, the oldest first.
  const std::vector<std::tuple<A...>>& calls() const noexcept { return calls_; }
  size_t count() const noexcept { return calls_.size(); }

  /// Every call from now on gets this answer. Of values that can be copied.
  void answer(R... results) requires(std::is_copy_constructible_v<R>&&...) {
    answer_with([kept = std::tuple<R...>(std::move(results)...)](A&...) { return kept; });
  }
  /// The next call that has no other answer of its own gets this one.
  void answer_once(R... results) { once_.emplace_back(std::move(results)...); }
  /// What `function` makes of the arguments: the result, or a tuple of several.
  template <class Function>
  void answer_with(Function function) {
    static_assert(std::is_invocable_v<Function&, A&...>, "called with the arguments of the method");
    using Made = std::invoke_result_t<Function&, A&...>;
    if constexpr (sizeof...(R) == 0) {
      answer_with_ = [function = std::move(function)](A&... arguments) mutable {
        static_cast<void>(function(arguments...));
        return std::tuple<>();
      };
    } else {
      static_assert(std::is_constructible_v<std::tuple<R...>, Made>,
                    "gives back the results of the method");
      answer_with_ = [function = std::move(function)](A&... arguments) mutable {
        return std::tuple<R...>(function(arguments...));
      };
    }
  }
  /// Calls fail with `Errc::kReplyDropped`, as they do from the start.
  void drop() { answer_with_ = nullptr; }

  /// Calls are not answered until `answer_held` says what, the oldest first; or, with `drop_held`,
  /// nothing.
  void hold() { is_held_ = true; }
  size_t num_held() const noexcept { return held_.size(); }
  void answer_held(R... results) {
    FERRULE_CHECK(!held_.empty());
    Reply<R...> reply = std::move(held_.front());
    held_.pop_front();
    reply(std::move(results)...);
  }
  void drop_held() {
    is_held_ = false;
    held_.clear();
  }

  /// The call.
  void operator()(A... arguments, Reply<R...> reply) {
    std::optional<std::tuple<R...>> results;
    if (is_held_) {
      held_.push_back(std::move(reply));
    } else if (!once_.empty()) {
      results = std::move(once_.front());
      once_.pop_front();
    } else if (answer_with_) {
      results = answer_with_(arguments...);
    }
    calls_.emplace_back(std::move(arguments)...);
    if (results) std::apply(reply, std::move(*results));
  }

 private:
  std::vector<std::tuple<A...>> calls_;
  std::deque<std::tuple<R...>> once_;
  std::function<std::tuple<R...>(A&...)> answer_with_;
  bool is_held_ = false;
  std::deque<Reply<R...>> held_;
};

/// A method without an answer.
template <class... A>
class SilentFake {
 public:
  const std::vector<std::tuple<A...>>& calls() const noexcept { return calls_; }
  size_t count() const noexcept { return calls_.size(); }
  void operator()(A... arguments) { calls_.emplace_back(std::move(arguments)...); }

 private:
  std::vector<std::tuple<A...>> calls_;
};

/// Takes the reply off the end of the arguments.
template <class Seen, class... Rest>
struct FakeOf;
template <class... Seen, class Next, class... Rest>
struct FakeOf<std::tuple<Seen...>, Next, Rest...> : FakeOf<std::tuple<Seen..., Next>, Rest...> {};
template <class... Seen, class... R>
struct FakeOf<std::tuple<Seen...>, Reply<R...>> {
  using Type = AnsweringFake<std::tuple<Seen...>, std::tuple<R...>>;
};
template <class... Seen>
struct FakeOf<std::tuple<Seen...>> {
  using Type = SilentFake<Seen...>;
};

template <class Method>
struct FakeOfMethod;
template <class Interface, class... A>
struct FakeOfMethod<void (Interface::*)(A...)> : FakeOf<std::tuple<>, A...> {};

}  // namespace internal

/// One method of a service that is not there: keeps what it is called with, and answers what a test
/// told it to. Types are those of the method, checked when the test is compiled.
///
///   class FakeCalculator final : public Calculator {
///    public:
///     FakeMethod<&Calculator::Add> add;
///    private:
///     void Add(int32_t a, int32_t b, Reply<int32_t> reply) override {
///       add(a, b, std::move(reply));
///     }
///   };
///   fake->add.answer(5);
///   ...
///   EXPECT_EQ(fake->add.calls().at(0), std::tuple(2, 3));
///
/// Used on the executor of the receiver.
template <auto kMethod>
class FakeMethod : public internal::FakeOfMethod<decltype(kMethod)>::Type {};

}  // namespace ferrule::testing
