// SPDX-License-Identifier: Apache-2.0
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/node_network.h"

namespace ferrule::test {
namespace {

constexpr wire::Window kThreeMessages{.num_messages = 3, .num_bytes = 1000};
constexpr wire::Window kTenBytes{.num_messages = 100, .num_bytes = 10};

bool try_send(wire::PipeEnd& end, std::string_view text) {
  wire::Message message = make_message(text);
  const auto sent = end.send(std::move(message));
  if (sent) return true;
  EXPECT_EQ(sent.error().code(), Errc::kWouldBlock);
  EXPECT_EQ(text_of(message), text) << "a refused message is left as it was";
  return false;
}

struct CountingListener final : wire::PipeEnd::Listener {
  void on_pipe_signal(wire::PipeEnd::SignalSource /*source*/) noexcept override { ++num_signals; }
  int num_signals = 0;
};

TEST(FlowControlTest, RefusesMoreMessagesThanTheWindowHolds) {
  NodeNetwork network(1, kThreeMessages);
  auto [a, b] = network.node(0).make_pipe_ends();
  for (const char* text : {"1", "2", "3"}) EXPECT_TRUE(try_send(*a, text));
  EXPECT_FALSE(try_send(*a, "4"));
  EXPECT_TRUE(try_send(*b, "the other direction has a window of its own"));
  for (const char* text : {"1", "2"}) EXPECT_EQ(take_text(*b), text);
  EXPECT_TRUE(try_send(*a, "4"));
  for (const char* text : {"3", "4"}) EXPECT_EQ(take_text(*b), text);
}

TEST(FlowControlTest, OneMessageMayGoBeyondTheBytes) {
  NodeNetwork network(1, kTenBytes);
  auto [a, b] = network.node(0).make_pipe_ends();
  EXPECT_TRUE(try_send(*a, "nine char"));
  EXPECT_TRUE(try_send(*a, "larger than the whole window"));
  EXPECT_FALSE(try_send(*a, ""));
  EXPECT_EQ(take_text(*b), "nine char");
  EXPECT_FALSE(try_send(*a, ""));
  EXPECT_EQ(take_text(*b), "larger than the whole window");
  EXPECT_TRUE(try_send(*a, ""));
}

TEST(FlowControlTest, DescriptorsAndEndsCountToo) {
  NodeNetwork network(1, {.num_messages = 100, .num_bytes = 2 * node::kPipeEndCharge});
  auto [a, b] = network.node(0).make_pipe_ends();
  for (int i = 0; i < 2; ++i) {
    std::vector<Pipe> ends;
    ends.push_back(network.node(0).make_pipe_ends().first);
    send(*a, "", std::move(ends));
  }
  EXPECT_FALSE(try_send(*a, ""));
}

TEST(FlowControlTest, WakesTheWriterWhenThereIsRoom) {
  NodeNetwork network(2, kThreeMessages);
  network.link(0, 1);
  auto [a, b] = network.make_pipe(0, 1);
  const auto listener = std::make_shared<CountingListener>();
  a->set_listener(listener);
  EXPECT_TRUE(a->is_writable());
  while (try_send(*a, "")) {
  }
  EXPECT_FALSE(a->is_writable());
  network.settle();
  EXPECT_EQ(listener->num_signals, 0);
  while (take_text(*b)) {
  }
  network.settle();
  EXPECT_GE(listener->num_signals, 1);
  EXPECT_TRUE(a->is_writable());
}

TEST(FlowControlTest, AStalledReaderDelaysNobodyElse) {
  NodeNetwork network(2, kThreeMessages);
  network.link(0, 1);
  auto [a, stalled] = network.make_pipe(0, 1);
  auto [c, d] = network.make_pipe(0, 1);
  while (try_send(*a, "")) {
  }
  for (int i = 0; i < 10; ++i) {
    EXPECT_TRUE(try_send(*c, "passes"));
    network.settle();
    EXPECT_EQ(take_text(*d), "passes");
    network.settle();
  }
}

TEST(FlowControlTest, WindowsMoveWithTheirEnds) {
  NodeNetwork network(3, kThreeMessages);
  network.link(0, 1);
  network.link(1, 2);
  auto [a, b] = network.make_pipe(0, 1);
  for (const char* text : {"1", "2", "3"}) EXPECT_TRUE(try_send(*a, text));
  network.settle();
  EXPECT_EQ(take_text(*b), "1");

  auto [carrier, arrives] = network.make_pipe(1, 2);
  std::vector<Pipe> ends;
  ends.push_back(std::move(b));
  send(*carrier, "", std::move(ends));
  network.settle();
  EXPECT_FALSE(try_send(*a, "4"));
  wire::Message message;
  ASSERT_EQ(arrives->take(message), wire::PipeEnd::TakeStatus::kMessage);
  const Pipe moved = message.handles().front().take_pipe();
  EXPECT_EQ(take_text(*moved), "2");
  network.settle();
  EXPECT_TRUE(try_send(*a, "4"));
  EXPECT_TRUE(try_send(*a, "5"));
  EXPECT_FALSE(try_send(*a, "6"));
  network.settle();
  for (const char* text : {"3", "4", "5"}) EXPECT_EQ(take_text(*moved), text);
}

TEST(FlowControlTest, AWindowCanBeMadeLarger) {
  NodeNetwork network(2, kThreeMessages);
  network.link(0, 1);
  auto [a, b] = network.make_pipe(0, 1);
  b->set_window({.num_messages = 50, .num_bytes = 1000});
  network.settle();
  int num_sent = 0;
  while (try_send(*a, "")) ++num_sent;
  EXPECT_EQ(num_sent, 50);
}

TEST(FlowControlTest, PipesWhoseWindowWasChangedAreNotFused) {
  NodeNetwork network(1, kThreeMessages);
  auto [a, b] = network.node(0).make_pipe_ends();
  auto [c, d] = network.node(0).make_pipe_ends();
  b->set_window({.num_messages = 50, .num_bytes = 1000});
  EXPECT_FALSE(network.node(0).fuse(std::move(b), std::move(c)).ok());
  EXPECT_TRUE(is_at_end(*a));
  EXPECT_TRUE(is_at_end(*d));
}

// ---- ends that nobody can reach -----------------------------------------------------------------

TEST(CircleTest, EndsThatWaitInEachOtherAreClosed) {
  NodeNetwork network(1);
  auto [a, b] = network.node(0).make_pipe_ends();
  auto [c, d] = network.node(0).make_pipe_ends();
  std::vector<Pipe> ends;
  ends.push_back(std::move(d));
  send(*a, "d waits in b", std::move(ends));
  ends.clear();
  ends.push_back(std::move(b));
  send(*c, "and b in d", std::move(ends));
  EXPECT_TRUE(is_at_end(*a));
  EXPECT_TRUE(is_at_end(*c));
  a.reset();
  c.reset();
  EXPECT_EQ(network.num_ports(), 0U);
}

TEST(CircleTest, MessagesThatRunAfterEachOtherStop) {
  NodeNetwork network(2);
  network.link(0, 1);
  auto [a, b] = network.make_pipe(0, 1);
  auto [c, d] = network.make_pipe(1, 0);
  std::vector<Pipe> ends;
  ends.push_back(std::move(d));
  send(*a, "d goes to b", std::move(ends));
  ends.clear();
  ends.push_back(std::move(b));
  send(*c, "while b goes to d", std::move(ends));
  ASSERT_TRUE(network.settle());
  EXPECT_TRUE(is_at_end(*a));
  EXPECT_TRUE(is_at_end(*c));
  a.reset();
  c.reset();
  network.settle();
  EXPECT_EQ(network.num_ports(), 0U);
}

}  // namespace
}  // namespace ferrule::test
