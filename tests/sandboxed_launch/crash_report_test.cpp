// SPDX-License-Identifier: Apache-2.0
// What is known of a program that died: which call it was in, from inside a sandbox and without.
#include <csignal>
#include <fcntl.h>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/io_context.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ferrule/ferrule.h"

#include "probe.idl.h"
#include "sandboxed_launch/answered_call.h"
#include "support/io_loop.h"

namespace ferrule::test {
namespace {

using sandbox::Policy;
using ::testing::AnyOf;
using ::testing::EndsWith;

class CrashReportTest : public ::testing::TestWithParam<bool> {
 protected:
  void SetUp() override {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    if (GetParam()) GTEST_SKIP() << "the sanitizer reserves terabytes";
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
    if (GetParam()) GTEST_SKIP() << "the sanitizer reserves terabytes";
#endif
#endif
    SupervisorOptions options;
    options.launch = {.program = FERRULE_PROBE_PROGRAM};
    if (GetParam()) options.launch.sandbox = Policy::decoder();
    options.restart.crash_budget = 0;
    options.on_started = [this](ChildProcess& child) {
      probe_.bind(child.connection().request<Probe>(), io_.get_executor());
    };
    options.on_ended = [this](const CrashReport& report, auto) { report_ = report; };
    supervisor_ = Supervisor(runtime_, std::move(options));
    ASSERT_TRUE(supervisor_.start());
  }

  const CrashReport& wait_for_report() {
    run_until(io_, [this] { return report_.has_value(); });
    return *report_;
  }
  void add() { call_add(io_, probe_); }

  boost::asio::io_context io_{1};
  Runtime runtime_{io_.get_executor()};
  Supervisor supervisor_;
  Remote<Probe> probe_;
  std::optional<CrashReport> report_;
};

TEST_P(CrashReportTest, NamesTheMethodThatAborts) {
  add();
  probe_->Touch(UniqueFd(::open("/dev/null", O_RDONLY | O_CLOEXEC)));  // cannot be written
  const CrashReport& report = wait_for_report();
  // The first process of a pid namespace is not killed by SIGABRT, and dies of what comes after.
  EXPECT_THAT(report.status.signal, AnyOf(SIGABRT, SIGSEGV));
  EXPECT_EQ(report.last_calls, (std::vector<LastCall>{{"ferrule.test.Probe", "Touch", true}}));
  EXPECT_THAT(report.to_text(), EndsWith("; in ferrule.test.Probe.Touch"));
}

TEST_P(CrashReportTest, NamesTheMethodThatEndsTheProcess) {
  probe_->Die();
  EXPECT_EQ(wait_for_report().to_text(), "exit code 7; in ferrule.test.Probe.Die");
}

TEST_P(CrashReportTest, NamesTheLastMethodOfAProgramThatWaits) {
  add();
  EXPECT_EQ(supervisor_.child()->last_calls(),
            (std::vector<LastCall>{{"ferrule.test.Probe", "Add", false}}));
  supervisor_.kill("enough");
  EXPECT_EQ(wait_for_report().to_text(),
            "killed by signal 9 (Killed); enough; after ferrule.test.Probe.Add");
}

TEST_P(CrashReportTest, NamesNoMethodWhereNoneWasCalled) {
  supervisor_.kill("enough");
  EXPECT_EQ(wait_for_report().to_text(), "killed by signal 9 (Killed); enough");
}

INSTANTIATE_TEST_SUITE_P(All, CrashReportTest, ::testing::Bool(),
                         [](const auto& one) { return one.param ? "Sandboxed" : "Free"; });

}  // namespace
}  // namespace ferrule::test
