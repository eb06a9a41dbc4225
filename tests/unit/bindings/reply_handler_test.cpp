// SPDX-License-Identifier: Apache-2.0
//
// Where handlers run and where their memory comes from: what Asio promises of every operation.
#include "ferrule/bindings/reply_handler.h"

#include <memory>
#include <optional>
#include <thread>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_allocator.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <gtest/gtest.h>

#include "ferrule/bindings/remote.h"

#include "support/io_loop.h"
#include "unit/bindings/fake_pipe.h"

namespace ferrule::test {
namespace {

class ReplyHandlerTest : public ::testing::Test {
 protected:
  void answer(size_t call, uint32_t sum) {
    pipe_.arrive(make_answer(pipe_.sent_header(call).request_id, sum));
  }

  boost::asio::io_context io_{1};
  FakePipe pipe_;
  Remote<sample::Calculator> remote_{PendingRemote<sample::Calculator>(pipe_.take_end()),
                                     io_.get_executor()};
};

TEST_F(ReplyHandlerTest, RunsOnTheExecutorOfTheHandler) {
  boost::asio::io_context other{1};
  std::optional<int32_t> sum;
  remote_->Add(
      1, 2, boost::asio::bind_executor(other, [&](error_code, int32_t result) { sum = result; }));
  answer(0, 3);
  run_ready(io_);
  EXPECT_FALSE(sum) << "only the other loop may run it";
  run_ready(other);
  EXPECT_EQ(sum, 3);
}

TEST_F(ReplyHandlerTest, RunsErrorsOnTheExecutorOfTheHandlerToo) {
  boost::asio::io_context other{1};
  error_code result;
  remote_->Add(
      1, 2, boost::asio::bind_executor(other, [&](error_code error, int32_t) { result = error; }));
  pipe_.close_peer();
  run_ready(io_);
  EXPECT_FALSE(result);
  run_ready(other);
  EXPECT_EQ(result, Errc::kDisconnected);
}

TEST_F(ReplyHandlerTest, KeepsTheExecutorOfTheHandlerBusyWhileItWaits) {
  boost::asio::io_context other{1};
  remote_->Add(1, 2, boost::asio::bind_executor(other, [](error_code, int32_t) {}));
  EXPECT_EQ(other.poll(), 0U);
  EXPECT_FALSE(other.stopped()) << "run() must not return before the answer";
  answer(0, 3);
  run_ready(io_);
  EXPECT_EQ(other.run(), 1U);
}

TEST_F(ReplyHandlerTest, RunsInTheStrandOfTheHandler) {
  auto strand = boost::asio::make_strand(io_);
  int num_done = 0;
  for (int i = 0; i < 2; ++i) {
    remote_->Add(1, 2, boost::asio::bind_executor(strand, [&](error_code, int32_t) {
                   EXPECT_TRUE(strand.running_in_this_thread());
                   ++num_done;
                 }));
  }
  answer(0, 3);
  pipe_.close_peer();
  run_ready(io_);
  EXPECT_EQ(num_done, 2);
}

TEST_F(ReplyHandlerTest, WorksOnAStrandOfALoopOfManyThreads) {
  remote_.reset();
  boost::asio::io_context pool{2};
  const auto strand = boost::asio::make_strand(pool);
  FakePipe pipe;
  std::thread::id thread;
  int32_t sum = 0;
  std::unique_ptr<Remote<sample::Calculator>> remote;
  boost::asio::post(strand, [&] {
    remote = std::make_unique<Remote<sample::Calculator>>(
        PendingRemote<sample::Calculator>(pipe.take_end()), strand);
    (*remote)->Add(1, 2, [&](error_code, int32_t result) {
      EXPECT_TRUE(strand.running_in_this_thread());
      thread = std::this_thread::get_id();
      sum = result;
      remote.reset();
    });
    pipe.arrive(make_answer(pipe.sent_header(0).request_id, 8));
  });
  std::thread other([&pool] { pool.run(); });
  std::thread another([&pool] { pool.run(); });
  other.join();
  another.join();
  EXPECT_EQ(sum, 8);
  EXPECT_NE(thread, std::this_thread::get_id());
}

/// Counts what is taken from it and given back.
struct AllocationCounts {
  int num_taken = 0;
  int num_returned = 0;
};
template <class T>
struct CountingAllocator {
  using value_type = T;

