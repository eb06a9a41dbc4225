// SPDX-License-Identifier: Apache-2.0
// What one link can make a node hold, said to the router itself: over a real link it would take
// gigabytes.
#include <memory>
#include <string>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

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
  RouterLimitsTest() {
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
  Result<void> bring_message(LinkId from, const PortName& to, uint64_t sequence, size_t num_bytes) {
    Outbox outbox;
    TravellingMessage message;
    message.to = to;
    message.sequence = sequence;
    message.message = wire::Message(Buffer::allocate(num_bytes));  // never touched
    return router_.on_message(from, std::move(message), outbox);
  }

  static constexpr LinkId kPeer{1};
  static constexpr LinkId kOther{2};
  IdleEnds ends_;
  Router router_{ends_};
  PortNamer namer_;  // of the nodes at the other sides
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
  Result<void> brought;
  size_t num_brought = 0;
  std::shared_ptr<PortState> first;
  while (brought.ok() && num_brought < 100) {
    const auto port = bring_end(kPeer).value();
    if (!first) first = port;
    brought = bring_message(kPeer, port->name, 1, kNumBytes);
    if (brought.ok()) ++num_brought;
  }
  ASSERT_FALSE(brought.ok());
  EXPECT_THAT(brought.error().message(), HasSubstr("TOO_MANY_UNREAD_BYTES"));
  EXPECT_EQ(num_brought, kMaxUnreadBytesPerLink / kNumBytes + 1) << "one message may go beyond";
  EXPECT_TRUE(bring_message(kOther, bring_end(kOther).value()->name, 1, kNumBytes).ok())
      << "each link has its own";

  wire::Message message;
  Outbox outbox;
  EXPECT_EQ(router_.take(*first, message, outbox), wire::PipeEnd::TakeStatus::kMessage);
  EXPECT_TRUE(bring_message(kPeer, bring_end(kPeer).value()->name, 1, 1).ok())
      << "what was read makes room";
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

}  // namespace
}  // namespace ferrule::node
