// SPDX-License-Identifier: Apache-2.0
// Starts hello_service, which stands beside this program, and lets it greet the world.
#include <exception>
#include <filesystem>
#include <iostream>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "ferrule/ferrule.h"

#include "hello.idl.h"

namespace asio = boost::asio;

// The service ends when `service` goes out of scope.
asio::awaitable<void> greet(ferrule::ChildProcess service) {
  ferrule::Remote<hello::Greeter> greeter(service.connection().request<hello::Greeter>(),
                                          co_await asio::this_coro::executor);
  std::cout << co_await greeter->Greet("world", asio::use_awaitable) << '\n';
}

int main() {
  asio::io_context io;
  ferrule::Runtime runtime(io.get_executor());

  const auto self = std::filesystem::read_symlink("/proc/self/exe");
  auto service = runtime.launch({.program = self.parent_path() / "hello_service"});
  if (!service) {
    std::cerr << service.error().message() << '\n';
    return 1;
  }

  int status = 0;
  asio::co_spawn(io, greet(std::move(service).value()),
                 [&status](const std::exception_ptr& failure) {
                   try {
                     if (failure) std::rethrow_exception(failure);
                   } catch (const std::exception& error) {
                     std::cerr << "no greeting: " << error.what() << '\n';
                     status = 1;
                   }
                 });
  io.run();
  return status;
}
