// SPDX-License-Identifier: Apache-2.0
// What one link can make a node hold, said to the router itself: over a real link it would take
// gigabytes.
#include <memory>
#include <string>
#include <unistd.h>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ferrule/transport/frame.h"
#include "ferrule/node/router.h"
#include "ferrule/node/router_rules.h"

namespace ferrule::node {
namespace {

using ::testing::HasSubstr;

/// An end that nobody uses.
class IdleEnd final : public wire::PipeEnd {
 public:
  Result<void> send(wire::Message&&) override { return {}; }
  TakeStatus take(wire::Message&) override { return TakeStatus::kEmpty; }
  void set_listener(std::weak_ptr<Listener>) override {}
  Buffer allocate(size_t num_bytes) override { return Buffer::allocate(num_bytes); }
  void report_bad_message(std::string_view) override {}
  bool is_peer_closed() const override { return false; }
};

class IdleEnds final : public EndFactory {
 public:
  std::unique_ptr<wire::PipeEnd> make_end(std::shared_ptr<PortState>) override {
    return std::make_unique<IdleEnd>();
  }
  std::shared_ptr<PortState> detach(wire::PipeEnd&) override { return nullptr; }
  PortState* find(const wire::PipeEnd&) const override { return nullptr; }
};

class RouterLimitsTest : public ::testing::Test {
 protected:
  explicit RouterLimitsTest(const Holdings& max_holdings = kMaxHoldings)
      : router_(ends_, kInitialWindow, max_holdings) {
    router_.add_link(kPeer, nullptr);
    router_.add_link(kOther, nullptr);
  }

  Result<std::shared_ptr<PortState>> bring_end(LinkId from) {
    Outbox outbox;
    MovedEnd end;
    end.origin = namer_.make();
    end.peer = {from, namer_.make()};
    end.next_to_send = end.next_to_receive = PortState::kFirstSequence;
    return router_.on_attachment(from, end, outbox);
  }
  std::vector<std::shared_ptr<PortState>> bring_ends(LinkId from, size_t count) {
    std::vector<std::shared_ptr<PortState>> ends;
    for (size_t i = 0; i < count; ++i) ends.push_back(bring_end(from).value());
    return ends;
  }
  Result<void> bring_message(LinkId from, const PortName& to, uint64_t sequence, size_t num_bytes,
                             size_t num_descriptors = 0) {
    Outbox outbox;
    TravellingMessage message;
    message.to = to;
    message.sequence = sequence;
    message.message = wire::Message(Buffer::allocate(num_bytes));  // never touched
    for (size_t i = 0; i < num_descriptors; ++i) {
      message.handles.emplace_back(UniqueFd(::dup(STDERR_FILENO)));
    }
    auto result = router_.on_message(from, std::move(message), outbox);
    for (auto& [link, reason] : outbox.dropped) dropped_.emplace_back(link, reason.message());
    return result;
  }
  void lose(LinkId link) {
    Outbox outbox;
    router_.on_link_lost(link, outbox);
  }
  /// How many messages can be read from a port, and that its pipe ends after them.
  size_t count_to_the_end(PortState& port) {
    wire::Message message;
    Outbox outbox;
    for (size_t count = 0;; ++count) {
      const auto status = router_.take(port, message, outbox);
      if (status == wire::PipeEnd::TakeStatus::kMessage) continue;
      EXPECT_EQ(status, wire::PipeEnd::TakeStatus::kPeerClosed);
      return count;
    }
  }

