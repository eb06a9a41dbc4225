// SPDX-License-Identifier: Apache-2.0
#include "ferrule/service/listener.h"

#include <cstdlib>
#include <fcntl.h>
#include <fstream>
#include <memory>
#include <optional>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>
#include <vector>

#include <boost/asio/io_context.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ferrule/base/unique_fd.h"
#include "ferrule/platform/unix_socket.h"
#include "ferrule/service/runtime.h"

#include "support/io_loop.h"
#include "support/process_counts.h"
#include "support/temporary_folder.h"

namespace ferrule::test {
namespace {

using ::testing::HasSubstr;
namespace errc = boost::system::errc;

class ListenerTest : public ::testing::Test {
 protected:
  Result<Listener> listen(const ListenOptions& options = {}) {
    return runtime_.listen(
        path_, [this](Connection connection) { accepted_.push_back(std::move(connection)); },
        options);
  }
  mode_t mode_of_path() const {
    struct stat status {};
    EXPECT_EQ(::stat(path_.c_str(), &status), 0);
    return status.st_mode & 07777;
  }
  bool path_exists() const { return ::access(path_.c_str(), F_OK) == 0; }
  void expect_reachable() {
    const Connection connection = client_.connect(path_).value();
    // Who tried to listen on the path may have knocked before.
    run_until(io_, [&] { return !accepted_.empty() && accepted_.back().is_open(); });
    run_ready(io_);
    EXPECT_TRUE(accepted_.back().is_open());
  }
  /// What a listener that was killed leaves behind.
  void leave_stale_socket() {
    const UniqueFd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path_.copy(address.sun_path, sizeof(address.sun_path) - 1);
    ASSERT_EQ(::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)),
              0);
    ASSERT_EQ(::listen(socket.get(), 1), 0);
  }

  TemporaryFolder folder_;
  const std::string path_ = folder_.file("socket");
  boost::asio::io_context io_{1};
  Runtime runtime_{io_.get_executor()};
  Runtime client_{io_.get_executor()};
  std::vector<Connection> accepted_;
};

TEST_F(ListenerTest, AcceptsManyConnections) {
  const Listener listener = listen().value();
  std::vector<Connection> connections;
  for (int i = 0; i < 20; ++i) connections.push_back(client_.connect(path_).value());
  run_until(io_, [&] { return accepted_.size() == 20; });
}

TEST_F(ListenerTest, TellsWhoConnected) {
  const Listener listener = listen().value();
  const Connection connection = client_.connect(path_).value();
  run_until(io_, [&] { return !accepted_.empty(); });
  const PeerCredentials self{::getuid(), ::getgid(), ::getpid()};
  EXPECT_EQ(accepted_[0].peer_credentials(), self);
  EXPECT_EQ(connection.peer_credentials(), self);
}

TEST_F(ListenerTest, KeepsAPidfdOfWhoConnectedIfThatIsWanted) {
  const auto connect_to = [this](const ListenOptions& options) {
    accepted_.clear();
    const Listener listener = listen(options).value();
    const Connection connection = client_.connect(path_).value();
    run_until(io_, [&] { return !accepted_.empty(); });
    return std::string(accepted_[0].peer_process()
                           ? "/proc/self/fdinfo/" +
                                 std::to_string(accepted_[0].peer_process().get())
                           : "");
  };
  EXPECT_EQ(connect_to({}), "");
  std::ifstream information(connect_to({.keeps_peer_process = true}));
  const std::string text(std::istreambuf_iterator<char>(information), {});
  EXPECT_THAT(text, HasSubstr("Pid:\t" + std::to_string(::getpid()) + "\n"));
}

TEST_F(ListenerTest, RefusesASecondListenerAndLeavesTheFirstAlone) {
  const Listener first = listen().value();
  const Result<Listener> second = listen();
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code(), errc::address_in_use);
  EXPECT_THAT(second.error().message(), HasSubstr("bind(" + path_ + ")"));
  expect_reachable();
}

TEST_F(ListenerTest, TakesThePathAgainAfterTheFirstIsGone) {
  { const Listener first = listen().value(); }
  EXPECT_FALSE(path_exists());
  const Listener second = listen().value();
  expect_reachable();
}

