// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <set>
#include <string>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include "ferrule/ferrule.h"

#include "server/shared_memory.h"
#include "worker.idl.h"

namespace prefork {

/// Answers requests on the connections that it is handed. Executor-bound.
class WebWorker final : public Worker {
 public:
  /// What it returns keeps the program from ending.
  using Hold = std::function<std::shared_ptr<void>()>;

  explicit WebWorker(boost::asio::io_context& io) : io_(io), grace_(io) {}
  void set_hold(Hold hold) { hold_ = std::move(hold); }

  /// Each connection gets one more answer, if there is one more question, and is closed.
  void begin_to_end();

 private:
  struct Session {
    boost::asio::ip::tcp::socket& socket;
    bool is_idle = true;
  };

  void Start(std::string name, ferrule::UniqueFd counters, ferrule::UniqueFd configuration,
             ferrule::Reply<> reply) override;
  void Configure(ferrule::UniqueFd configuration, ferrule::Reply<> reply) override;
  void Serve(ferrule::UniqueFd connection) override;

  boost::asio::awaitable<void> serve(boost::asio::ip::tcp::socket socket);
  boost::asio::awaitable<void> answer_all(Session& session);

  boost::asio::io_context& io_;
  std::string name_;
  Hold hold_;
  std::shared_ptr<SharedMemory> counters_memory_;
  Counters* counters_ = nullptr;  // in it
  Configuration configuration_;
  std::set<Session*> sessions_;
  bool is_ending_ = false;
  boost::asio::steady_timer grace_;
};

/// What this program is when it is launched as a worker. Returns its exit code.
int run_worker();

}  // namespace prefork
