// SPDX-License-Identifier: Apache-2.0
// Greets whoever started it, until they go.
#include <iostream>
#include <utility>

#include <boost/asio/io_context.hpp>

#include "ferrule/ferrule.h"

#include "hello.idl.h"

class PoliteGreeter final : public hello::Greeter {
  void Greet(std::string name, ferrule::Reply<std::string> reply) override {
    reply("Hello, " + name + "!");
  }
};

int main() {
  boost::asio::io_context io;
  ferrule::Runtime runtime(io.get_executor());
  auto client = runtime.accept_invitation();
  if (!client) {
    std::cerr << "hello_service: " << client.error().message() << '\n';
    return 1;
  }

  PoliteGreeter greeter;
  ferrule::Receiver<hello::Greeter> receiver(greeter);
  client->provide<hello::Greeter>([&](ferrule::PendingReceiver<hello::Greeter> pending) {
    receiver.bind(std::move(pending), io.get_executor());
  });
  client->set_closed_handler([&io] { io.stop(); });
  io.run();
}
