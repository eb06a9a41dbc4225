// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/asio/io_context.hpp>

#include <gtest/gtest.h>

#include "ferrule/ferrule.h"

#include "probe.idl.h"
#include "support/io_loop.h"

namespace ferrule::test {

/// Calls `Probe.Add`, and waits for the answer.
inline void call_add(boost::asio::io_context& io, Remote<Probe>& probe) {
  bool is_answered = false;
  probe->Add(2, 3, [&](error_code error, int32_t) {
    EXPECT_FALSE(error) << error.message();
    is_answered = true;
  });
  run_until(io, [&] { return is_answered; });
}

}  // namespace ferrule::test
