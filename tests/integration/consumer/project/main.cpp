// SPDX-License-Identifier: Apache-2.0
// Both ends of a pipe in one program: it starts itself a second time, as the service, and calls
// that.
#include <exception>
#include <iostream>
#include <string>
#include <utility>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "ferrule/ferrule.h"

#include "greeter.idl.h"

namespace asio = boost::asio;

class GreeterImpl final : public consumer::Greeter {
  void Greet(std::string name, ferrule::Reply<consumer::Greeting> reply) override {
    reply(consumer::Greeting{.text = "hello, " + name});
  }
};

int serve() {
  asio::io_context io;
  ferrule::Runtime runtime(io.get_executor());
  auto client = runtime.accept_invitation();
  if (!client) return 1;

  GreeterImpl greeter;
  ferrule::Receiver<consumer::Greeter> receiver(greeter);
  client->provide<consumer::Greeter>([&](ferrule::PendingReceiver<consumer::Greeter> pending) {
    receiver.bind(std::move(pending), io.get_executor());
  });
  client->set_closed_handler([&io] { io.stop(); });
  io.run();
  return 0;
}

asio::awaitable<void> greet(ferrule::ChildProcess service) {
  const ferrule::Remote<consumer::Greeter> greeter(
      service.connection().request<consumer::Greeter>(), co_await asio::this_coro::executor);
  const consumer::Greeting greeting = co_await greeter->Greet("world", asio::use_awaitable);
  std::cout << greeting.text << ' ' << greeting.num_guests << '\n';
}

int call() {
  asio::io_context io;
  ferrule::Runtime runtime(io.get_executor());
  auto service = runtime.launch({.program = "/proc/self/exe", .arguments = {"serve"}});
  if (!service) {
    std::cerr << service.error().message() << '\n';
    return 1;
  }
  int status = 1;
  asio::co_spawn(io, greet(std::move(*service)), [&status](const std::exception_ptr& failure) {
    if (!failure) status = 0;
  });
  io.run();
  return status;
}

int main(int argc, char**) { return argc > 1 ? serve() : call(); }
