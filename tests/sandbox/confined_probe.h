// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "ferrule/base/unique_fd.h"
#include "ferrule/platform/process.h"
#include "ferrule/sandbox/internal/entry_plan.h"
#include "ferrule/sandbox/observation.h"
#include "ferrule/sandbox/policy.h"
#include "ferrule/sandbox/report.h"

#include "support/temporary_folder.h"

namespace ferrule::test {

/// How an attempt ended: "works", "hidden", an errno as in "ENOENT", or "SIGSYS socket" for a call
/// that killed; and what was said meanwhile.
struct Outcome {
  std::string text;
  std::string errors;       ///< standard error
  std::string lock_report;  ///< of the second step, as text
  sandbox::Report start_report;
};

/// What is there to be attacked, beside a program that attacks it from inside a sandbox: a listener
/// on loopback and one with an abstract name, shared memory, sealed memory.
class ConfinedProbe {
 public:
  ConfinedProbe();
  ConfinedProbe(const ConfinedProbe&) = delete;
  ConfinedProbe& operator=(const ConfinedProbe&) = delete;
  ~ConfinedProbe();

  /// Lets the program enter `policy` in two steps (or before it starts) and try.
  Outcome attempt(const sandbox::Policy& policy, const std::string& name,
                  sandbox::Step step = sandbox::Step::kStart);
  /// The arguments that the attempt needs.
  std::vector<std::string> arguments_of(const std::string& name) const;

  /// A program that has entered `policy` and waits; looked at from outside.
  sandbox::Observation observe(const sandbox::Policy& policy);

  const TemporaryFolder& folder() const { return folder_; }

 private:
  TemporaryFolder folder_;
  UniqueFd loopback_;
  int port_ = 0;
  UniqueFd abstract_;
  std::string abstract_name_;
  int shared_memory_key_ = 0;
  int shared_memory_ = -1;
  std::string private_file_;
  std::string setuid_program_;
};

/// Why these tests mean nothing in this build; nullptr if they do. The run time libraries of
/// sanitizers make calls of their own and reserve terabytes, inside the program that is confined.
const char* reason_to_skip();

}  // namespace ferrule::test
