// SPDX-License-Identifier: Apache-2.0
#include "ferrule/platform/unix_socket.h"

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "ferrule/platform/socket_message.h"

#include "support/temporary_folder.h"
#include "unit/platform/descriptor_table.h"

namespace ferrule::platform {
namespace {

class UnixSocketTest : public testing::Test {
 protected:
  const test::TemporaryFolder folder_;
  const std::string path_ = folder_.file("socket");
};

mode_t permissions_of(const std::string& path) {
  struct stat status {};
  EXPECT_EQ(::lstat(path.c_str(), &status), 0);
  return status.st_mode & 07777U;
}

int errno_of(const Result<UniqueFd>& result) { return result.error().code().value(); }

TEST_F(UnixSocketTest, ConnectsTwoEnds) {
  const Result<UniqueFd> listener = listen_on(path_);
  ASSERT_TRUE(listener) << listener.error().message();
  const Result<UniqueFd> client = connect_to(path_);
  ASSERT_TRUE(client);
  const Result<UniqueFd> server = accept_from(*listener);
  ASSERT_TRUE(server);
  ASSERT_TRUE(server->is_valid());
  for (const UniqueFd* fd : {&*listener, &*client, &*server}) EXPECT_TRUE(is_close_on_exec(*fd));
  shut_down(*client);
  std::vector<UniqueFd> none;
  uint8_t byte = 0;
  const Result<SocketTransfer> end = receive_with_descriptors(*server, {&byte, 1}, none);
  ASSERT_TRUE(end);
  EXPECT_EQ(end->num_bytes, 0U);
  EXPECT_FALSE(end->would_block);
}

TEST_F(UnixSocketTest, AcceptsNothingWhenNobodyWaits) {
  const Result<UniqueFd> listener = listen_on(path_);
  ASSERT_TRUE(listener);
  const Result<UniqueFd> nobody = accept_from(*listener);
  ASSERT_TRUE(nobody);
  EXPECT_FALSE(nobody->is_valid());
}

TEST_F(UnixSocketTest, ConnectingToNobodyIsAnError) {
  EXPECT_EQ(errno_of(connect_to(path_)), ENOENT);
  { ASSERT_TRUE(listen_on(path_)); }
  EXPECT_EQ(errno_of(connect_to(path_)), ECONNREFUSED);
}

TEST_F(UnixSocketTest, AFullBacklogIsAnErrorAndDoesNotWait) {
  const Result<UniqueFd> listener = listen_on(path_, {.backlog = 0});
  ASSERT_TRUE(listener);
  const Result<UniqueFd> first = connect_to(path_);
  ASSERT_TRUE(first);
  EXPECT_EQ(errno_of(connect_to(path_)), EAGAIN);
}

TEST_F(UnixSocketTest, ReplacesASocketThatNobodyListensOn) {
  { ASSERT_TRUE(listen_on(path_)); }
  ASSERT_TRUE(std::filesystem::exists(path_));
  const Result<UniqueFd> listener = listen_on(path_);
  ASSERT_TRUE(listener) << listener.error().message();
  EXPECT_TRUE(connect_to(path_));
}

TEST_F(UnixSocketTest, LeavesASocketInUseAlone) {
  const Result<UniqueFd> listener = listen_on(path_);
  ASSERT_TRUE(listener);
  const Result<UniqueFd> second = listen_on(path_);
  ASSERT_FALSE(second);
  EXPECT_EQ(errno_of(second), EADDRINUSE);
  EXPECT_TRUE(connect_to(path_));
}

TEST_F(UnixSocketTest, LeavesAFileThatIsNoSocketAlone) {
  std::ofstream(path_) << "precious";
  EXPECT_EQ(errno_of(listen_on(path_)), EADDRINUSE);
  std::string text;
  std::ifstream(path_) >> text;
  EXPECT_EQ(text, "precious");
}

TEST_F(UnixSocketTest, IsForItsOwnerAloneUnlessToldOtherwise) {
  const mode_t mask = ::umask(0);
  {
    ASSERT_TRUE(listen_on(path_));
    EXPECT_EQ(permissions_of(path_), 0600U);
  }
  ::umask(0777);
  ASSERT_TRUE(listen_on(path_, {.permissions = 0662}));
  ::umask(mask);
  EXPECT_EQ(permissions_of(path_), 0662U);
}

TEST_F(UnixSocketTest, NobodyWhoKeepsTheLockOfTheFolderStopsUs) {
  const UniqueFd folder(::open(folder_.path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  ASSERT_EQ(::flock(folder.get(), LOCK_EX), 0);
  EXPECT_TRUE(listen_on(path_));
}

TEST_F(UnixSocketTest, RefusesNamesThatCannotBe) {
  for (const std::string& name :
       {std::string(), std::string("@"), std::string(200, 'x'), "@" + std::string(108, 'x'),
        folder_.file("zero") + '\0' + "byte"}) {
    EXPECT_EQ(listen_on(name).error().code(), Errc::kInvalidArgument) << name;
    EXPECT_EQ(connect_to(name).error().code(), Errc::kInvalidArgument) << name;
  }
}

TEST_F(UnixSocketTest, FailuresLeaveNothingOpen) {
  const Result<UniqueFd> listener = listen_on(path_);
  ASSERT_TRUE(listener);
  const long before = count_open_descriptors();
  EXPECT_FALSE(listen_on(path_));
  EXPECT_FALSE(listen_on(folder_.file("no/such/folder")));
  EXPECT_FALSE(connect_to(folder_.file("nobody")));
  EXPECT_FALSE(accept_from(make_pipe().read_end));
  EXPECT_EQ(count_open_descriptors(), before);
}

TEST_F(UnixSocketTest, PairClosesOnExec) {
  const auto pair = make_socket_pair();
  ASSERT_TRUE(pair);
  EXPECT_TRUE(is_close_on_exec(pair->first));
  EXPECT_TRUE(is_close_on_exec(pair->second));
}

TEST_F(UnixSocketTest, AdoptsTheSocketThisProgramWasStartedWith) {
  const auto pair = make_socket_pair();
  ASSERT_TRUE(pair);
  const int inherited = ::dup(pair->first.get());
  const Result<UniqueFd> adopted = adopt_inherited_socket(inherited);
  ASSERT_TRUE(adopted) << adopted.error().message();
  EXPECT_EQ(adopted->get(), inherited);
  EXPECT_TRUE(is_close_on_exec(*adopted));
}

TEST_F(UnixSocketTest, LeavesAloneWhatIsNoSocketToAdopt) {
  const UniqueFd datagrams(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  const Pipe pipe = make_pipe();
  const long before = count_open_descriptors();
  EXPECT_FALSE(adopt_inherited_socket(datagrams.get()));
  EXPECT_FALSE(adopt_inherited_socket(pipe.read_end.get()));
  EXPECT_FALSE(adopt_inherited_socket(12345));
  EXPECT_FALSE(adopt_inherited_socket(-1));
  EXPECT_EQ(count_open_descriptors(), before);
}

TEST_F(UnixSocketTest, TakesAnySizeForItsSendBuffer) {
  const auto pair = make_socket_pair();
  ASSERT_TRUE(pair);
  EXPECT_TRUE(set_send_buffer(pair->first, 1 << 20));
  EXPECT_TRUE(set_send_buffer(pair->first, SIZE_MAX));
  EXPECT_FALSE(set_send_buffer(make_pipe().read_end, 1 << 20));
}

}  // namespace
}  // namespace ferrule::platform
