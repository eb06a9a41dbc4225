// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <exception>
#include <tuple>
#include <utility>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>

#include "ferrule/base/log.h"
#include "ferrule/bindings/reply.h"

namespace ferrule {
namespace bindings {

/// What a coroutine gives back that answers with `R...`.
template <class... R>
struct CoResult {
  using Type = std::tuple<R...>;
};
template <>
struct CoResult<> {
  using Type = void;
};
template <class R>
struct CoResult<R> {
  using Type = R;
};

/// What a coroutine threw goes no further than here: the caller sees a dropped reply.
void log_thrown(const std::exception_ptr& thrown) noexcept;

}  // namespace bindings

/// Answers a call with what a coroutine gives back, so that a service may wait for others:
///
///   void Add(int32_t a, int32_t b, Reply<int32_t> reply) override {
///     co_answer(executor_, std::move(reply), add_slowly(a, b));
///   }
///
/// With several results the coroutine returns a std::tuple, with none void. One that throws drops
/// the reply, and the log says why. When the caller gives up, what the coroutine awaits is
/// cancelled (`cancellation_type::terminal`). `executor` is that of the receiver. The coroutine's
/// frame must not outlive what it refers to: the implementation may be destroyed while it waits.
template <class... R>
void co_answer(const boost::asio::any_io_executor& executor, Reply<R...> reply,
               boost::asio::awaitable<typename bindings::CoResult<R...>::Type> work) {
  auto signal = reply.cancellation_signal();
  const auto slot = signal->slot();
  auto answer = [reply = std::move(reply), signal = std::move(signal)](
                    const std::exception_ptr& thrown, auto... result) mutable {
    if (thrown && reply.cancelled()) return;
    if (thrown) return bindings::log_thrown(thrown);
    if constexpr (sizeof...(R) > 1) {
      std::apply(std::move(reply), std::move(result)...);
    } else {
      reply(std::move(result)...);
    }
  };
  boost::asio::co_spawn(executor, std::move(work),
                        boost::asio::bind_cancellation_slot(slot, std::move(answer)));
}

}  // namespace ferrule
