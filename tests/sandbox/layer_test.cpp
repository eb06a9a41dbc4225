// SPDX-License-Identifier: Apache-2.0
// Each layer is proven by itself: with it alone an attempt is refused that works without any. And
// each is proven to be part of the whole: taken out of a policy, it is seen to be gone.
#include <string>
#include <unistd.h>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ferrule/sandbox/policy.h"

#include "sandbox/confined_probe.h"

namespace ferrule::test {
namespace {

using sandbox::Layer;
using sandbox::LayerState;
using sandbox::Need;
using sandbox::Policy;
using sandbox::Seen;

bool is_root() { return ::geteuid() == 0; }

struct AloneCase {
  Layer layer;
  const char* attempt;
  const char* refusal;      // what comes out with the layer
  bool needs_root = false;  // without, it is refused anyway
};

const AloneCase kAlone[] = {
    {Layer::kUserNamespace, "name-host", "EPERM", true},
    {Layer::kPidNamespace, "signal-parent", "ESRCH"},
    {Layer::kPidNamespace, "debug-parent", "ESRCH"},
    {Layer::kNetNamespace, "connect-loopback", "ENETUNREACH"},
    {Layer::kNetNamespace, "connect-abstract", "ECONNREFUSED"},
    {Layer::kMountNamespace, "open-file", "ENOENT"},
    {Layer::kMountNamespace, "create-file", "ENOENT"},
    {Layer::kMountNamespace, "open-program-to-write", "EROFS", true},
    {Layer::kIpcNamespace, "find-shared-memory", "ENOENT"},
    {Layer::kUtsNamespace, "learn-host-name", "hidden"},
    {Layer::kIdentity, "open-given-file", "EACCES", true},
    {Layer::kNoNewPrivileges, "start-given-program", "hidden", true},
    {Layer::kCapabilities, "change-root", "EPERM", true},
    {Layer::kCapabilities, "have-capability-to-come", "hidden", true},
    {Layer::kSeccomp, "keyring", "SIGSYS keyctl"},
    {Layer::kSeccomp, "replace-sigsys-handler", "SIGSYS rt_sigaction"},
    {Layer::kLandlock, "open-file", "EACCES"},
    {Layer::kLandlock, "create-file", "EACCES"},
    {Layer::kLimits, "take-memory", "ENOMEM"},
    {Layer::kLimits, "take-descriptors", "EMFILE"},
    {Layer::kNonDumpable, "be-dumped", "hidden"},
    {Layer::kControlGroup, "fork-many", "EAGAIN"},
};

bool is_namespace(Layer layer) { return layer <= Layer::kCgroupNamespace; }

/// Nothing is forbidden but what the layer forbids by itself.
Policy alone(Layer layer) {
  Policy policy = Policy::none();
  policy.require(layer).memory_limit(uint64_t{1} << 30).descriptor_limit(64);
  if (layer == Layer::kMountNamespace || layer == Layer::kLandlock) policy.allow_system_files();
  if (layer == Layer::kControlGroup) policy.process_limit(8);
  // An ordinary user makes no other namespace without one of users; a list of calls needs this.
  if (is_namespace(layer) && !is_root()) policy.require(Layer::kUserNamespace);
  if (layer == Layer::kSeccomp || layer == Layer::kLandlock)
    policy.require(Layer::kNoNewPrivileges);
  return policy;
}

/// Of both steps.
std::string reports_of(const Outcome& outcome) {
  return to_text(outcome.start_report) + outcome.lock_report;
}

class LayerTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (const char* reason = reason_to_skip()) GTEST_SKIP() << reason;
  }
  ConfinedProbe probe_;
};

TEST_F(LayerTest, EachRefusesSomethingByItself) {
  for (const AloneCase& entry : kAlone) {
    if (entry.needs_root && !is_root()) continue;
    const std::string what = std::string(to_name(entry.layer)) + ", " + entry.attempt;
    EXPECT_EQ(probe_.attempt(Policy::none(), entry.attempt).text, "works") << what;
    const Outcome outcome = probe_.attempt(alone(entry.layer), entry.attempt);
    if (outcome.text.starts_with("does not start") ||
        outcome.errors.find(": no ") != std::string::npos) {
      std::cout << "this system has no " << to_name(entry.layer) << ": " << outcome.text
                << outcome.errors << '\n';
      continue;
    }
    EXPECT_EQ(outcome.text, entry.refusal) << what << '\n' << outcome.errors << outcome.lock_report;
  }
}

