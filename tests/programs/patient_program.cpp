// SPDX-License-Identifier: Apache-2.0
// Serves for as long as it is let, and ends in good order:
//   patient_program DEADLINE_IN_MILLISECONDS [SOCKET]
#include <cstdlib>
#include <iostream>
#include <memory>
#include <unistd.h>
#include <utility>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

#include "ferrule/ferrule.h"

#include "patience.idl.h"

namespace {

namespace asio = boost::asio;
using ferrule::test::Patience;

class PatienceImpl final : public Patience {
 public:
  explicit PatienceImpl(asio::io_context& io) : io_(io) {}

  void provide(ferrule::Connection& connection) {
    connection.provide<Patience>([this](ferrule::PendingReceiver<Patience> pending) {
      receivers_.add(*this, std::move(pending), io_.get_executor());
    });
  }

 private:
  void Work(ferrule::UniqueFd begun, ferrule::UniqueFd until, uint32_t num_bytes,
            ferrule::Reply<ferrule::Bytes> reply) override {
    auto end = std::make_shared<asio::posix::stream_descriptor>(io_, until.release());
    end->async_wait(asio::posix::stream_descriptor::wait_read,
                    [end, num_bytes, reply = std::move(reply)](ferrule::error_code) mutable {
                      reply(ferrule::Bytes(std::vector<uint8_t>(num_bytes)));
                    });
    if (::write(begun.get(), "b", 1) != 1) std::abort();
  }
  void Touch(ferrule::Reply<> reply) override { reply(); }

  asio::io_context& io_;
  ferrule::ReceiverSet<Patience> receivers_;
};

}  // namespace

int main(int argc, char** argv) {
  asio::io_context io{1};
  ferrule::Runtime runtime(io.get_executor());
  PatienceImpl patience(io);
  auto parent = runtime.accept_invitation();
  if (!parent || argc < 2) {
    std::cerr << "patient_program: called by hand\n";
    return 2;
  }
  parent->set_closed_handler([&io] { io.stop(); });
  ferrule::GracefulShutdown shutdown(runtime,
                                     {.deadline = std::chrono::milliseconds(std::atoi(argv[1])),
                                      .on_begin = [] { std::cout << "ending" << std::endl; },
                                      .on_done = [&io] { io.stop(); }});
  shutdown.follow(*parent);
  patience.provide(*parent);
  std::vector<ferrule::Connection> connections;
  ferrule::Listener listener;
  if (argc > 2) {
    auto listening = runtime.listen(argv[2], [&](ferrule::Connection connection) {
      patience.provide(connections.emplace_back(std::move(connection)));
    });
    if (!listening) {
      std::cerr << "patient_program: " << listening.error().message() << '\n';
      return 2;
    }
    listener = *std::move(listening);
  }
  io.run();
  return shutdown.exit_code();
}