  explicit CountingAllocator(AllocationCounts& to) : counts(&to) {}
  template <class U>
  explicit CountingAllocator(const CountingAllocator<U>& other) : counts(other.counts) {}

  T* allocate(size_t count) {
    ++counts->num_taken;
    return std::allocator<T>().allocate(count);
  }
  void deallocate(T* place, size_t count) {
    ++counts->num_returned;
    std::allocator<T>().deallocate(place, count);
  }
  template <class U>
  bool operator==(const CountingAllocator<U>& other) const {
    return counts == other.counts;
  }

  AllocationCounts* counts;
};

TEST_F(ReplyHandlerTest, TakesItsMemoryFromTheHandlersAllocator) {
  AllocationCounts counts;
  bool is_done = false;
  remote_->Add(
      1, 2, boost::asio::bind_allocator(CountingAllocator<void*>(counts), [&](error_code, int32_t) {
        EXPECT_EQ(counts.num_returned, counts.num_taken) << "given back before the handler runs";
        is_done = true;
      }));
  EXPECT_EQ(counts.num_taken, 1);
  EXPECT_EQ(counts.num_returned, 0);
  answer(0, 3);
  run_ready(io_);
  EXPECT_TRUE(is_done);
  EXPECT_EQ(counts.num_taken, 1) << "completing takes nothing more";
}

TEST_F(ReplyHandlerTest, GivesItsMemoryBackWhenTheCallFails) {
  AllocationCounts counts;
  remote_->Add(
      1, 2,
      boost::asio::bind_allocator(CountingAllocator<void*>(counts), [](error_code, int32_t) {}));
  remote_.reset();
  run_ready(io_);
  EXPECT_GE(counts.num_taken, 1);
  EXPECT_EQ(counts.num_returned, counts.num_taken);
}

TEST_F(ReplyHandlerTest, AcceptsHandlersThatCanOnlyBeMoved) {
  auto number = std::make_unique<int>(0);
  int* const seen = number.get();
  std::unique_ptr<int> kept;
  remote_->Add(1, 2, [number = std::move(number), &kept](error_code, int32_t sum) mutable {
    *number = sum;
    kept = std::move(number);
  });
  answer(0, 3);
  run_ready(io_);
  EXPECT_EQ(*seen, 3);
}

TEST_F(ReplyHandlerTest, LetsACoroutineWaitAfterTheAnswerCame) {
  std::optional<int32_t> sum;
  boost::asio::co_spawn(
      io_,
      [&]() -> boost::asio::awaitable<void> {
        auto call = remote_->Add(1, 2, boost::asio::use_awaitable);
        answer(0, 12);
        sum = co_await std::move(call);
      },
      boost::asio::detached);
  run_ready(io_);
  EXPECT_EQ(sum, 12);
}

TEST_F(ReplyHandlerTest, LetsNobodyWait) {
  { auto call = remote_->Add(1, 2, boost::asio::deferred); }
  ASSERT_EQ(pipe_.sent().size(), 1U) << "the request left all the same";
  answer(0, 3);
  run_ready(io_);
  EXPECT_TRUE(remote_.is_connected());
  EXPECT_TRUE(pipe_.reported().empty());
}

TEST_F(ReplyHandlerTest, ToleratesACallThatOutlivesItsRemote) {
  auto call = remote_->Add(1, 2, boost::asio::deferred);
  remote_.reset();
  error_code result;
  std::move(call)([&](error_code error, int32_t) { result = error; });
  run_ready(io_);
  EXPECT_TRUE(result);
}

}  // namespace
}  // namespace ferrule::test