TEST_F(ListenerTest, ReplacesASocketThatNobodyListensOn) {
  leave_stale_socket();
  ASSERT_TRUE(path_exists());
  const Listener listener = listen().value();
  expect_reachable();
}

TEST_F(ListenerTest, DoesNotReplaceAFileThatIsNoSocket) {
  std::ofstream(path_) << "precious";
  const Result<Listener> listener = listen();
  ASSERT_FALSE(listener);
  EXPECT_EQ(listener.error().code(), errc::address_in_use);
  std::string content;
  std::ifstream(path_) >> content;
  EXPECT_EQ(content, "precious");
}

TEST_F(ListenerTest, LetsOnlyThisUserConnect) {
  const Listener listener = listen().value();
  EXPECT_EQ(mode_of_path(), mode_t{0600});
}

TEST_F(ListenerTest, LetsWhoTheOwnerSaysConnect) {
  const mode_t mask = ::umask(077);
  const Listener listener = listen({.permissions = 0666}).value();
  ::umask(mask);
  EXPECT_EQ(mode_of_path(), mode_t{0666});
}

TEST_F(ListenerTest, SaysThatTheFolderDoesNotExist) {
  const Result<Listener> listener =
      runtime_.listen(folder_.file("no/such/folder"), [](Connection) {});
  ASSERT_FALSE(listener);
  EXPECT_EQ(listener.error().code(), errc::no_such_file_or_directory);
}

TEST_F(ListenerTest, SaysThatThePathIsTooLong) {
  const Result<Listener> listener = runtime_.listen(std::string(200, 'x'), [](Connection) {});
  ASSERT_FALSE(listener);
  EXPECT_EQ(listener.error().code(), Errc::kInvalidArgument);
}

TEST_F(ListenerTest, KeepsConnectionsWhenItIsClosed) {
  Listener listener = listen().value();
  Connection connection = client_.connect(path_).value();
  run_until(io_, [&] { return !accepted_.empty(); });
  listener.close();
  EXPECT_FALSE(listener.is_open());
  EXPECT_FALSE(path_exists());
  listener.close();
  run_ready(io_);
  EXPECT_TRUE(connection.is_open());
  EXPECT_TRUE(accepted_[0].is_open());
}

TEST_F(ListenerTest, EndsAConnectionThatItsOwnerLetsGo) {
  const auto listener = runtime_.listen(path_, [](Connection) {});
  Connection connection = client_.connect(path_).value();
  std::optional<Error> reason;
  connection.set_closed_handler([&](const Error& why) { reason = why; });
  run_until(io_, [&] { return reason.has_value(); });
  EXPECT_EQ(reason->code(), make_error_code(Errc::kDisconnected));
}

TEST_F(ListenerTest, MayBeDestroyedFromInsideItsCallback) {
  std::unique_ptr<Listener> listener;
  int num_accepted = 0;
  listener = std::make_unique<Listener>(runtime_
                                            .listen(path_,
                                                    [&](Connection) {
                                                      ++num_accepted;
                                                      listener.reset();
                                                    })
                                            .value());
  const Connection first = client_.connect(path_).value();
  const Connection second = client_.connect(path_).value();
  run_until(io_, [&] { return num_accepted > 0; });
  run_ready(io_);
  EXPECT_EQ(num_accepted, 1);
  EXPECT_FALSE(path_exists());
}

TEST_F(ListenerTest, MayOutliveItsRuntime) {
  auto runtime = std::make_unique<Runtime>(io_.get_executor());
  const Listener listener = runtime->listen(path_, [](Connection) {}).value();
  runtime.reset();
  const Connection connection = client_.connect(path_).value();
  run_ready(io_);
}

TEST_F(ListenerTest, LeavesNothingBehind) {
  ProcessCounts before;
  for (int i = 0; i < 5; ++i) {
    if (i == 1) before = count_process();  // the loop has its own descriptors by now
    const Listener listener = listen().value();
    expect_reachable();
    accepted_.clear();
    run_ready(io_);
  }
  EXPECT_EQ(count_process(), before);
}

// ---- who is let in
// -------------------------------------------------------------------------------