  static constexpr LinkId kPeer{1};
  static constexpr LinkId kOther{2};
  IdleEnds ends_;
  Router router_;
  std::vector<std::pair<LinkId, std::string>> dropped_;  // though somebody else brought something
  PortNamer namer_;                                      // of the nodes at the other sides
};

TEST_F(RouterLimitsTest, SoManyPortsAndNoMore) {
  std::shared_ptr<PortState> first;
  for (size_t i = 0; i < kMaxPortsPerLink; ++i) {
    auto port = bring_end(kPeer);
    ASSERT_TRUE(port.ok());
    if (!first) first = std::move(*port);
  }
  const auto refused = bring_end(kPeer);
  ASSERT_FALSE(refused.ok());
  EXPECT_THAT(refused.error().message(), HasSubstr("TOO_MANY_PORTS"));
  EXPECT_TRUE(bring_end(kOther).ok()) << "each link has its own";

  Outbox outbox;
  router_.close(*first, outbox);
  EXPECT_TRUE(bring_end(kPeer).ok()) << "one that has gone makes room";
}

TEST_F(RouterLimitsTest, SoManyUnreadBytesAndNoMore) {
  constexpr size_t kNumBytes = size_t{200} << 20U;
  const auto ports = bring_ends(kPeer, 10);
  Result<void> brought;
  size_t num_brought = 0;
  while (brought.ok() && num_brought < 10) {
    brought = bring_message(kPeer, ports[num_brought]->name, 1, kNumBytes);
    if (brought.ok()) ++num_brought;
  }
  ASSERT_FALSE(brought.ok());
  EXPECT_THAT(brought.error().message(), HasSubstr("TOO_MANY_UNREAD_BYTES"));
  EXPECT_EQ(num_brought, kMaxUnreadBytesPerLink / kNumBytes + 1) << "one message may go beyond";
  EXPECT_TRUE(bring_message(kOther, bring_end(kOther).value()->name, 1, kNumBytes).ok())
      << "each link has its own";

  wire::Message message;
  Outbox outbox;
  EXPECT_EQ(router_.take(*ports[0], message, outbox), wire::PipeEnd::TakeStatus::kMessage);
  EXPECT_TRUE(bring_message(kPeer, ports[9]->name, 1, 1).ok()) << "what was read makes room";
}

TEST_F(RouterLimitsTest, SoManyUnreadDescriptorsAndNoMore) {
  const auto ports = bring_ends(kPeer, 10);
  Result<void> brought;
  size_t num_brought = 0;
  while (brought.ok() && num_brought < 10) {
    brought = bring_message(kPeer, ports[num_brought]->name, 1, 0, 100);
    if (brought.ok()) ++num_brought;
  }
  ASSERT_FALSE(brought.ok());
  EXPECT_THAT(brought.error().message(), HasSubstr("TOO_MANY_UNREAD_DESCRIPTORS"));
  EXPECT_EQ(num_brought, kMaxUnreadDescriptorsPerLink / 100 + 1) << "one message may go beyond";
  EXPECT_TRUE(bring_message(kOther, bring_end(kOther).value()->name, 1, 0, 100).ok())
      << "each link has its own";
}

TEST_F(RouterLimitsTest, OnePipeCannotBringTooManyDescriptors) {
  EXPECT_LE(kInitialWindow.num_bytes / kDescriptorCharge + transport::kMaxFrameDescriptors,
            kMaxUnreadDescriptorsPerLink);
}

TEST_F(RouterLimitsTest, SoManyIntroductionsAndNoMore) {
  // We have taken them all, each with a link to somebody.
  uint64_t last_link = 10;
  Outbox outbox;
  for (size_t i = 0; i < kMaxIntroductionsPerLink; ++i) {
    const PortName key = namer_.make();
    ASSERT_TRUE(router_.check_introduction(kPeer, key).ok());
    const LinkId link{++last_link};
    router_.add_link(link, nullptr);
    router_.on_introduced(kPeer, link, {key, 1}, outbox);
  }
  const auto refused = router_.check_introduction(kPeer, namer_.make());
  ASSERT_FALSE(refused.ok());
  EXPECT_THAT(refused.error().message(), HasSubstr("TOO_MANY_INTRODUCTIONS"));
  EXPECT_TRUE(router_.check_introduction(kOther, namer_.make()).ok());
}

/// All links together.
class RouterSharedLimitsTest : public RouterLimitsTest {
 protected:
  RouterSharedLimitsTest()
      : RouterLimitsTest({.num_ports = 10,
                          .num_unread_bytes = 10 * (kNumBytes + kUnreadMessageCharge),
                          .num_unread_descriptors = 10}) {}

