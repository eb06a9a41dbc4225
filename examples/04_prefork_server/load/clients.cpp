// SPDX-License-Identifier: Apache-2.0
#include "load/clients.h"

#include <cstdlib>
#include <memory>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;

namespace {
constexpr auto kToken = asio::as_tuple(asio::use_awaitable);

/// The kernel keeps the number of each for some time, and has 28,000.
constexpr std::chrono::milliseconds kBetweenConnections{10};
}  // namespace

uint64_t Clients::Counts::num_failed() const {
  uint64_t num = 0;
  for (const auto& [worker, num_of_worker] : failed) num += num_of_worker;
  return num;
}

void Clients::start(size_t num_clients, std::function<void()> on_ended) {
  auto num_left = std::make_shared<size_t>(num_clients);
  for (size_t i = 0; i < num_clients; ++i) {
    asio::co_spawn(io_, run(i % 10 != 0), [num_left, on_ended](const std::exception_ptr&) {
      if (--*num_left == 0) on_ended();
    });
  }
}

asio::awaitable<void> Clients::run(bool keeps_connection) {
  for (;;) {
    tcp::socket socket(io_);
    const auto [error] =
        co_await socket.async_connect({asio::ip::address_v4::loopback(), port_}, kToken);
    if (error && is_ending_) co_return;
    if (error) {
      ++counts_.num_refused;
      continue;
    }
    ++counts_.num_connections;
    co_await ask_all(socket, keeps_connection);
    if (keeps_connection) continue;
    asio::steady_timer pause(io_, kBetweenConnections);
    co_await pause.async_wait(kToken);
  }
}

asio::awaitable<void> Clients::ask_all(tcp::socket& socket, bool keeps_connection) {
  boost::beast::flat_buffer buffer;
  std::string worker;
  http::request<http::empty_body> request(http::verb::get, "/", 11);
  request.set(http::field::host, "127.0.0.1");
  request.keep_alive(keeps_connection);
  for (;;) {
    http::response<http::string_body> response;
    const auto [write_error, num_written] = co_await http::async_write(socket, request, kToken);
    bool is_answered = false;
    if (!write_error) {
      const auto [read_error, num_read] =
          co_await http::async_read(socket, buffer, response, kToken);
      is_answered = !read_error;
    }
    if (!is_answered) {
      ++counts_.failed[worker];
      co_return;
    }
    ++counts_.num_answered;
    if (response.result() != http::status::ok || response.body() != "It works.\n") {
      ++counts_.num_wrong;
    }
    worker = std::string(response["X-Worker"]);
    counts_.last_configuration = static_cast<uint32_t>(
        std::strtoul(std::string(response["X-Configuration"]).c_str(), nullptr, 10));
    if (!response.keep_alive()) co_return;
  }
}
