// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/io_context.hpp>

#include <gtest/gtest.h>

#include "ferrule/bindings/receiver.h"
#include "ferrule/bindings/remote.h"

#include "support/io_loop.h"
#include "unit/bindings/fake_pipe.h"

namespace ferrule::test {

/// A remote and a receiver of a calculator; what goes from one to the other, the test carries.
class ConnectedFixture : public ::testing::Test {
 protected:
  ConnectedFixture() {
    receiver_.set_disconnect_handler([this](const Error& why) { reason_ = why; });
  }

  /// Brings what each side sent to the other, until there is nothing left.
  void exchange() {
    run_ready(io_);
    while (!there_.sent().empty() || !here_.sent().empty()) {
      for (auto& message : std::exchange(there_.sent(), {})) here_.put(std::move(message));
      here_.signal();
      run_ready(io_);
      for (auto& message : std::exchange(here_.sent(), {})) there_.put(std::move(message));
      there_.signal();
      run_ready(io_);
    }
  }
  auto record(const std::string& name) {
    return [this, name](error_code error, int32_t sum) {
      events_.push_back(name + ": " + (error ? error.message() : std::to_string(sum)));
    };
  }
  /// Nobody has a complaint.
  void expect_fine() {
    EXPECT_TRUE(remote_.is_connected());
    EXPECT_TRUE(receiver_.is_connected());
    EXPECT_TRUE(here_.reported().empty());
    EXPECT_TRUE(there_.reported().empty());
  }

  boost::asio::io_context io_{1};
  FakePipe there_;  // where the remote sends
  FakePipe here_;   // where the receiver does
  TestCalculator calculator_;
  std::vector<std::string> events_;
  std::optional<Error> reason_;
  Remote<sample::Calculator> remote_{PendingRemote<sample::Calculator>(there_.take_end()),
                                     io_.get_executor()};
  Receiver<sample::Calculator> receiver_{
      calculator_, PendingReceiver<sample::Calculator>(here_.take_end()), io_.get_executor()};
};

}  // namespace ferrule::test