TEST_F(ListenerTest, AsksBeforeItLetsSomebodyIn) {
  std::vector<PeerCredentials> asked;
  bool is_open = false;
  ListenOptions options;
  options.admits = [&](const ConnectingPeer& peer) {
    asked.push_back(peer.credentials);
    return is_open;
  };
  const Listener listener = listen(options).value();
  Connection refused = client_.connect(path_).value();
  bool is_refused = false;
  refused.set_closed_handler([&] { is_refused = true; });
  run_until(io_, [&] { return is_refused; });
  EXPECT_TRUE(accepted_.empty()) << "it never was a connection";
  ASSERT_EQ(asked.size(), 1U);
  EXPECT_EQ(asked[0], (PeerCredentials{::getuid(), ::getgid(), ::getpid()}));
  is_open = true;
  expect_reachable();
}

TEST_F(ListenerTest, ShowsTheProcessWhereTheKernelDoes) {
  ListenOptions options;
  bool is_asked = false;
  options.admits = [&](const ConnectingPeer& peer) {
    is_asked = true;
    if (!peer.process) return true;  // before Linux 6.5
    EXPECT_EQ(::fcntl(peer.process.get(), F_GETFD), FD_CLOEXEC);
    return true;
  };
  const Listener listener = listen(options).value();
  expect_reachable();
  EXPECT_TRUE(is_asked);
}

TEST_F(ListenerTest, MayBeDestroyedFromInsideItsQuestion) {
  std::unique_ptr<Listener> listener;
  ListenOptions options;
  options.admits = [&](const ConnectingPeer&) {
    listener.reset();
    return true;
  };
  listener = std::make_unique<Listener>(listen(options).value());
  const Connection connection = client_.connect(path_).value();
  run_until(io_, [&] { return listener == nullptr; });
  run_ready(io_);
  EXPECT_TRUE(accepted_.empty());
}

// ---- sockets that somebody else listens on
// -------------------------------------------------------

// Descriptor 4 is the second of the protocol. What this process has there is put aside meanwhile.
TEST_F(ListenerTest, TakesSocketsThatItWasStartedWith) {
  ::setenv("LISTEN_PID", std::to_string(::getpid()).c_str(), 1);
  ::setenv("LISTEN_FDS", "2", 1);
  ::setenv("LISTEN_FDNAMES", "control:data", 1);
  const auto take = [this](const std::string& name) {
    return runtime_.listen_inherited(
        name, [this](Connection connection) { accepted_.push_back(std::move(connection)); });
  };
  const auto nothing = take("other");
  ASSERT_FALSE(nothing);
  EXPECT_EQ(nothing.error().code(), Errc::kNotFound);

  const int saved = ::fcntl(4, F_DUPFD_CLOEXEC, 100);
  const UniqueFd socket = platform::listen_on(path_).value();
  ASSERT_EQ(::dup2(socket.get(), 4), 4);
  {
    const Listener listener = take("data").value();
    expect_reachable();
    EXPECT_FALSE(take("data")) << "once";
  }
  EXPECT_TRUE(path_exists()) << "its file is not ours";
  if (saved >= 0) {
    ::dup2(saved, 4);
    ::close(saved);
  }
  ::setenv("LISTEN_PID", "1", 1);
  EXPECT_FALSE(take("control")) << "meant for another process";
  for (const char* variable : {"LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"}) ::unsetenv(variable);
}

// ---- connecting ---------------------------------------------------------------------------------

TEST_F(ListenerTest, SaysThatNobodyListens) {
  Result<Connection> nothing = client_.connect(path_);
  ASSERT_FALSE(nothing);
  EXPECT_EQ(nothing.error().code(), errc::no_such_file_or_directory);
  EXPECT_EQ(nothing.error().message(), "connect(" + path_ + "): No such file or directory");

  leave_stale_socket();
  Result<Connection> stale = client_.connect(path_);
  ASSERT_FALSE(stale);
  EXPECT_EQ(stale.error().code(), errc::connection_refused);
  EXPECT_EQ(stale.error().message(), "connect(" + path_ + "): Connection refused");
}

TEST_F(ListenerTest, SaysThatTheFileIsNoSocket) {
  std::ofstream(path_) << "text";
  EXPECT_EQ(client_.connect(path_).error().code(), errc::connection_refused);
}

}  // namespace
}  // namespace ferrule::test
