// SPDX-License-Identifier: Apache-2.0
//
// Calls are operations of Asio: every token works, also one that somebody else has made up.
#include <memory>
#include <optional>
#include <tuple>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_future.hpp>

#include <gtest/gtest.h>

#include "unit/bindings/connected_fixture.h"

namespace ferrule::test {

/// A token of a user: the call gives back a slip on which the outcome will stand.
template <class... R>
using Slip = std::shared_ptr<std::optional<std::tuple<R...>>>;
struct WriteOnSlip {};

}  // namespace ferrule::test

template <class... R>
struct boost::asio::async_result<ferrule::test::WriteOnSlip, void(R...)> {
  using return_type = ferrule::test::Slip<R...>;
  template <class Initiation, class... Arguments>
  static return_type initiate(Initiation initiation, ferrule::test::WriteOnSlip /*token*/,
                              Arguments... arguments) {
    auto slip = std::make_shared<std::optional<std::tuple<R...>>>();
    std::move(initiation)([slip](R... results) { slip->emplace(std::move(results)...); },
                          std::move(arguments)...);
    return slip;
  }
};

namespace ferrule::test {
namespace {

class TokensTest : public ConnectedFixture {};

TEST_F(TokensTest, OneThatAUserMadeUp) {
  const Slip<error_code, int32_t> slip = remote_->Add(2, 3, WriteOnSlip());
  EXPECT_FALSE(slip->has_value());
  exchange();
  ASSERT_TRUE(slip->has_value());
  EXPECT_EQ(**slip, std::tuple(error_code(), 5));
}

TEST_F(TokensTest, OneThatAUserMadeUpInsideAdaptersOfAsio) {
  const auto in_one = remote_->Add(2, 3, boost::asio::as_tuple(WriteOnSlip()));
  error_code error;
  const auto without = remote_->Add(4, 5, boost::asio::redirect_error(WriteOnSlip(), error));
  exchange();
  ASSERT_TRUE(in_one->has_value() && without->has_value());
  EXPECT_EQ(std::get<0>(**in_one), std::tuple(error_code(), 5));
  EXPECT_EQ(**without, std::tuple(9));
}

TEST_F(TokensTest, AnOperationThatIsBegunLater) {
  auto operation = remote_->Add(2, 3, boost::asio::deferred);
  exchange();
  const auto slip = std::move(operation)(WriteOnSlip());
  exchange();
  ASSERT_TRUE(slip->has_value());
  EXPECT_EQ(std::get<1>(**slip), 5);
}

TEST_F(TokensTest, AFuture) {
  auto future = remote_->Add(2, 3, boost::asio::use_future);
  exchange();
  EXPECT_EQ(future.get(), 5);
}

TEST_F(TokensTest, OtherOperationsOfARemote) {
  const auto flushed = remote_.flush(WriteOnSlip());
  const auto version = remote_.query_version(WriteOnSlip());
  const auto writable = remote_.async_wait_writable(WriteOnSlip());
  exchange();
  EXPECT_TRUE(flushed->has_value() && version->has_value() && writable->has_value());
}

}  // namespace
}  // namespace ferrule::test
