// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <sys/types.h>

#include "ferrule/base/result.h"

namespace ferrule::platform {

/// What is done to a new process before it becomes the program that was asked for. With one, the
/// process is made as by fork(2): with a copy of our memory, so that what it does to itself cannot
/// reach us. Borrowed for the length of `Process::start`.
class ProcessSetup {
 public:
  virtual ~ProcessSetup() = default;

  /// Flags of clone(2) for namespaces.
  virtual uint64_t clone_flags() const = 0;
  /// The kernel refused these flags. True: ask for the flags once more, there are others now.
  virtual bool on_clone_refused(int error_number) = 0;
  /// Where the path of the program is to lie in memory while it is started.
  virtual const char* place_program(const std::string& program) { return program.c_str(); }

  /// In this process, while the new one waits.
  virtual Result<void> prepare(pid_t child) = 0;
  /// In the new process, which has its descriptors already. Nothing but system calls, through
  /// ::syscall: another thread may have held any lock when the memory was copied.
  virtual bool apply() noexcept = 0;
  /// Written by `apply`, there; read by `on_applied`, here.
  virtual std::span<std::byte> results() noexcept = 0;
  /// In this process: `results` holds what the new process wrote. An error ends it.
  virtual Result<void> on_applied() = 0;
};

}  // namespace ferrule::platform
