// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <tuple>
#include <utility>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/associated_allocator.hpp>
#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/recycling_allocator.hpp>

#include "ferrule/base/error.h"
#include "ferrule/wire/decoder.h"

namespace ferrule::bindings {

/// Waits for the answer to one request: a completion handler, and how to decode what it is to be
/// given. Owned by the endpoint's table until it is completed, which happens exactly once: by
/// `on_reply`, by `on_error`, or by destruction, which tells nobody.
class ReplyHandler {
 public:
  struct Deleter {
    void operator()(ReplyHandler* handler) const noexcept { handler->destroy(); }
  };
  using Pointer = std::unique_ptr<ReplyHandler, Deleter>;

  /// Decodes the answer and calls the handler, here if it belongs to `current`, the executor this
  /// runs on. False, with `handler` left as it was, if the answer breaks a rule.
  static bool on_reply(Pointer& handler, wire::Decoder& decoder,
                       const boost::asio::any_io_executor& current) {
    return handler->complete(handler, decoder, current);
  }
  /// Calls the handler with an error, from its executor's loop.
  static void on_error(Pointer handler, error_code error) {
    ReplyHandler* const raw = handler.get();
    raw->fail(std::move(handler), error);
  }

  uint64_t request_id = 0;
  uint32_t name = 0;             // of the method; the answer must bear it too
  const char* method = nullptr;  // what the IDL calls it, for error texts; null if nobody cares
  bool is_abandoned = false;     // nobody wants the answer any more
  Pointer next;                  // the table's chain

 protected:
  ReplyHandler() = default;
  virtual ~ReplyHandler() = default;

 private:
  virtual bool complete(Pointer& self, wire::Decoder& decoder,
                        const boost::asio::any_io_executor& current) = 0;
  virtual void fail(Pointer self, error_code error) = 0;
  virtual void destroy() noexcept = 0;
};

/// The one for a call whose caller went away: the answer will come, and nobody wants it.
class DiscardingReplyHandler final : public ReplyHandler {
 public:
  static Pointer create() {
    Pointer created(new DiscardingReplyHandler());
    created->is_abandoned = true;
    return created;
  }

 private:
  bool complete(Pointer& self, wire::Decoder& /*decoder*/,
                const boost::asio::any_io_executor& /*current*/) override {
    self.reset();
    return true;
  }
  void fail(Pointer /*self*/, error_code /*error*/) override {}
  void destroy() noexcept override { delete this; }
};

/// The one for a completion handler of type `Handler` and results `R...`. Its memory comes from the
/// handler's allocator and is given back before the handler runs, which may then use it again.
template <class Handler, class... R>
class TypedReplyHandler final : public ReplyHandler {
 public:
  using Results = std::tuple<R...>;
  using Decode = bool (*)(wire::Decoder&, Results&);
  using Executor = boost::asio::associated_executor_t<Handler, boost::asio::any_io_executor>;

  static Pointer create(Handler handler, Decode decode,
                        const boost::asio::any_io_executor& executor) {
    Allocator allocator = allocator_for(handler);
    TypedReplyHandler* const place = std::allocator_traits<Allocator>::allocate(allocator, 1);
    return Pointer(new (place) TypedReplyHandler(std::move(handler), decode, executor));
  }

 private:
  using BaseAllocator =
      boost::asio::associated_allocator_t<Handler, boost::asio::recycling_allocator<void>>;
  using Allocator =
      typename std::allocator_traits<BaseAllocator>::template rebind_alloc<TypedReplyHandler>;

  TypedReplyHandler(Handler handler, Decode decode, const boost::asio::any_io_executor& executor)
      : handler_(std::move(handler)),
        decode_(decode),
        work_(boost::asio::get_associated_executor(handler_, executor)) {}
  ~TypedReplyHandler() override = default;

  static Allocator allocator_for(const Handler& handler) {
    return Allocator(
        boost::asio::get_associated_allocator(handler, boost::asio::recycling_allocator<void>()));
  }

  bool complete(Pointer& self, wire::Decoder& decoder,
                const boost::asio::any_io_executor& current) override {
    Results results{};
    if (!decode_(decoder, results)) return false;
    auto work = std::move(work_);
    auto call = release(self, error_code(), std::move(results));
    const Executor executor = work.get_executor();
    if (is_same(executor, current)) {
      call();
    } else {
      boost::asio::dispatch(executor, std::move(call));
    }
    return true;
  }

  void fail(Pointer self, error_code error) override {
    auto work = std::move(work_);
    auto call = release(self, error, Results{});
    boost::asio::post(work.get_executor(), std::move(call));
  }

  /// Frees this object and returns the call that is left to be made. The allocator may belong to
  /// the handler, so it is asked for before the handler moves.
  auto release(Pointer& self, error_code error, Results results) {
    Allocator allocator = allocator_for(handler_);
    // Who cancels from now on is too late.
    if (auto slot = boost::asio::get_associated_cancellation_slot(handler_); slot.is_connected()) {
      slot.clear();
    }
    auto call = [handler = std::move(handler_), error, results = std::move(results)]() mutable {
      std::apply([&](R&... values) { std::move(handler)(error, std::move(values)...); }, results);
    };
    static_cast<void>(self.release());
    free(allocator);
    return call;
  }

  static bool is_same(const Executor& executor, const boost::asio::any_io_executor& current) {
    if constexpr (std::is_same_v<Executor, boost::asio::any_io_executor>) {
      return executor == current;
    } else {
      const auto* target = current.target<Executor>();
      return target != nullptr && *target == executor;
    }
  }

  void destroy() noexcept override {
    Allocator allocator = allocator_for(handler_);
    free(allocator);
  }

  void free(Allocator& allocator) noexcept {
    this->~TypedReplyHandler();
    std::allocator_traits<Allocator>::deallocate(allocator, this, 1);
  }

  Handler handler_;
  Decode decode_;
  boost::asio::executor_work_guard<Executor> work_;
};

}  // namespace ferrule::bindings
