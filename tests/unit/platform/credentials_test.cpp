// SPDX-License-Identifier: Apache-2.0
#include "ferrule/platform/credentials.h"

#include <fstream>
#include <string>
#include <unistd.h>

#include <gtest/gtest.h>

#include "ferrule/platform/unix_socket.h"

#include "support/temporary_folder.h"
#include "unit/platform/descriptor_table.h"

namespace ferrule::platform {
namespace {

Credentials own_credentials() { return {::geteuid(), ::getegid(), ::getpid()}; }

// The process behind a pidfd, as the kernel tells it.
pid_t process_behind(const UniqueFd& pidfd) {
  std::ifstream info("/proc/self/fdinfo/" + std::to_string(pidfd.get()));
  for (std::string word; info >> word;) {
    pid_t id = 0;
    if (word == "Pid:" && info >> id) return id;
  }
  return 0;
}

TEST(CredentialsTest, NamesWhoMadeTheSocketPair) {
  const auto pair = make_socket_pair();
  ASSERT_TRUE(pair);
  const Result<Credentials> peer = peer_credentials(pair->first);
  ASSERT_TRUE(peer);
  EXPECT_EQ(*peer, own_credentials());
}

TEST(CredentialsTest, NamesWhoConnectedAndWhoListens) {
  const test::TemporaryFolder folder;
  const Result<UniqueFd> listener = listen_on(folder.file("socket"));
  ASSERT_TRUE(listener);
  const Result<UniqueFd> client = connect_to(folder.file("socket"));
  ASSERT_TRUE(client);
  const Result<UniqueFd> server = accept_from(*listener);
  ASSERT_TRUE(server);
  for (const UniqueFd* end : {&*client, &*server}) {
    const Result<Credentials> peer = peer_credentials(*end);
    ASSERT_TRUE(peer);
    EXPECT_EQ(*peer, own_credentials());
  }
}

TEST(CredentialsTest, FailsForWhatIsNoSocket) {
  const Pipe pipe = make_pipe();
  EXPECT_FALSE(peer_credentials(pipe.read_end));
  EXPECT_FALSE(peer_process(pipe.read_end));
}

TEST(CredentialsTest, HoldsThePeerByItsPidfd) {
  const auto pair = make_socket_pair();
  ASSERT_TRUE(pair);
  const Result<UniqueFd> peer = peer_process(pair->first);
  ASSERT_TRUE(peer) << peer.error().message();
  if (!peer->is_valid()) GTEST_SKIP() << "this kernel does not know SO_PEERPIDFD";
  EXPECT_TRUE(is_close_on_exec(*peer));
  EXPECT_EQ(process_behind(*peer), ::getpid());
}

}  // namespace
}  // namespace ferrule::platform
