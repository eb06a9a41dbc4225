// SPDX-License-Identifier: Apache-2.0
#pragma once

// The times of ferrule/time.idl are std::chrono's.
#include <chrono>
