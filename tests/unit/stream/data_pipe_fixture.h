// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>

#include <gtest/gtest.h>

#include "ferrule/stream/data_pipe.h"

#include "support/io_loop.h"

namespace ferrule::test {

/// What became of an operation.
struct Outcome {
  std::optional<error_code> error;
  size_t num_bytes = 0;

  bool is_done() const { return error.has_value(); }
  auto store() {
    return [this](error_code result, size_t n = 0) {
      EXPECT_FALSE(error.has_value()) << "completed twice";
      error = result;
      num_bytes = n;
    };
  }
};

inline std::string text_of(const std::vector<uint8_t>& bytes, size_t n) {
  return {bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(n)};
}

/// Both ends of a pipe in this process.
class DataPipeTest : public ::testing::Test {
 protected:
  void open(size_t capacity) {
    auto pipe = make_data_pipe({.capacity = capacity});
    ASSERT_TRUE(pipe.ok()) << pipe.error().message();
    producer_ = DataPipeProducer(io_.get_executor(), std::move(pipe->producer));
    consumer_ = DataPipeConsumer(io_.get_executor(), std::move(pipe->consumer));
    ASSERT_TRUE(producer_.is_open() && consumer_.is_open());
  }

  /// Runs until an operation is done.
  void finish(const Outcome& outcome) {
    run_until(io_, [&outcome] { return outcome.is_done(); });
  }

  Outcome write(const std::string& text) {
    Outcome outcome;
    boost::asio::async_write(producer_, boost::asio::buffer(text), outcome.store());
    finish(outcome);
    return outcome;
  }
  /// Reads once: the text, or the name of the error.
  std::string read(size_t max = 1024) {
    std::vector<uint8_t> bytes(max);
    Outcome outcome;
    consumer_.async_read_some(boost::asio::buffer(bytes), outcome.store());
    finish(outcome);
    return *outcome.error ? outcome.error->message() : text_of(bytes, outcome.num_bytes);
  }
  error_code read_error() {
    std::vector<uint8_t> bytes(16);
    Outcome outcome;
    consumer_.async_read_some(boost::asio::buffer(bytes), outcome.store());
    finish(outcome);
    return *outcome.error;
  }
  error_code write_error() {
    Outcome outcome;
    producer_.async_write_some(boost::asio::buffer("x", 1), outcome.store());
    finish(outcome);
    return *outcome.error;
  }

  boost::asio::io_context io_;
  DataPipeProducer producer_;
  DataPipeConsumer consumer_;
};

}  // namespace ferrule::test
