// SPDX-License-Identifier: Apache-2.0
#include <exception>
#include <filesystem>
#include <iostream>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "ferrule/ferrule.h"

#include "calculator.idl.h"

namespace asio = boost::asio;

using Calculator = ferrule::Remote<sample::Calculator>;

asio::awaitable<void> add(const Calculator& calculator) {
  std::cout << "2 + 3 = " << co_await calculator->Add(2, 3, asio::use_awaitable) << '\n';
}

asio::awaitable<void> divide(const Calculator& calculator) {
  const auto quotient = co_await calculator->Divide(1, 0, asio::use_awaitable);
  if (quotient) {
    std::cout << "1 / 0 = " << *quotient << '\n';
  } else {
    std::cout << "1 / 0: " << quotient.error() << '\n';
  }
}

class Printer final : public sample::Listener {
  void OnNumber(int64_t number) override { std::cout << number << ' '; }
};

asio::awaitable<void> print_primes(ferrule::Runtime& runtime, const Calculator& calculator) {
  const auto executor = co_await asio::this_coro::executor;
  asio::steady_timer end(executor, asio::steady_timer::time_point::max());
  Printer printer;
  ferrule::Receiver<sample::Listener> receiver(printer);

  calculator->FindPrimes(30, receiver.bind_new_pipe(runtime, executor));
  receiver.set_disconnect_handler([&end] { end.cancel(); });
  co_await end.async_wait(asio::as_tuple(asio::use_awaitable));
  std::cout << "are the primes below 30\n";
}

asio::awaitable<void> lose(const Calculator& calculator, ferrule::ChildProcess& service) {
  if (auto killed = service.kill(); !killed) std::cerr << killed.error().message() << '\n';
  const auto [error, sum] = co_await calculator->Add(2, 3, asio::as_tuple(asio::use_awaitable));
  std::cout << "without the service: " << error.message() << '\n';
}

asio::awaitable<void> calculate(ferrule::Runtime& runtime, ferrule::ChildProcess service) {
  const Calculator calculator(service.connection().request<sample::Calculator>(),
                              co_await asio::this_coro::executor);
  co_await add(calculator);
  co_await divide(calculator);
  co_await print_primes(runtime, calculator);
  co_await lose(calculator, service);
}

int main() {
  asio::io_context io;
  ferrule::Runtime runtime(io.get_executor());

  const auto here = std::filesystem::read_symlink("/proc/self/exe").parent_path();
  auto service = runtime.launch({.program = here / "calculator_service"});
  if (!service) {
    std::cerr << service.error().message() << '\n';
    return 1;
  }

  int status = 1;
  asio::co_spawn(io, calculate(runtime, std::move(*service)),
                 [&status](const std::exception_ptr& failure) { status = failure ? 1 : 0; });
  io.run();
  return status;
}
