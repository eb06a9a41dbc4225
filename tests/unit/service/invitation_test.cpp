// SPDX-License-Identifier: Apache-2.0
//
// What a program finds that was not launched properly: FERRULE_INVITATION is missing, or rubbish.
#include <cstdlib>
#include <fcntl.h>
#include <string>
#include <unistd.h>

#include <boost/asio/io_context.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ferrule/base/unique_fd.h"
#include "ferrule/platform/memfd.h"
#include "ferrule/platform/unix_socket.h"
#include "ferrule/service/runtime.h"

#include "support/io_loop.h"
#include "support/process_counts.h"

namespace ferrule::test {
namespace {

using ::testing::HasSubstr;
constexpr const char* kVariable = "FERRULE_INVITATION";

class InvitationTest : public ::testing::Test {
 protected:
  ~InvitationTest() override { ::unsetenv(kVariable); }

  Result<Connection> accept(const std::string& value) {
    ::setenv(kVariable, value.c_str(), 1);
    return runtime_.accept_invitation();
  }

  boost::asio::io_context io_{1};
  Runtime runtime_{io_.get_executor()};
};

TEST_F(InvitationTest, SaysThatTheProgramWasStartedByHand) {
  ::unsetenv(kVariable);
  const auto connection = runtime_.accept_invitation();
  ASSERT_FALSE(connection);
  EXPECT_EQ(connection.error().code(), Errc::kNotFound);
  EXPECT_THAT(connection.error().message(), HasSubstr("was started by hand"));
}

TEST_F(InvitationTest, RefusesRubbish) {
  const ProcessCounts before = count_process();
  for (const char* value :
       {"", " ", "x", "3x", "-1", "0", "1", "2", "99999999999999999999", "3 4"}) {
    SCOPED_TRACE(value);
    const auto connection = accept(value);
    ASSERT_FALSE(connection);
    EXPECT_EQ(connection.error().code(), Errc::kHandshakeFailed);
    EXPECT_THAT(connection.error().message(),
                HasSubstr("FERRULE_INVITATION=" + std::string(value)));
    EXPECT_EQ(std::getenv(kVariable), nullptr) << "nobody shall meet it again";
  }
  EXPECT_EQ(count_process(), before);
}

TEST_F(InvitationTest, RefusesADescriptorThatIsNotOpen) {
  const auto connection = accept("987");
  ASSERT_FALSE(connection);
  EXPECT_THAT(connection.error().message(), HasSubstr("987"));
}

TEST_F(InvitationTest, RefusesADescriptorThatIsNoSocketAndLeavesItAlone) {
  const UniqueFd file(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  const auto connection = accept(std::to_string(file.get()));
  ASSERT_FALSE(connection);
  EXPECT_EQ(::fcntl(file.get(), F_GETFD), FD_CLOEXEC) << "it belongs to somebody else";
}

TEST_F(InvitationTest, ConnectsOnce) {
  auto sockets = platform::make_socket_pair().value();
  const int number = ::dup(sockets.second.get());
  sockets.second.reset();
  {
    const auto connection = accept(std::to_string(number));
    ASSERT_TRUE(connection);
    EXPECT_TRUE(connection->is_open());
    EXPECT_EQ(::fcntl(number, F_GETFD), FD_CLOEXEC) << "not for the children of this process";

    const auto again = runtime_.accept_invitation();
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().code(), Errc::kNotFound);
  }
  EXPECT_EQ(::fcntl(number, F_GETFD), -1) << "closed with its connection";
}

TEST_F(InvitationTest, LeavesMemoryAloneThatIsNoStatusPage) {
  auto sockets = platform::make_socket_pair().value();
  const UniqueFd other = platform::create_memfd("other", 4097).value();
  ::setenv("FERRULE_STATUS", std::to_string(other.get()).c_str(), 1);
  EXPECT_TRUE(accept(std::to_string(sockets.second.release())));
  EXPECT_EQ(std::getenv("FERRULE_STATUS"), nullptr) << "nobody shall meet it again";
  EXPECT_TRUE(platform::inspect_memfd(other)) << "it belongs to somebody else";
}

}  // namespace
}  // namespace ferrule::test
