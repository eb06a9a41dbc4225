// SPDX-License-Identifier: Apache-2.0
// Locks itself, if it is told a policy, and then tries one thing for real. Ends with 0 if that
// worked, with the errno that refused it, or by the signal that it cost.
//   sandbox_probe [--lock] ATTEMPT [ARGUMENT...]      the policy is in SANDBOX_PROBE_POLICY
#include <cstdlib>
#include <iostream>
#include <string>
#include <unistd.h>
#include <vector>

#include "ferrule/sandbox/lock.h"
#include "ferrule/sandbox/policy_text.h"

#include "programs/sandbox_attempts.h"

namespace {

constexpr int kCannotLock = 250;
constexpr int kNoSuchAttempt = 251;

bool lock() {
  const auto policy = ferrule::sandbox::parse_policy(std::getenv("SANDBOX_PROBE_POLICY"));
  if (!policy) {
    std::cerr << policy.error().message() << '\n';
    return false;
  }
  const auto report = ferrule::sandbox::lock_process(*policy);
  if (!report) {
    std::cerr << report.error().message() << '\n';
    return false;
  }
  std::cout << to_text(*report) << "locked\n" << std::flush;
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<std::string> words(argv + 1, argv + argc);
  if (!words.empty() && words.front() == "--lock") {
    words.erase(words.begin());
    if (!lock()) return kCannotLock;
  }
  if (words.empty()) return kNoSuchAttempt;
  const std::string name = words.front();
  words.erase(words.begin());
  for (const ferrule::test::Attempt& attempt : ferrule::test::all_attempts()) {
    // Not by way of exit: what libraries do at their end is not what is tried.
    if (attempt.name == name) ::_exit(attempt.run(words));
  }
  return kNoSuchAttempt;
}
