// SPDX-License-Identifier: Apache-2.0
//
// In a folder that looks like the kernel's. What the kernel makes of the numbers is shown in
// tests/sandbox, where a group can be had.
#include "ferrule/sandbox/internal/control_group.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/temporary_folder.h"

namespace ferrule::test {
namespace {

using sandbox::ControlGroup;
using sandbox::find_control_group;
using sandbox::Limits;
using ::testing::HasSubstr;
namespace fs = std::filesystem;

constexpr const char* kMount = "31 24 0:27 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw\n";

TEST(FindControlGroupTest, FindsTheFolderOfTheProcess) {
  EXPECT_EQ(find_control_group("0::/user.slice/app\n", kMount).value(),
            "/sys/fs/cgroup/user.slice/app");
  EXPECT_EQ(find_control_group("0::/\n", kMount).value(), "/sys/fs/cgroup");
}

TEST(FindControlGroupTest, FindsItBesideGroupsOfVersion1) {
  EXPECT_EQ(find_control_group("4:memory:/a\n0::/b\n",
                               "30 24 0:26 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n"
                               "31 24 0:27 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n")
                .value(),
            "/sys/fs/cgroup/unified/b");
}

TEST(FindControlGroupTest, FindsItWhereOnlyAPartIsMounted) {
  EXPECT_EQ(find_control_group("0::/box/7/inner\n",
                               "31 24 0:27 /box/7 /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n")
                .value(),
            "/sys/fs/cgroup/inner");
}

TEST(FindControlGroupTest, SaysThatThereIsNone) {
  for (const auto& [cgroup, mounts] :
       {std::pair("4:memory:/a\n", kMount), std::pair("0::/a\n", ""), std::pair("", ""),
        std::pair("0::/a\n", "31 24 0:27 / /x rw - tmpfs tmpfs rw\n")}) {
    const auto found = find_control_group(cgroup, mounts);
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().message(), "no control groups of version 2");
  }
}

class ControlGroupTest : public ::testing::Test {
 protected:
  static constexpr pid_t kProcess = 4711;

  ControlGroupTest() { fs::create_directory(own_); }

  void put(const std::string& path, const std::string& text) {
    std::ofstream(folder_.file(path.c_str())) << text;
  }
  std::string text_of(const std::string& path) {
    std::ifstream file(folder_.file(path.c_str()));
    return {std::istreambuf_iterator<char>(file), {}};
  }
  /// The kernel makes these when the folder is made.
  void prepare(const std::string& group) {
    fs::create_directory(folder_.file(group.c_str()));
    for (const char* file : {"memory.max", "memory.swap.max", "pids.max", "cgroup.procs"}) {
      put(group + "/" + file, "");
    }
  }

  TemporaryFolder folder_;
  const std::string own_ = folder_.file("own");
  Limits limits_{.memory_bytes = uint64_t{1} << 30, .num_processes = 50};
};

TEST_F(ControlGroupTest, LimitsWhatIsInItTogether) {
  put("own/cgroup.subtree_control", "cpu memory pids\n");
  prepare("own/ferrule-4711");
  const auto group = ControlGroup::make(own_, limits_, kProcess);
  ASSERT_TRUE(group) << group.error().message();
  EXPECT_EQ(group->folder(), own_ + "/ferrule-4711");
  EXPECT_EQ(text_of("own/ferrule-4711/memory.max"), "1073741824");
  EXPECT_EQ(text_of("own/ferrule-4711/memory.swap.max"), "0");
  EXPECT_EQ(text_of("own/ferrule-4711/pids.max"), "50");
  EXPECT_EQ(text_of("own/ferrule-4711/cgroup.procs"), "4711");
}

TEST_F(ControlGroupTest, LimitsOnlyWhatThePolicyLimits) {
  put("own/cgroup.subtree_control", "memory\n");
  prepare("own/ferrule-4711");
  limits_.num_processes.reset();
  EXPECT_TRUE(ControlGroup::make(own_, limits_, kProcess));
  EXPECT_EQ(text_of("own/ferrule-4711/pids.max"), "");
  EXPECT_FALSE(ControlGroup::is_of_use({}));
}

TEST_F(ControlGroupTest, AsksForControllersThatAreThere) {
  put("own/cgroup.controllers", "cpu memory pids\n");
  put("own/cgroup.subtree_control", "pids\n");
  prepare("own/ferrule-4711");
  ASSERT_TRUE(ControlGroup::make(own_, limits_, kProcess));
  EXPECT_THAT(text_of("own/cgroup.subtree_control"), HasSubstr("+memory"));
}

TEST_F(ControlGroupTest, GoesBesideItsMakerIfItCannotGoBelow) {
  put("own/cgroup.controllers", "\n");
  put("cgroup.subtree_control", "memory pids\n");
  prepare("ferrule-4711");
  const auto group = ControlGroup::make(own_, limits_, kProcess);
  ASSERT_TRUE(group) << group.error().message();
  EXPECT_EQ(group->folder(), folder_.file("ferrule-4711"));
}

TEST_F(ControlGroupTest, SaysWhatIsNotThere) {
  auto group = ControlGroup::make(own_, limits_, kProcess);
  ASSERT_FALSE(group);
  EXPECT_EQ(group.error().message(), "no controller memory in " + own_);
  put("own/cgroup.subtree_control", "memory\n");
  group = ControlGroup::make(own_, limits_, kProcess);
  ASSERT_FALSE(group);
  EXPECT_EQ(group.error().message(), "no controller pids in " + own_);
}

TEST_F(ControlGroupTest, LeavesNothingBehind) {
  put("own/cgroup.subtree_control", "memory pids\n");
  // The files that the kernel would make are missing, so it fails half way.
  const auto group = ControlGroup::make(own_, limits_, kProcess);
  ASSERT_FALSE(group);
  EXPECT_THAT(group.error().message(), HasSubstr("memory.max"));
  EXPECT_FALSE(fs::exists(own_ + "/ferrule-4711"));
}

TEST_F(ControlGroupTest, GoesWithItsOwner) {
  put("own/cgroup.subtree_control", "memory pids\n");
  prepare("own/ferrule-4711");
  put("own/ferrule-4711/cgroup.kill", "");
  {
    auto group = ControlGroup::make(own_, limits_, kProcess).value();
    ControlGroup other = std::move(group);
    EXPECT_EQ(text_of("own/ferrule-4711/cgroup.kill"), "");
    // The kernel's files do not keep a folder from being removed; these do.
    for (const char* file : {"memory.max", "memory.swap.max", "pids.max", "cgroup.procs"}) {
      fs::remove(own_ + "/ferrule-4711/" + file);
    }
  }
  EXPECT_EQ(text_of("own/ferrule-4711/cgroup.kill"), "1") << "what still runs in it is killed";
  fs::remove(own_ + "/ferrule-4711/cgroup.kill");
}

}  // namespace
}  // namespace ferrule::test
