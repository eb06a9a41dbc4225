// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstddef>
#include <memory>
#include <sys/resource.h>
#include <utility>
#include <vector>

#include <boost/asio/io_context.hpp>

#include <gtest/gtest.h>

#include "ferrule/ferrule.h"

#include "rights.idl.h"
#include "support/io_loop.h"
#include "support/process_counts.h"
#include "support/temporary_folder.h"

namespace ferrule::test {
namespace {

constexpr size_t kMostClients = 2000;
/// Fewer than the queue of those who wait to be accepted holds.
constexpr size_t kAtOnce = 50;

/// Both ends of each connection are in this process. Some descriptors are left for all else.
size_t num_clients_possible() {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
  return std::min<size_t>(kMostClients, (static_cast<size_t>(limit.rlim_cur) - 100) / 2);
}

class AnswerImpl final : public Confined {
  void Ask(Reply<int32_t> reply) override { reply(42); }
};

class ManyClientsTest : public ::testing::Test {
 protected:
  void connect_one() {
    connections_.push_back(clients_.connect(path_).value());
    remotes_.push_back(std::make_unique<Remote<Confined>>(connections_.back().request<Confined>(),
                                                          io_.get_executor()));
    (*remotes_.back())->Ask([this](error_code error, int32_t) { num_answers_ += error ? 0 : 1; });
  }
  void accept(Connection connection) {
    auto accepted = std::make_shared<Connection>(std::move(connection));
    accepted->provide<Confined>([this](PendingReceiver<Confined> pending) {
      receivers_.add(answer_, std::move(pending), io_.get_executor());
    });
    ++num_open_;
    accepted->set_closed_handler([this, accepted](const Error&) mutable {
      accepted.reset();
      --num_open_;
    });
  }
  /// So many clients come, are answered and go.
  void serve(size_t num_clients) {
    const size_t wanted = num_answers_ + num_clients;
    for (size_t i = 0; i < num_clients; ++i) {
      connect_one();
      if (i % kAtOnce == kAtOnce - 1) run_ready(io_);
    }
    run_until(io_, [&] { return num_answers_ == wanted && num_open_ == num_clients; });
    for (const auto& remote : remotes_)
      (*remote)->Ask([this](error_code error, int32_t) { num_answers_ += error ? 0 : 1; });
    run_until(io_, [&] { return num_answers_ == wanted + num_clients; });
    remotes_.clear();
    connections_.clear();
    run_until(io_, [&] { return num_open_ == 0 && receivers_.empty(); });
    run_ready(io_);
  }

  TemporaryFolder folder_;
  const std::string path_ = folder_.file("socket");
  boost::asio::io_context io_{1};
  Runtime runtime_{io_.get_executor()};
  Runtime clients_{io_.get_executor()};
  AnswerImpl answer_;
  ReceiverSet<Confined> receivers_;
  std::vector<Connection> connections_;
  std::vector<std::unique_ptr<Remote<Confined>>> remotes_;
  size_t num_answers_ = 0;
  size_t num_open_ = 0;
};

TEST_F(ManyClientsTest, AreServedByOneListenerAndLeaveNothingBehind) {
  const size_t num_clients = num_clients_possible();
  const Listener listener =
      runtime_.listen(path_, [this](Connection connection) { accept(std::move(connection)); })
          .value();
  serve(10);  // what is made once is made now
  const auto before = count_process();
  const size_t num_ports = runtime_.num_ports() + clients_.num_ports();
  serve(num_clients);
  EXPECT_EQ(runtime_.num_ports() + clients_.num_ports(), num_ports);
  const auto after = count_process();
  EXPECT_EQ(after, before);
  RecordProperty("clients", static_cast<int>(num_clients));
}

}  // namespace
}  // namespace ferrule::test
