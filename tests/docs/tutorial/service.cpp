// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <iostream>
#include <string>
#include <utility>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/io_context.hpp>

#include "ferrule/ferrule.h"

#include "calculator.idl.h"

namespace asio = boost::asio;

/// Stops a client that keeps this process busy for ever with one call.
constexpr int32_t kMaxLimit = 1000;

class CalculatorImpl final : public sample::Calculator {
 public:
  explicit CalculatorImpl(asio::any_io_executor executor) : executor_(std::move(executor)) {}

 private:
  void Add(int32_t a, int32_t b, ferrule::Reply<int64_t> reply) override { reply(int64_t{a} + b); }

  void Divide(int32_t a, int32_t b,
              ferrule::Reply<ferrule::Expected<int64_t, std::string>> reply) override {
    if (b == 0) {
      reply(ferrule::Unexpected(std::string("cannot divide by zero")));
    } else {
      reply(int64_t{a} / b);
    }
  }

  void FindPrimes(int32_t limit, ferrule::PendingRemote<sample::Listener> pending) override {
    const ferrule::Remote<sample::Listener> listener(std::move(pending), executor_);
    for (int32_t number = 2; number < std::min(limit, kMaxLimit); ++number) {
      if (is_prime(number)) listener->OnNumber(number);
    }
  }

  static bool is_prime(int32_t number) {
    for (int64_t divisor = 2; divisor * divisor <= number; ++divisor) {
      if (number % divisor == 0) return false;
    }
    return true;
  }

  const asio::any_io_executor executor_;
};

int main() {
  asio::io_context io;
  ferrule::Runtime runtime(io.get_executor());
  auto client = runtime.accept_invitation();
  if (!client) {
    std::cerr << client.error().message() << '\n';
    return 1;
  }

  CalculatorImpl calculator(io.get_executor());
  ferrule::Receiver<sample::Calculator> receiver(calculator);
  client->provide<sample::Calculator>([&](ferrule::PendingReceiver<sample::Calculator> pending) {
    receiver.bind(std::move(pending), io.get_executor());
  });
  client->set_closed_handler([&io] { io.stop(); });
  io.run();
}
