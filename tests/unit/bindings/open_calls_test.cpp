// SPDX-License-Identifier: Apache-2.0
#include "ferrule/bindings/open_calls.h"

#include <cstdint>
#include <map>
#include <random>

#include <gtest/gtest.h>

namespace ferrule::test {
namespace {

using bindings::OpenCalls;

TEST(OpenCallsTest, KnowsWhatIsOpenAndWhatWasGivenUp) {
  OpenCalls calls;
  EXPECT_FALSE(calls.is_wanted(1));
  EXPECT_FALSE(calls.remove(1));
  calls.add(1, 5);
  calls.add(2, 5);
  EXPECT_TRUE(calls.is_wanted(1));
  EXPECT_EQ(calls.cancel(1), nullptr) << "nobody asked for its signal";
  EXPECT_FALSE(calls.is_wanted(1));
  EXPECT_FALSE(calls.remove(1));
  EXPECT_TRUE(calls.remove(2));
  EXPECT_EQ(calls.size(), 0U);
}

TEST(OpenCallsTest, SignalsOnce) {
  OpenCalls calls;
  calls.add(9, 0);
  const auto signal = calls.signal_of(9);
  ASSERT_NE(signal, nullptr);
  EXPECT_EQ(calls.signal_of(9), signal);
  EXPECT_EQ(calls.cancel(9), signal);
  EXPECT_EQ(calls.cancel(9), nullptr);
  EXPECT_EQ(calls.signal_of(8), nullptr);
}

TEST(OpenCallsTest, AgreesWithAMapOverManyIds) {
  std::mt19937_64 random(7);
  OpenCalls calls;
  std::map<uint64_t, bool> model;
  for (int step = 0; step < 20'000; ++step) {
    // Ids that differ in their high bits only, too.
    const uint64_t id = random() % 512 << (random() % 2 == 0 ? 0 : 50);
    switch (random() % 4) {
      case 0:
      case 1:
        if (model.emplace(id, true).second) calls.add(id, static_cast<uint32_t>(id));
        break;
      case 2: {
        const auto it = model.find(id);
        const bool is_wanted = it != model.end() && it->second;
        ASSERT_EQ(calls.remove(id), is_wanted) << step;
        if (it != model.end()) model.erase(it);
        break;
      }
      default:
        calls.cancel(id);
        if (const auto it = model.find(id); it != model.end()) it->second = false;
    }
    ASSERT_EQ(calls.size(), model.size()) << step;
  }
  const auto all = calls.take_all();
  ASSERT_EQ(all.size(), model.size());
  auto expected = model.begin();
  for (const OpenCalls::Call& call : all) {
    EXPECT_EQ(call.request_id, expected->first);
    EXPECT_EQ(call.is_cancelled, !expected->second);
    EXPECT_EQ(call.name, static_cast<uint32_t>(call.request_id));
    ++expected;
  }
  EXPECT_EQ(calls.size(), 0U);
}

}  // namespace
}  // namespace ferrule::test
