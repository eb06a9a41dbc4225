// SPDX-License-Identifier: Apache-2.0
// Watches three workers, which are this same program in another role: one is good, one crashes
// after some time, and one hangs. When the bad ones have been given up, the good one is stopped.
#include <cstdlib>
#include <iostream>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>

#include "ferrule/ferrule.h"

#include "watched_worker.h"
#include "worker.h"

namespace {

int watch() {
  boost::asio::io_context io;
  ferrule::Runtime runtime(io.get_executor());
  bool is_good = false;
  int num_bad = 2;
  WatchedWorker good(runtime, "good", {}, [&io] { io.stop(); });
  const auto on_given_up = [&] {
    if (--num_bad > 0) return;
    good.stop([&](ferrule::ExitStatus status) {
      std::cout << "good: stopped, " << status.to_text() << '\n';
      is_good = status.is_success() && good.num_pings() > 0;
      io.stop();
    });
  };
  WatchedWorker crashes(runtime, "crashes", {}, on_given_up);
  WatchedWorker hangs(runtime, "hangs", {}, on_given_up);
  for (WatchedWorker* worker : {&good, &crashes, &hangs}) {
    if (auto started = worker->start(); !started) {
      std::cerr << "watchdog: " << started.error().message() << '\n';
      return EXIT_FAILURE;
    }
  }
  io.run();
  std::cout << (is_good ? "all as it should be\n" : "the good one is gone\n");
  return is_good ? EXIT_SUCCESS : EXIT_FAILURE;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  if (words.size() == 2 && words[0] == "worker") return run_worker(words[1]);
  return watch();
}
