// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

/// Clients that ask one thing after the other and count every request. Nine in ten keep their
/// connection, the tenth makes a new one each time. Executor-bound.
class Clients {
 public:
  struct Counts {
    uint64_t num_connections = 0;
    uint64_t num_refused = 0;  ///< connections that were not made
    uint64_t num_answered = 0;
    uint64_t num_wrong = 0;  ///< answers that are none
    /// Requests without an answer, by the worker that had answered on the same connection before;
    /// under no name where nobody had.
    std::map<std::string, uint64_t> failed{};
    uint32_t last_configuration = 0;

    uint64_t num_failed() const;
  };

  Clients(boost::asio::io_context& io, uint16_t port) : io_(io), port_(port) {}

  /// `on_ended` is called when all have ended.
  void start(size_t num_clients, std::function<void()> on_ended);
  /// From now on whoever is refused ends.
  void expect_the_end() { is_ending_ = true; }
  const Counts& counts() const { return counts_; }

 private:
  boost::asio::awaitable<void> run(bool keeps_connection);
  boost::asio::awaitable<void> ask_all(boost::asio::ip::tcp::socket& socket, bool keeps_connection);

  boost::asio::io_context& io_;
  const uint16_t port_;
  Counts counts_;
  bool is_ending_ = false;
};
