// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <sys/types.h>
#include <vector>

#include "ferrule/sandbox/policy.h"

namespace ferrule::sandbox {

/// A condition on one argument of a call: of its bits in `mask`, whether they are `value`. Where
/// the kernel takes an int it drops the upper half, and so must the mask: or a bit there hides a
/// value.
struct ArgumentRule {
  unsigned index = 0;
  uint64_t mask = ~uint64_t{0};
  uint64_t value = 0;

  friend bool operator==(const ArgumentRule&, const ArgumentRule&) = default;
};

/// A call that does not kill. The rules of one name are alternatives, the arguments of one rule are
/// conditions that must all hold.
struct CallRule {
  std::string name{};
  std::vector<ArgumentRule> arguments{};
  int answer = 0;  ///< 0: the call is made; else it is not, and fails with this errno

  friend bool operator==(const CallRule&, const CallRule&) = default;
};

/// When the list comes into force, and what is known by then.
struct CallContext {
  /// The list is put in force before the program is started: what the loader does is allowed.
  bool is_before_program = false;
  /// Where the path of that program lies in memory. The new program does not know, and cannot guess
  /// before a wrong guess kills it, so this one exec is the last one.
  uint64_t program_address = 0;
  /// The id that the process has for itself; 0: not known yet.
  pid_t process_id = 0;
};

/// The calls that a process under `policy` may make. Everything else kills it.
std::vector<CallRule> make_call_list(const Policy& policy, const CallContext& context);

}  // namespace ferrule::sandbox
