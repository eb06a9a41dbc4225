// SPDX-License-Identifier: Apache-2.0
#include "ferrule/bindings/bound_message_pipe.h"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/io_context.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/io_loop.h"
#include "unit/bindings/fake_pipe.h"

namespace ferrule::test {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

std::vector<uint8_t> bytes_of(const std::string& text) { return {text.begin(), text.end()}; }

wire::Message message_of(const std::string& text) {
  Buffer buffer = Buffer::allocate(text.size());
  std::copy(text.begin(), text.end(), buffer.data());
  return wire::Message(std::move(buffer));
}

class BoundMessagePipeTest : public ::testing::Test {
 protected:
  auto record() {
    return [this](error_code error, RawMessage message) {
      const std::string text(message.bytes.begin(), message.bytes.end());
      events_.push_back(error ? error.message() : text);
      num_handles_ += message.handles.size();
    };
  }
  void run() { run_ready(io_); }

  boost::asio::io_context io_{1};
  FakePipe fake_;
  std::vector<std::string> events_;
  size_t num_handles_ = 0;
  BoundMessagePipe pipe_{MessagePipe(fake_.take_end()), io_.get_executor()};
};

TEST_F(BoundMessagePipeTest, WritesBytesAndHandles) {
  FakePipe other;
  std::vector<wire::Handle> handles;
  handles.emplace_back(other.take_end());
  EXPECT_TRUE(pipe_.write(bytes_of("hello"), std::move(handles)));
  EXPECT_TRUE(pipe_.write({}));
  ASSERT_THAT(fake_.sent(), SizeIs(2));
  EXPECT_THAT(fake_.sent()[0].buffer().bytes(), ::testing::ElementsAreArray(bytes_of("hello")));
  EXPECT_THAT(fake_.sent()[0].handles(), SizeIs(1));
  EXPECT_FALSE(other.is_closed());
}

TEST_F(BoundMessagePipeTest, RefusesWhatCannotBeSent) {
  std::vector<wire::Handle> handles(1);
  const auto written = pipe_.write(bytes_of("x"), std::move(handles));
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code(), make_error_code(Errc::kInvalidArgument));
  EXPECT_THAT(fake_.sent(), IsEmpty());
}

TEST_F(BoundMessagePipeTest, ReadsInOrderAndNeverFromInside) {
  fake_.arrive(message_of("one"));
  pipe_.async_read(record());
  pipe_.async_read(record());
  EXPECT_THAT(events_, IsEmpty());
  run();
  EXPECT_THAT(events_, ElementsAre("one"));
  FakePipe other;
  wire::Message two = message_of("two");
  two.handles().emplace_back(other.take_end());
  fake_.arrive(std::move(two));
  fake_.arrive(message_of("three"));
  run();
  EXPECT_THAT(events_, ElementsAre("one", "two"));
  EXPECT_EQ(num_handles_, 1U);
  EXPECT_EQ(fake_.num_waiting(), 1U) << "what nobody asked for stays in the pipe";
}

TEST_F(BoundMessagePipeTest, LargeMessagesArriveWhole) {
  const std::string large(100'000, 'x');
  fake_.arrive(message_of(large));
  pipe_.async_read(record());
  run();
  EXPECT_THAT(events_, ElementsAre(large));
}

TEST_F(BoundMessagePipeTest, ReadsWhatWasSentBeforeTheEnd) {
  fake_.arrive(message_of("last"));
  fake_.close_peer();
  for (int i = 0; i < 3; ++i) pipe_.async_read(record());
  run();
  EXPECT_THAT(events_, ElementsAre("last", "disconnected", "disconnected"));
}

TEST_F(BoundMessagePipeTest, AReadCanBeCancelled) {
  boost::asio::cancellation_signal signal;
  pipe_.async_read(boost::asio::bind_cancellation_slot(signal.slot(), record()));
  pipe_.async_read(record());
  signal.emit(boost::asio::cancellation_type::total);
  run();
  EXPECT_THAT(events_, ElementsAre("cancelled"));
  fake_.arrive(message_of("for the second"));
  run();
  EXPECT_THAT(events_, ElementsAre("cancelled", "for the second"));
}

TEST_F(BoundMessagePipeTest, CancellingTooLateMeetsNoOtherRead) {
  boost::asio::cancellation_signal signal;
  pipe_.async_read(boost::asio::bind_cancellation_slot(signal.slot(), record()));
  fake_.put(message_of("first"));
  signal.emit(boost::asio::cancellation_type::total);
  // Takes the message for the first, whose memory the allocator may give to the next.
  pipe_.async_read(record());
  pipe_.async_read(record());
  run();
  EXPECT_THAT(events_, ElementsAre("first"));
}

TEST_F(BoundMessagePipeTest, DestroyingItFailsWhoWaits) {
  pipe_.async_read(record());
  pipe_.reset();
  EXPECT_TRUE(fake_.is_closed());
  EXPECT_THAT(events_, IsEmpty());
  run();
  EXPECT_THAT(events_, ElementsAre("cancelled"));
}

TEST_F(BoundMessagePipeTest, UnbindsWithWhatWaits) {
  fake_.arrive(message_of("waits"));
  run();
  BoundMessagePipe second(pipe_.unbind(), io_.get_executor());
  second.async_read(record());
  run();
  EXPECT_THAT(events_, ElementsAre("waits"));
}

TEST_F(BoundMessagePipeTest, WaitsForRoom) {
  std::optional<error_code> result;
  pipe_.async_wait_writable([&](error_code error) { result = error; });
  run();
  EXPECT_EQ(result, error_code());
}

}  // namespace
}  // namespace ferrule::test
