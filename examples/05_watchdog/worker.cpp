// SPDX-License-Identifier: Apache-2.0
#include "worker.h"

#include <cstdlib>
#include <iostream>
#include <unistd.h>
#include <utility>

#include <boost/asio/io_context.hpp>

#include "ferrule/ferrule.h"

#include "worker.idl.h"

namespace {

constexpr uint32_t kGoodPings = 3;

class Worker final : public watchdog::Worker {
 public:
  explicit Worker(std::string temper) : temper_(std::move(temper)) {}

 private:
  void Ping(ferrule::Reply<uint32_t> reply) override {
    if (++num_pings_ > kGoodPings && temper_ == "crashes") {
      std::cerr << "I have had enough\n";
      std::abort();
    }
    while (num_pings_ > kGoodPings && temper_ == "hangs") ::pause();
    reply(num_pings_);
  }

  const std::string temper_;
  uint32_t num_pings_ = 0;
};

}  // namespace

int run_worker(const std::string& temper) {
  boost::asio::io_context io;
  ferrule::Runtime runtime(io.get_executor());
  auto parent = runtime.accept_invitation();
  if (!parent) {
    std::cerr << "watchdog: " << parent.error().message() << '\n';
    return 1;
  }
  Worker worker(temper);
  ferrule::Receiver<watchdog::Worker> receiver(worker);
  parent->provide<watchdog::Worker>([&](ferrule::PendingReceiver<watchdog::Worker> pending) {
    receiver.bind(std::move(pending), io.get_executor());
  });
  // Here a real worker finishes what is under way.
  parent->set_stop_handler([&io] { io.stop(); });
  io.run();
  return 0;
}
