// SPDX-License-Identifier: Apache-2.0
// What pipes, connections and runtimes cost that do nothing: memory of each, and for pipes the time
// to make and close them.
//   many_pipes [--pipes N] [--cycles M]
// Two runtimes in one process, joined by a socket: what one pipe takes is said for both its sides.
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <iomanip>
#include <iostream>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unistd.h>
#include <utility>
#include <vector>

#include <boost/asio/io_context.hpp>

#include "ferrule/ferrule.h"

#include "support/io_loop.h"
#include "support/temporary_folder.h"

namespace {

using Clock = std::chrono::steady_clock;
using Pipe = std::unique_ptr<ferrule::wire::PipeEnd>;

/// In bytes.
size_t resident_memory() {
  std::ifstream file("/proc/self/statm");
  size_t total = 0;
  size_t resident = 0;
  file >> total >> resident;
  return resident * static_cast<size_t>(::sysconf(_SC_PAGESIZE));
}

class TwoRuntimes {
 public:
  TwoRuntimes() {
    listener_ = left_
                    .listen(folder_.file("socket"),
                            [this](ferrule::Connection connection) {
                              to_right_.emplace(std::move(connection));
                              to_right_->provide_pipe("pipe", [this](ferrule::MessagePipe pipe) {
                                there_.push_back(pipe.take_end());
                              });
                            })
                    .value();
    to_left_ = right_.connect(folder_.file("socket")).value();
    wait_until([this] { return to_right_.has_value(); });
    num_ports_before_ = num_ports();
  }

  void open(size_t count) {
    const size_t target = here_.size() + count;
    // The other side keeps only so many requests that nobody has looked at.
    while (here_.size() < target) {
      const size_t step = std::min<size_t>(100, target - here_.size());
      for (size_t i = 0; i < step; ++i) here_.push_back(to_left_.request_pipe("pipe"));
      wait_until([this] { return there_.size() == here_.size(); });
    }
    wait_until([&] { return num_ports() == num_ports_before_ + 2 * here_.size(); });
  }
  void close_all() {
    here_.clear();
    there_.clear();
    wait_until([this] { return num_ports() == num_ports_before_; });
  }
  size_t num_ports() const { return left_.num_ports() + right_.num_ports(); }

 private:
  void wait_until(const std::function<bool()>& is_done) { ferrule::test::run_until(io_, is_done); }

  boost::asio::io_context io_{1};
  ferrule::test::TemporaryFolder folder_;
  ferrule::Runtime left_{io_.get_executor()};
  ferrule::Runtime right_{io_.get_executor()};
  std::optional<ferrule::Connection> to_right_;
  ferrule::Connection to_left_;
  ferrule::Listener listener_;
  std::vector<Pipe> here_;
  std::vector<Pipe> there_;
  size_t num_ports_before_ = 0;
};

double microseconds_of(const std::function<void()>& work, size_t count) {
  const auto begin = Clock::now();
  work();
  return std::chrono::duration<double, std::micro>(Clock::now() - begin).count() /
         static_cast<double>(count);
}

/// In steps, so that one sees whether the last pipe costs what the first one did.
void hold_many(TwoRuntimes& runtimes, size_t num_pipes) {
  constexpr size_t kNumSteps = 5;
  std::cout << "pipes held   us to make one   bytes of a pipe and side\n";
  const size_t before = resident_memory();
  for (size_t i = 1; i <= kNumSteps; ++i) {
    const size_t step = num_pipes / kNumSteps;
    const double time = microseconds_of([&] { runtimes.open(step); }, step);
    std::cout << std::setw(10) << i * step << std::setw(17) << std::fixed << std::setprecision(2)
              << time << std::setw(27) << (resident_memory() - before) / (2 * i * step) << '\n';
  }
  std::cout << "us to close one: " << microseconds_of([&] { runtimes.close_all(); }, num_pipes)
            << '\n';
}

/// Whether memory and ports stay as they are.
bool open_and_close(TwoRuntimes& runtimes, size_t num_cycles) {
  constexpr size_t kBatch = 1000;
  const size_t ports_before = runtimes.num_ports();
  // What the heap keeps for the next time is there after the first tenth.
  size_t memory_before = 0;
  for (size_t done = 0; done < num_cycles; done += kBatch) {
    if (done >= num_cycles / 10 && memory_before == 0) memory_before = resident_memory();
    runtimes.open(kBatch);
    runtimes.close_all();
  }
  const auto growth = static_cast<int64_t>(resident_memory()) - static_cast<int64_t>(memory_before);
  std::cout << num_cycles << " made and closed: memory grew by " << growth / 1024 << " KiB of "
            << memory_before / 1024 << ", ports by "
            << static_cast<int64_t>(runtimes.num_ports()) - static_cast<int64_t>(ports_before)
            << '\n';
  // A port takes more than 200 bytes: the leak of one in a thousand would be seen.
  return runtimes.num_ports() == ports_before &&
         growth <= static_cast<int64_t>(num_cycles / 5 + size_t{256} * 1024);
}

/// Connections between two runtimes, that were made and have said nothing since; and runtimes.
void hold_connections() {
  constexpr size_t kCount = 200;
  boost::asio::io_context io(1);
  const ferrule::test::TemporaryFolder folder;
  std::vector<std::unique_ptr<ferrule::Runtime>> runtimes;
  std::vector<ferrule::Connection> connections;
  const auto make_runtimes = [&](size_t count) {
    for (size_t i = 0; i < count; ++i) {
      runtimes.push_back(std::make_unique<ferrule::Runtime>(io.get_executor()));
    }
  };
  make_runtimes(2);
  const ferrule::Listener listener = runtimes[0]
                                         ->listen(folder.file("socket"),
                                                  [&](ferrule::Connection connection) {
                                                    connections.push_back(std::move(connection));
                                                  })
                                         .value();
  const auto connect = [&](size_t count) {
    const size_t target = connections.size() + 2 * count;
    for (size_t i = 0; i < count; ++i) {
      connections.push_back(runtimes[1]->connect(folder.file("socket")).value());
      ferrule::test::run_until(io,
                               [&] { return connections.size() == target - 2 * (count - i - 1); });
    }
  };
  connections.reserve(2 * (kCount + 1));
  connect(1);  // what the first needs is not needed again
  size_t before = resident_memory();
  connect(kCount);
  std::cout << "bytes of a connection and side: " << (resident_memory() - before) / (2 * kCount)
            << '\n';
  runtimes.reserve(2 + kCount);
  before = resident_memory();
  make_runtimes(kCount);
  std::cout << "bytes of a runtime: " << (resident_memory() - before) / kCount << '\n';
}

}  // namespace

int main(int argc, char** argv) {
  std::map<std::string, size_t> values{{"--pipes", 10000}, {"--cycles", 1000000}};
  for (int i = 1; i < argc; i += 2) {
    const auto value = values.find(argv[i]);
    if (value == values.end() || i + 1 == argc) {
      std::cerr << "usage: many_pipes [--pipes N] [--cycles M]\n";
      return 2;
    }
    value->second = std::strtoull(argv[i + 1], nullptr, 10);
  }
  hold_connections();
  TwoRuntimes runtimes;
  hold_many(runtimes, values["--pipes"]);
  return open_and_close(runtimes, values["--cycles"]) ? 0 : 1;
}
