// SPDX-License-Identifier: Apache-2.0
#include "ferrule/wire/handle.h"

#include <fcntl.h>
#include <utility>

#include <gtest/gtest.h>

#include "ferrule/wire/message.h"

namespace ferrule::wire {
namespace {

class FakeEnd final : public PipeEnd {
 public:
  explicit FakeEnd(int& num_closed) : num_closed_(num_closed) {}
  ~FakeEnd() override { ++num_closed_; }

  Result<void> send(Message&&) override { return {}; }
  TakeStatus take(Message&) override { return TakeStatus::kEmpty; }
  void set_listener(std::weak_ptr<Listener>) override {}
  Buffer allocate(size_t num_bytes) override { return Buffer::allocate(num_bytes); }
  void report_bad_message(std::string_view) override {}
  bool is_peer_closed() const override { return false; }

 private:
  int& num_closed_;
};

TEST(HandleTest, HoldsADescriptorAndClosesIt) {
  const int number = ::open("/dev/null", O_RDONLY);
  {
    const Handle handle{UniqueFd(number)};
    EXPECT_TRUE(handle.is_valid());
    EXPECT_TRUE(handle.is_descriptor());
    EXPECT_FALSE(handle.is_pipe());
    EXPECT_EQ(handle.pipe(), nullptr);
  }
  EXPECT_EQ(::fcntl(number, F_GETFD), -1);
}

TEST(HandleTest, HoldsTwoDescriptorsAndClosesThem) {
  const int first = ::open("/dev/null", O_RDONLY);
  const int second = ::open("/dev/null", O_RDONLY);
  {
    Handle handle{DescriptorPair{UniqueFd(first), UniqueFd(second)}};
    EXPECT_TRUE(handle.is_descriptor_pair());
    EXPECT_EQ(handle.num_descriptors(), 2U);
    EXPECT_FALSE(handle.is_descriptor());
    EXPECT_FALSE(handle.take_descriptor().is_valid());
    EXPECT_TRUE(handle.is_valid());
    const DescriptorPair taken = handle.take_descriptor_pair();
    EXPECT_EQ(taken.second.get(), second);
    EXPECT_FALSE(handle.is_valid());
  }
  EXPECT_EQ(::fcntl(first, F_GETFD), -1);
  EXPECT_EQ(::fcntl(second, F_GETFD), -1);
  EXPECT_FALSE(Handle(DescriptorPair{}).is_valid());
}

TEST(HandleTest, HoldsAPipeEndAndClosesIt) {
  int num_closed = 0;
  {
    const Handle handle{std::make_unique<FakeEnd>(num_closed)};
    EXPECT_TRUE(handle.is_pipe());
    EXPECT_NE(handle.pipe(), nullptr);
    EXPECT_FALSE(handle.is_descriptor());
  }
  EXPECT_EQ(num_closed, 1);
}

TEST(HandleTest, GivesAwayWhatItHoldsOnce) {
  int num_closed = 0;
  Handle handle{std::make_unique<FakeEnd>(num_closed)};
  EXPECT_FALSE(handle.take_descriptor().is_valid());
  EXPECT_TRUE(handle.is_valid());
  const auto pipe = handle.take_pipe();
  EXPECT_NE(pipe, nullptr);
  EXPECT_FALSE(handle.is_valid());
  EXPECT_EQ(handle.take_pipe(), nullptr);
}

TEST(HandleTest, IsInvalidWhenItHoldsNothing) {
  EXPECT_FALSE(Handle().is_valid());
  EXPECT_FALSE(Handle(UniqueFd()).is_valid());
  EXPECT_FALSE(Handle(std::unique_ptr<PipeEnd>()).is_valid());
}

}  // namespace
}  // namespace ferrule::wire
