// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

/// What this program is when it is launched as a worker: it answers pings, and after some of them
/// does what `temper` says: "good" goes on, "crashes" and "hangs" do so.
int run_worker(const std::string& temper);
