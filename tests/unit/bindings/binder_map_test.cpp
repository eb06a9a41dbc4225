// SPDX-License-Identifier: Apache-2.0
#include "ferrule/bindings/binder_map.h"

#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/bindings/fake_pipe.h"

namespace ferrule::test {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;

class BinderMapTest : public ::testing::Test {
 protected:
  BinderMapTest() {
    binders_.add<sample::Calculator>([this](PendingReceiver<sample::Calculator> pending, int user) {
      bound_.push_back(std::move(pending));
      users_.push_back(user);
    });
  }
  GenericPendingReceiver calculator() {
    return GenericPendingReceiver(PendingReceiver<sample::Calculator>(pipe_.take_end()));
  }

  FakePipe pipe_;
  BinderMap<int> binders_;
  std::vector<PendingReceiver<sample::Calculator>> bound_;
  std::vector<int> users_;
};

TEST_F(BinderMapTest, FindsTheBinderByName) {
  EXPECT_TRUE(binders_.bind(calculator(), 7));
  ASSERT_THAT(bound_, SizeIs(1));
  EXPECT_TRUE(bound_[0].is_valid());
  EXPECT_THAT(users_, ElementsAre(7));
  EXPECT_FALSE(pipe_.is_closed());
}

TEST_F(BinderMapTest, ClosesWhatNobodyOffers) {
  EXPECT_TRUE(binders_.remove("sample.Calculator"));
  EXPECT_FALSE(binders_.remove("sample.Calculator"));
  const auto bound = binders_.bind(calculator(), 7);
  ASSERT_FALSE(bound);
  EXPECT_EQ(bound.error().code(), make_error_code(Errc::kNotFound));
  EXPECT_TRUE(pipe_.is_closed());
}

TEST_F(BinderMapTest, ThePolicyIsAskedFirst) {
  std::vector<std::string> asked;
  binders_.set_policy([&](std::string_view name, int user) {
    asked.push_back(std::string(name) + "/" + std::to_string(user));
    return user == 1;
  });
  const auto bound = binders_.bind(calculator(), 7);
  ASSERT_FALSE(bound);
  EXPECT_EQ(bound.error().code(), make_error_code(Errc::kAccessDenied));
  EXPECT_TRUE(pipe_.is_closed());
  EXPECT_TRUE(binders_.bind(calculator(), 1));
  EXPECT_THAT(asked, ElementsAre("sample.Calculator/7", "sample.Calculator/1"));
  EXPECT_THAT(users_, ElementsAre(1));
}

TEST_F(BinderMapTest, ABinderMayReplaceItself) {
  BinderMap<> binders;
  int num_calls = 0;
  binders.add<sample::Calculator>([&](PendingReceiver<sample::Calculator>) {
    ++num_calls;
    binders.remove("sample.Calculator");
    ++num_calls;
  });
  EXPECT_TRUE(binders.bind(calculator()));
  EXPECT_FALSE(binders.contains("sample.Calculator"));
  EXPECT_EQ(num_calls, 2);
}

TEST_F(BinderMapTest, AGenericReceiverKeepsItsType) {
  auto generic = calculator();
  EXPECT_FALSE(generic.as<sample::Observer>());
  EXPECT_TRUE(generic.is_valid());
  EXPECT_TRUE(generic.as<sample::Calculator>());
  EXPECT_FALSE(generic.is_valid());
  EXPECT_FALSE(generic.as<sample::Calculator>());
  EXPECT_FALSE(binders_.bind(std::move(generic), 1));
}

}  // namespace
}  // namespace ferrule::test
