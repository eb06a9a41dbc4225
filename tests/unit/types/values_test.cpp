// SPDX-License-Identifier: Apache-2.0
#include <chrono>
#include <limits>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "ferrule/types/error_value.h"
#include "ferrule/types/time_traits.h"
#include "ferrule/types/token.h"
#include "ferrule/types/url.h"
#include "ferrule/types/uuid.h"
#include "ferrule/types/value.h"

#include "unit/types/types_testing.h"

namespace ferrule::test {
namespace {

using std::chrono::microseconds;
using SystemTime = std::chrono::system_clock::time_point;
using SteadyTime = std::chrono::steady_clock::time_point;

TEST(CommonValuesTest, AreThoseOfTheStandardLibraryInGeneratedCode) {
  static_assert(std::is_same_v<decltype(CommonValues::delta), microseconds>);
  static_assert(std::is_same_v<decltype(CommonValues::time), SystemTime>);
  static_assert(std::is_same_v<decltype(CommonValues::ticks), SteadyTime>);
  static_assert(std::is_same_v<decltype(CommonValues::maybe_delta), std::optional<microseconds>>);
  static_assert(std::is_same_v<decltype(CommonValues::deltas), std::vector<microseconds>>);
}

TEST(CommonValuesTest, GoThereAndBackInAllPlaces) {
  CommonValues sent;
  sent.delta = microseconds(-5);
  sent.time = SystemTime(microseconds(1'700'000'000'000'001));
  sent.ticks = SteadyTime(microseconds(77));
  sent.maybe_delta = microseconds(8);
  sent.deltas = {microseconds(1), microseconds::min(), microseconds::max()};
  sent.token = UnguessableToken::random();
  sent.uuid = Uuid::random();
  sent.url = *Url::parse("https://example.org/a?b#c");
  sent.urls = {{"none", Url()}, {"file", *Url::parse("file:///etc/motd")}};
  std::vector<Value> list;
  list.push_back(Value::make_integer(7));
  list.push_back(Value::make_null({}));
  std::map<std::string, Value> dictionary;
  dictionary["list"] = Value::make_list(std::move(list));
  dictionary["truth"] = Value::make_boolean(true);
  sent.value = Value::make_dictionary(std::move(dictionary));
  sent.error = to_value(Error(Errc::kTimedOut, "too late"));
  CommonValues got;
  EXPECT_EQ(carry<CommonValues>(sent, &got), "OK");
  EXPECT_EQ(got, sent);
}

TEST(TimeTest, IsRoundedDownToMicroseconds) {
  SystemTime got;
  EXPECT_EQ(carry(SystemTime(std::chrono::nanoseconds(-1)), &got), "OK");
  EXPECT_EQ(got, SystemTime(microseconds(-1)));
}

TEST(TimeTest, ThatTheClockCannotHoldIsRefused) {
  const auto carry_time = [](int64_t n) { return carry<SystemTime>(common::Time{n}); };
  const auto carry_ticks = [](int64_t n) { return carry<SteadyTime>(common::TimeTicks{n}); };
  constexpr int64_t kLast = std::numeric_limits<int64_t>::max() / 1000;
  for (const int64_t good : {int64_t{0}, kLast, -kLast}) {
    EXPECT_EQ(carry_time(good), "OK") << good;
    EXPECT_EQ(carry_ticks(good), "OK") << good;
  }
  for (const int64_t bad : {kLast + 1, -kLast - 1, std::numeric_limits<int64_t>::max(),
                            std::numeric_limits<int64_t>::min()}) {
    EXPECT_THAT(carry_time(bad), ::testing::HasSubstr("DESERIALIZATION_FAILED")) << bad;
    EXPECT_THAT(carry_ticks(bad), ::testing::HasSubstr("DESERIALIZATION_FAILED")) << bad;
  }
}

TEST(TokenTest, IsRandomAndNeverZero) {
  std::set<std::string> tokens;
  for (int i = 0; i < 100; ++i) tokens.insert(UnguessableToken::random().to_string());
  EXPECT_EQ(tokens.size(), 100U);
  EXPECT_THAT(carry<UnguessableToken>(common::UnguessableToken{0, 0}),
              ::testing::HasSubstr("TOKEN_INVALID"));
  EXPECT_EQ(carry<UnguessableToken>(common::UnguessableToken{0, 1}), "OK");
}

TEST(UuidTest, IsReadAndWrittenAsText) {
  const std::string text = "f81d4fae-7dec-11d0-a765-00a0c91e6bf6";
  const auto uuid = Uuid::parse(text);
  ASSERT_TRUE(uuid.has_value());
  EXPECT_EQ(uuid->to_string(), text);
  EXPECT_EQ(uuid->bytes[0], 0xf8);
  EXPECT_EQ(uuid->bytes[15], 0xf6);
  EXPECT_EQ(Uuid::parse("F81D4FAE-7DEC-11D0-A765-00A0C91E6BF6"), uuid);
  for (const char* bad :
       {"", "f81d4fae-7dec-11d0-a765-00a0c91e6bf", "f81d4fae-7dec-11d0-a765-00a0c91e6bf66",
        "f81d4fae07dec-11d0-a765-00a0c91e6bf6", "g81d4fae-7dec-11d0-a765-00a0c91e6bf6",
        "{81d4fae-7dec-11d0-a765-00a0c91e6bf6"}) {
    EXPECT_FALSE(Uuid::parse(bad).has_value()) << bad;
  }
  EXPECT_TRUE(Uuid().is_nil());
}

TEST(UuidTest, IsRandomOfVersion4) {
  const Uuid uuid = Uuid::random();
  EXPECT_EQ(uuid.to_string()[14], '4');
  EXPECT_THAT("89ab", ::testing::HasSubstr(std::string(1, uuid.to_string()[19])));
  EXPECT_NE(uuid, Uuid::random());
}

TEST(UrlTest, HasASchemeAndPrintableCharacters) {
  for (const char* good : {"a:", "https://example.org/", "data:,x", "x-y+z.1:~!%"}) {
    EXPECT_TRUE(Url::parse(good).has_value()) << good;
  }
  for (const char* bad : {"", ":", "//example.org", "1a:b", "a b:c", "a:b c", "a:\n", "a:\x7f",
                          "a:\xc3\xa4", "a/b:c"}) {
    EXPECT_FALSE(Url::parse(bad).has_value()) << bad;
    if (*bad == 0) continue;
    EXPECT_NE(carry<Url>(common::Url{bad}), "OK") << bad;
  }
  EXPECT_EQ(Url::parse("HTTP://x")->scheme(), "HTTP");
  EXPECT_TRUE(Url::parse("a:" + std::string(kMaxUrlBytes - 2, 'b')).has_value());
  EXPECT_FALSE(Url::parse("a:" + std::string(kMaxUrlBytes - 1, 'b')).has_value());
  EXPECT_THAT(carry<Url>(common::Url{"none"}), ::testing::HasSubstr("URL_INVALID"));
}

TEST(ValueTest, IsNestedNoDeeperThanAnyMessage) {
  Value value = Value::make_integer(1);
  for (int i = 0; i < 1000; ++i) {
    std::vector<Value> list;
    list.push_back(std::move(value));
    value = Value::make_list(std::move(list));
  }
  EXPECT_THAT(carry<Value>(std::move(value)), ::testing::HasSubstr("nests too deeply"));
}

TEST(ErrorValueTest, KeepsTheCodeWhereBothKnowTheCategory) {
  const Error error(Errc::kTimedOut, "too late");
  EXPECT_EQ(from_value(to_value(error)).code(), Errc::kTimedOut);
  EXPECT_EQ(from_value(to_value(error)).message(), "too late");
  const Error system = Error::from_errno(ENOENT, "open");
  EXPECT_EQ(from_value(to_value(system)).code(), system.code());
  const Error strange = from_value({"theirs", 3, "words"});
  EXPECT_EQ(strange.code(), Errc::kBadMessage);
  EXPECT_EQ(strange.message(), "theirs 3: words");
  EXPECT_TRUE(from_value({"ferrule", 0, "no error"}).code()) << "an error stays one";
}

}  // namespace
}  // namespace ferrule::test