// Landlock is not shown by the kernel: its own report stands for it.
TEST_F(LayerTest, EachIsMissedWhenItIsTakenOut) {
  for (const Layer layer : sandbox::all_layers()) {
    Policy whole = Policy::decoder();
    // Who becomes another user loses its capabilities, and is not dumped, for that alone.
    const bool comes_with_identity = layer == Layer::kCapabilities || layer == Layer::kNonDumpable;
    if (comes_with_identity) whole.without(Layer::kIdentity);
    Policy policy = whole;
    policy.without(layer);
    const sandbox::Observation seen = probe_.observe(whole);
    if (seen.layers[layer] == Seen::kYes) {
      // Without a namespace of users nobody else may make the others.
      if (layer == Layer::kUserNamespace && !is_root()) continue;
      // What forbids new privileges lets an ordinary user have a list of calls at all.
      if (layer == Layer::kNoNewPrivileges && !is_root()) continue;
      EXPECT_NE(probe_.observe(policy).layers[layer], Seen::kYes) << to_name(layer);
      continue;
    }
    const std::string line = std::string(to_name(layer)) + ": ";
    const std::string with = reports_of(probe_.attempt(whole, "nothing"));
    if (with.find(line + "in force") == std::string::npos) {
      std::cout << "this system has no " << to_name(layer) << ":\n" << with;
      EXPECT_THAT(with, ::testing::HasSubstr(line + "missing, ")) << "missing, and told";
      continue;
    }
    EXPECT_THAT(reports_of(probe_.attempt(policy, "nothing")),
                ::testing::Not(::testing::HasSubstr(line)));
  }
}

TEST_F(LayerTest, IsRefusedWhereItIsRequiredAndCannotBe) {
  // Before a program starts this one can never be had: starting makes every process dumpable.
  Policy policy = Policy::decoder();
  policy.require(Layer::kNonDumpable);
  const Outcome outcome = probe_.attempt(policy, "nothing", sandbox::Step::kWhole);
  EXPECT_THAT(outcome.text,
              ::testing::HasSubstr("sandbox decoder: no non-dumpable: execve undoes it"));
}

TEST_F(LayerTest, SaysWhyThereIsNoControlGroup) {
  Policy policy = Policy::decoder();
  const auto report = probe_.attempt(policy, "nothing").start_report[Layer::kControlGroup];
  if (report.state == LayerState::kInForce) GTEST_SKIP() << "there is one";
  EXPECT_EQ(report.state, LayerState::kMissing);
  EXPECT_NE(report.reason, "");
  policy.require(Layer::kControlGroup);
  EXPECT_THAT(probe_.attempt(policy, "nothing").text,
              ::testing::HasSubstr("sandbox decoder: no control-group: " + report.reason));
}

TEST_F(LayerTest, NeedsNoControlGroupWhereNothingIsLimited) {
  Policy policy = Policy::none();
  policy.require(Layer::kControlGroup);
  const Outcome outcome = probe_.attempt(policy, "nothing");
  EXPECT_EQ(outcome.text, "works");
  EXPECT_EQ(outcome.start_report[Layer::kControlGroup].state, LayerState::kOff);
}

TEST_F(LayerTest, NeverOutlivesTheParent) {
  // The kernel forgets that order when a process becomes another user.
  for (const sandbox::Step step : {sandbox::Step::kStart, sandbox::Step::kWhole}) {
    EXPECT_EQ(probe_.attempt(Policy::decoder(), "outlive-parent", step).text, "hidden");
  }
}

TEST_F(LayerTest, HoldsAProgramThatKnowsNothingOfIt) {
  for (const auto& [attempt, refusal] :
       {std::pair("open-file", "ENOENT"), std::pair("signal-parent", "SIGSYS"),
        std::pair("start-program", "SIGSYS"), std::pair("fork-many", "SIGSYS"),
        std::pair("connect-loopback", "SIGSYS"), std::pair("take-memory", "ENOMEM")}) {
    const Outcome outcome = probe_.attempt(Policy::renderer(), attempt, sandbox::Step::kWhole);
    EXPECT_EQ(outcome.text, refusal) << attempt << '\n' << outcome.errors;
  }
}

}  // namespace
}  // namespace ferrule::test