  static constexpr size_t kNumBytes = 2 * kDescriptorCharge;
};

TEST_F(RouterSharedLimitsTest, WhoHoldsMostGoesAndNotWhoComesLast) {
  const auto modest = bring_end(kOther).value();
  ASSERT_TRUE(bring_message(kOther, modest->name, 1, kNumBytes).ok());
  const auto greedy = bring_end(kPeer).value();
  for (uint64_t i = 1; i <= 10; ++i)
    ASSERT_TRUE(bring_message(kPeer, greedy->name, i, kNumBytes).ok());

  EXPECT_TRUE(bring_message(kOther, modest->name, 2, kNumBytes).ok());
  ASSERT_EQ(dropped_.size(), 1U);
  EXPECT_EQ(dropped_[0].first, kPeer);
  EXPECT_THAT(dropped_[0].second, HasSubstr("TOO_MANY_UNREAD_BYTES"));
  EXPECT_TRUE(bring_message(kOther, modest->name, 3, kNumBytes).ok());
  EXPECT_EQ(dropped_.size(), 1U) << "once is enough";

  lose(kPeer);
  EXPECT_EQ(count_to_the_end(*greedy), 0U) << "what it sent makes room";
  EXPECT_TRUE(bring_message(kOther, modest->name, 4, kNumBytes).ok());
  lose(kOther);
  EXPECT_EQ(count_to_the_end(*modest), 4U);
}

TEST_F(RouterSharedLimitsTest, WhoHoldsMostAndComesIsRefused) {
  ASSERT_TRUE(bring_message(kOther, bring_end(kOther).value()->name, 1, 0, 2).ok());
  const auto greedy = bring_end(kPeer).value();
  ASSERT_TRUE(bring_message(kPeer, greedy->name, 1, 0, 9).ok());
  const auto refused = bring_message(kPeer, greedy->name, 2, 0, 1);
  ASSERT_FALSE(refused.ok());
  EXPECT_THAT(refused.error().message(), HasSubstr("TOO_MANY_UNREAD_DESCRIPTORS"));
  EXPECT_TRUE(dropped_.empty());
}

TEST_F(RouterSharedLimitsTest, EndsOfAllLinks) {
  for (int i = 0; i < 6; ++i) ASSERT_TRUE(bring_end(kPeer).ok());
  for (int i = 0; i < 4; ++i) ASSERT_TRUE(bring_end(kOther).ok());
  EXPECT_TRUE(bring_end(kOther).ok()) << "the other one holds more";
  const auto refused = bring_end(kPeer);
  ASSERT_FALSE(refused.ok());
  EXPECT_THAT(refused.error().message(), HasSubstr("TOO_MANY_PORTS"));
}

TEST_F(RouterSharedLimitsTest, WhoComesAgainAndAgainLeavesNotMoreBehind) {
  // Each time within the limits, and gone before anybody has read.
  std::vector<std::shared_ptr<PortState>> left;
  for (uint64_t visit = 0; visit < 100; ++visit) {
    const LinkId link{100 + visit};
    router_.add_link(link, nullptr);
    left.push_back(bring_end(link).value());
    if (router_.num_ports() > 5) {  // the user lets go of some
      Outbox outbox;
      router_.close(*left[visit - 5], outbox);
    }
    for (uint64_t i = 1; i <= 4; ++i) {
      ASSERT_TRUE(bring_message(link, left.back()->name, i, kNumBytes).ok()) << visit;
    }
    lose(link);
  }
  size_t num_unread = 0;
  for (size_t i = left.size() - 5; i < left.size(); ++i) num_unread += count_to_the_end(*left[i]);
  EXPECT_LE(num_unread, 15U);
  EXPECT_TRUE(dropped_.empty()) << "those who are there have done nothing";
}

}  // namespace
}  // namespace ferrule::node
