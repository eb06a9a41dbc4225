// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <mutex>

namespace ferrule {

/// A leaf lock: held for lines, not pages; no other lock is taken and no callback runs under it.
/// One name for all of them, so that a search finds every lock of the runtime.
using Mutex = std::mutex;
using MutexLock = std::lock_guard<Mutex>;

}  // namespace ferrule
