// SPDX-License-Identifier: Apache-2.0
#include "ferrule/node/node.h"

#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ferrule/wire/wire_limits.h"

#include "support/node_network.h"

namespace ferrule::node {
namespace {

using test::is_at_end;
using test::NodeNetwork;
using test::Pipe;
using test::send;
using test::take_text;
using ::testing::HasSubstr;

/// The one pipe end in the next message of `end`.
Pipe take_end(wire::PipeEnd& end) {
  wire::Message message;
  EXPECT_EQ(end.take(message), wire::PipeEnd::TakeStatus::kMessage);
  EXPECT_EQ(message.handles().size(), 1U);
  return message.handles().empty() ? nullptr : message.handles()[0].take_pipe();
}

struct CountingListener final : wire::PipeEnd::Listener {
  void on_pipe_signal(wire::PipeEnd::SignalSource source) noexcept override {
    ++num_signals;
    last_source = source;
  }
  int num_signals = 0;
  wire::PipeEnd::SignalSource last_source{};
};

TEST(NodeTest, CarriesMessagesBothWaysInsideOneProcess) {
  NodeNetwork network(1);
  auto [a, b] = network.node(0).make_pipe_ends();
  send(*a, "one");
  send(*a, "two");
  send(*b, "back");
  EXPECT_EQ(take_text(*b), "one");
  EXPECT_EQ(take_text(*b), "two");
  EXPECT_EQ(take_text(*b), std::nullopt);
  EXPECT_EQ(take_text(*a), "back");
}

TEST(NodeTest, ClosesAfterWhatWasSent) {
  NodeNetwork network(1);
  auto [a, b] = network.node(0).make_pipe_ends();
  send(*a, "last words");
  a.reset();
  EXPECT_TRUE(b->is_peer_closed());
  EXPECT_EQ(take_text(*b), "last words");
  EXPECT_TRUE(is_at_end(*b));
  send(*b, "nobody hears this");
  b.reset();
  EXPECT_EQ(network.num_ports(), 0U);
}

TEST(NodeTest, CarriesMessagesOverALink) {
  NodeNetwork network(2);
  network.link(0, 1);
  auto [a, b] = network.make_pipe(0, 1);
  send(*a, "over");
  EXPECT_EQ(take_text(*b), std::nullopt) << "nothing may move before it is delivered";
  network.settle();
  EXPECT_EQ(take_text(*b), "over");
  send(*b, "back");
  network.settle();
  EXPECT_EQ(take_text(*a), "back");
  a.reset();
  network.settle();
  EXPECT_TRUE(is_at_end(*b));
}

TEST(NodeTest, LeavesNoProxyOnceAnEndHasMoved) {
  NodeNetwork network(2);
  network.link(0, 1);
  auto [a, b] = network.make_pipe(0, 1);
  EXPECT_EQ(network.num_proxies(), 0U);
  EXPECT_EQ(network.num_ports(), 2U);
}

TEST(NodeTest, WakesOncePerBatchAndAgainAfterReading) {
  NodeNetwork network(1);
  auto [a, b] = network.node(0).make_pipe_ends();
  const auto listener = std::make_shared<CountingListener>();
  b->set_listener(listener);
  EXPECT_EQ(listener->num_signals, 0);
  send(*a, "one");
  send(*a, "two");
  EXPECT_EQ(listener->num_signals, 1);
  EXPECT_EQ(listener->last_source, wire::PipeEnd::SignalSource::kCall);
  while (take_text(*b)) {
  }
  send(*a, "three");
  EXPECT_EQ(listener->num_signals, 2);
  b->set_listener(listener);
  EXPECT_EQ(listener->num_signals, 3) << "a new listener hears of what waits already";
}

TEST(NodeTest, WakesFromTheTransportsLoop) {
  NodeNetwork network(2);
  network.link(0, 1);
  auto [a, b] = network.make_pipe(0, 1);
  const auto listener = std::make_shared<CountingListener>();
  b->set_listener(listener);
  send(*a, "one");
  network.settle();
  EXPECT_EQ(listener->num_signals, 1);
  EXPECT_EQ(listener->last_source, wire::PipeEnd::SignalSource::kTransport);
}

TEST(NodeTest, MovesAnEndWithMessagesInFlightBothWays) {
  NodeNetwork network(2);
  network.link(0, 1);
  auto [carrier, carrier_there] = network.make_pipe(0, 1);
  auto [a, b] = network.node(0).make_pipe_ends();
  send(*a, "1");
  send(*b, "from b, before it moves");
  std::vector<Pipe> ends;
  ends.push_back(std::move(b));
  send(*carrier, "take b", std::move(ends));
  send(*a, "2");
  network.settle();
  Pipe moved = take_end(*carrier_there);
  send(*a, "3");
  send(*moved, "from b, after");
  network.settle();
  EXPECT_EQ(take_text(*moved), "1");
  EXPECT_EQ(take_text(*moved), "2");
  EXPECT_EQ(take_text(*moved), "3");
  EXPECT_EQ(take_text(*a), "from b, before it moves");
  EXPECT_EQ(take_text(*a), "from b, after");
  EXPECT_EQ(network.num_proxies(), 0U);
}

TEST(NodeTest, MovesAnEndThereAndBack) {
  NodeNetwork network(2);
  network.link(0, 1);
  auto [here, there] = network.make_pipe(0, 1);
  auto [a, b] = network.node(0).make_pipe_ends();
  for (int round = 0; round < 10; ++round) {
    send(*a, "on the way " + std::to_string(round));
    std::vector<Pipe> out;
    out.push_back(std::move(b));
    send(*here, "out", std::move(out));
    network.settle();
    std::vector<Pipe> back;
    back.push_back(take_end(*there));
    send(*there, "back", std::move(back));
    network.settle();
    b = take_end(*here);
  }
  for (int round = 0; round < 10; ++round) {
    EXPECT_EQ(take_text(*b), "on the way " + std::to_string(round));
  }
  EXPECT_EQ(network.num_proxies(), 0U) << "both ends are in one node again";
  EXPECT_EQ(network.num_ports(), 4U);
}

TEST(NodeTest, MovesBothEndsAtOnce) {
  NodeNetwork network(2);
  network.link(0, 1);
  auto [here, there] = network.make_pipe(0, 1);
  auto [a, b] = network.node(0).make_pipe_ends();
  send(*a, "hello");
  std::vector<Pipe> ends;
  ends.push_back(std::move(a));
  ends.push_back(std::move(b));
  send(*here, "both", std::move(ends));
  network.settle();
  wire::Message message;
  ASSERT_EQ(there->take(message), wire::PipeEnd::TakeStatus::kMessage);
  Pipe new_a = message.handles()[0].take_pipe();
  Pipe new_b = message.handles()[1].take_pipe();
  send(*new_a, "world");
  network.settle();
  EXPECT_EQ(take_text(*new_b), "hello");
  EXPECT_EQ(take_text(*new_b), "world");
  EXPECT_EQ(network.num_proxies(), 0U);
  new_a.reset();
  EXPECT_TRUE(is_at_end(*new_b));
}

TEST(NodeTest, KeepsARouteThroughANodeBetween) {
  NodeNetwork network(3);
  network.link(0, 1);
  network.link(1, 2);
  auto [a, b] = network.make_pipe(0, 1);
  auto [carrier, carrier_there] = network.make_pipe(1, 2);
  std::vector<Pipe> ends;
  ends.push_back(std::move(b));
  send(*carrier, "on to 2", std::move(ends));
  network.settle();
  Pipe far = take_end(*carrier_there);
  for (int i = 0; i < 5; ++i) {
    send(*a, "there " + std::to_string(i));
    send(*far, "back " + std::to_string(i));
    network.settle();
    EXPECT_EQ(take_text(*far), "there " + std::to_string(i));
    EXPECT_EQ(take_text(*a), "back " + std::to_string(i));
  }
  a.reset();
  network.settle();
  EXPECT_TRUE(is_at_end(*far));
  far.reset();
  network.settle();
  EXPECT_EQ(network.num_proxies(), 0U);
}

TEST(NodeTest, ClosesAnEndInsideAMessageThatNobodyReads) {
  NodeNetwork network(2);
  network.link(0, 1);
  auto [here, there] = network.make_pipe(0, 1);
  auto [a, b] = network.node(0).make_pipe_ends();
  std::vector<Pipe> ends;
  ends.push_back(std::move(b));
  send(*here, "never read", std::move(ends));
  network.settle();
  EXPECT_FALSE(a->is_peer_closed());
  there.reset();
  network.settle();
  EXPECT_TRUE(is_at_end(*a));
}

TEST(NodeTest, DestroysALongChainOfEndsInsideMessages) {
  // Each pipe's queue holds an end of the one before: closing the last must not recurse.
  NodeNetwork network(1);
  auto [first, inside] = network.node(0).make_pipe_ends();
  for (int i = 0; i < 100000; ++i) {
    auto [a, b] = network.node(0).make_pipe_ends();
    std::vector<Pipe> ends;
    ends.push_back(std::move(inside));
    send(*a, "", std::move(ends));
    inside = std::move(b);
  }
  inside.reset();
  EXPECT_TRUE(is_at_end(*first));
  first.reset();
  EXPECT_EQ(network.num_ports(), 0U);
}

TEST(NodeTest, TellsBothSidesWhenALinkIsCut) {
  NodeNetwork network(2);
  network.link(0, 1);
  auto [a, b] = network.make_pipe(0, 1);
  auto [local_a, local_b] = network.node(0).make_pipe_ends();
  send(*a, "arrives");
  network.settle();
  send(*a, "is lost");
  network.cut(0, 1);
  EXPECT_TRUE(is_at_end(*a));
  EXPECT_EQ(take_text(*b), "arrives");
  EXPECT_TRUE(is_at_end(*b));
  send(*local_a, "others go on");
  EXPECT_EQ(take_text(*local_b), "others go on");
}

TEST(NodeTest, ClosesPipesThroughANodeWhoseOtherLinkIsCut) {
  NodeNetwork network(3);
  network.link(0, 1);
  network.link(1, 2);
  auto [a, b] = network.make_pipe(0, 1);
  auto [carrier, carrier_there] = network.make_pipe(1, 2);
  std::vector<Pipe> ends;
  ends.push_back(std::move(b));
  send(*carrier, "on to 2", std::move(ends));
  network.settle();
  Pipe far = take_end(*carrier_there);
  network.cut(1, 2);
  network.settle();
  EXPECT_TRUE(is_at_end(*a));
  EXPECT_TRUE(is_at_end(*far));
  EXPECT_EQ(network.node(1).num_proxies(), 0U);
}

TEST(NodeTest, CarriesDescriptors) {
  NodeNetwork network(2);
  network.link(0, 1);
  auto [a, b] = network.make_pipe(0, 1);
  UniqueFd file(::open("/dev/null", O_RDWR | O_CLOEXEC));
  struct stat before {};
  ASSERT_EQ(::fstat(file.get(), &before), 0);
  auto [c, d] = network.node(0).make_pipe_ends();
  wire::Message message = test::make_message("with handles");
  message.handles().emplace_back(std::move(file));
  message.handles().emplace_back(std::move(d));
  ASSERT_TRUE(a->send(std::move(message)).ok());
  network.settle();
  wire::Message received;
  ASSERT_EQ(b->take(received), wire::PipeEnd::TakeStatus::kMessage);
  ASSERT_EQ(received.handles().size(), 2U);
  const UniqueFd arrived = received.handles()[0].take_descriptor();
  struct stat after {};
  ASSERT_EQ(::fstat(arrived.get(), &after), 0);
  EXPECT_EQ(after.st_rdev, before.st_rdev);
  EXPECT_TRUE(received.handles()[1].is_pipe());
}

TEST(NodeTest, RefusesToSendAnEndThroughItsOwnPipe) {
  NodeNetwork network(1);
  auto [a, b] = network.node(0).make_pipe_ends();
  wire::Message message = test::make_message("");
  message.handles().emplace_back(std::move(b));
  const auto sent = a->send(std::move(message));
  ASSERT_FALSE(sent.ok());
  EXPECT_EQ(sent.error().code(), Errc::kInvalidArgument);
  EXPECT_THAT(sent.error().message(), HasSubstr("its own pipe"));
  EXPECT_TRUE(is_at_end(*a)) << "the refused end is closed";
}

TEST(NodeTest, RefusesEndsOfAnotherNode) {
  NodeNetwork network(2);
  auto [a, b] = network.node(0).make_pipe_ends();
  auto [c, d] = network.node(1).make_pipe_ends();
  wire::Message message = test::make_message("");
  message.handles().emplace_back(std::move(c));
  const auto sent = a->send(std::move(message));
  ASSERT_FALSE(sent.ok());
  EXPECT_THAT(sent.error().message(), HasSubstr("another runtime"));
  EXPECT_TRUE(is_at_end(*d));
}

TEST(NodeTest, RefusesMoreHandlesThanAFrameCarries) {
  NodeNetwork network(1);
  auto [a, b] = network.node(0).make_pipe_ends();
  wire::Message message = test::make_message("");
  for (size_t i = 0; i <= transport::kMaxFrameDescriptors; ++i) {
    message.handles().emplace_back(UniqueFd(::open("/dev/null", O_RDWR | O_CLOEXEC)));
  }
  const auto sent = a->send(std::move(message));
  ASSERT_FALSE(sent.ok());
  EXPECT_THAT(sent.error().message(), HasSubstr("too many file descriptors"));
}

TEST(NodeTest, FusesTwoPipes) {
  NodeNetwork network(1);
  auto [a, b] = network.node(0).make_pipe_ends();
  auto [c, d] = network.node(0).make_pipe_ends();
  send(*a, "before");
  ASSERT_TRUE(network.node(0).fuse(std::move(b), std::move(c)).ok());
  send(*a, "after");
  send(*d, "back");
  EXPECT_EQ(take_text(*d), "before");
  EXPECT_EQ(take_text(*d), "after");
  EXPECT_EQ(take_text(*a), "back");
  EXPECT_EQ(network.num_ports(), 2U) << "the fused ends are gone";
}

TEST(NodeTest, FusesPipesThatLeadToOtherNodes) {
  NodeNetwork network(3);
  network.link(0, 1);
  network.link(1, 2);
  auto [a, b] = network.make_pipe(0, 1);
  auto [c, d] = network.make_pipe(1, 2);
  send(*a, "before");
  network.settle();
  ASSERT_TRUE(network.node(1).fuse(std::move(b), std::move(c)).ok());
  send(*a, "after");
  send(*d, "back");
  network.settle();
  EXPECT_EQ(take_text(*d), "before");
  EXPECT_EQ(take_text(*d), "after");
  EXPECT_EQ(take_text(*a), "back");
  d.reset();
  network.settle();
  EXPECT_TRUE(is_at_end(*a));
}

}  // namespace
}  // namespace ferrule::node
