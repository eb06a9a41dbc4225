// SPDX-License-Identifier: Apache-2.0
// That a lock holds is shown by tests/sandbox, with programs that lock themselves. Here is what it
// refuses, which leaves this process as it was.
#include "ferrule/sandbox/lock.h"

#include <array>
#include <condition_variable>
#include <fcntl.h>
#include <mutex>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ferrule/base/unique_fd.h"
#include "ferrule/sandbox/internal/leaks.h"

#include "support/temporary_folder.h"

namespace ferrule::sandbox {
namespace {

using ::testing::HasSubstr;

std::string refusal(std::span<const int> known_sockets = {}) {
  const Result<void> checked = check_descriptors(known_sockets);
  return checked ? "nothing" : checked.error().message();
}

TEST(LockTest, DoesNothingWithoutALayer) {
  EXPECT_TRUE(lock_process(Policy::none()));
  EXPECT_EQ(::prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0), 0);
}

TEST(LockTest, RefusesBesideAnotherThread) {
  std::mutex mutex;
  std::unique_lock lock(mutex);
  std::thread other([&mutex] { const std::lock_guard wait(mutex); });
  const Result<Report> report = lock_process(Policy::renderer());
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code(), Errc::kAccessDenied);
  EXPECT_THAT(report.error().message(), HasSubstr("another thread"));
  EXPECT_EQ(::prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0), 0) << "nothing was changed";
  lock.unlock();
  other.join();
}

TEST(LockTest, SeesThatAThreadHasGone) {
#if defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "the thread sanitizer has a thread of its own";
#endif
  for (int i = 0; i < 50; ++i) {
    std::thread([] {}).join();
    EXPECT_TRUE(check_single_thread());
  }
}

TEST(LockTest, RefusesDescriptorsThatLeadOut) {
  const test::TemporaryFolder folder;
  // Whoever runs the tests may have left us something, too.
  if (refusal() != "nothing") GTEST_SKIP() << "started with a descriptor too many: " << refusal();
  {
    const UniqueFd fd(::open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    EXPECT_THAT(refusal(), HasSubstr(std::to_string(fd.get()) + " is a folder"));
    EXPECT_FALSE(lock_process(Policy::renderer()));
  }
  {
    const UniqueFd fd(::open(folder.file("x").c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
    EXPECT_THAT(refusal(), HasSubstr("a file to write"));
  }
  {
    const UniqueFd fd(::open(folder.file("x").c_str(), O_RDONLY | O_CLOEXEC));
    EXPECT_EQ(refusal(), "nothing") << "what was loaded may be read on";
  }
  {
    const UniqueFd fd(::open("/dev/ptmx", O_RDWR | O_CLOEXEC | O_NOCTTY));
    if (fd) {
      EXPECT_THAT(refusal(), HasSubstr("a device"));
    }
  }
  {
    const UniqueFd fd(::open("/dev/null", O_RDWR | O_CLOEXEC));
    EXPECT_EQ(refusal(), "nothing");
  }
  const UniqueFd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  EXPECT_THAT(refusal(), HasSubstr("a socket"));
  EXPECT_EQ(refusal(std::array{socket.get()}), "nothing");
}

}  // namespace
}  // namespace ferrule::sandbox
