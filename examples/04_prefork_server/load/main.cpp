// SPDX-License-Identifier: Apache-2.0
// Loads the server while a worker is killed every second and the configuration is read anew every
// two, and says whether a request was lost that was in no killed worker's hands. At last the server
// is ended under full load, where none may be lost. With --wrk the load comes from wrk, which
// cannot say what was lost at the end.
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <iostream>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "ferrule/ferrule.h"

#include "load/clients.h"
#include "load/server_process.h"
#include "load/wrk.h"

namespace {

namespace asio = boost::asio;
using std::chrono::seconds;

constexpr std::chrono::milliseconds kAtTheDoor{100};

struct Options {
  int num_seconds = 10;
  size_t num_connections = 200;
  std::string sandbox = "decoder";
  bool uses_wrk = false;
};

class Load {
 public:
  explicit Load(const Options& options)
      : options_(options),
        runtime_(io_.get_executor()),
        server_(runtime_,
                std::filesystem::read_symlink("/proc/self/exe").parent_path() / "prefork_server",
                options.sandbox, [this] { begin(); }),
        timer_(io_) {}

  bool run() {
    if (auto started = server_.start(); !started) {
      std::cerr << "prefork_load: " << started.error().message() << '\n';
      return false;
    }
    server_.wait([this](ferrule::ExitStatus status) {
      status_ = status;
      end_if_all_ended();
    });
    io_.run();
    return judge();
  }

 private:
  void begin() {
    options_.uses_wrk ? start_wrk() : start_clients();
    tick(1);
  }

  void start_clients() {
    clients_.emplace(io_, server_.port());
    clients_->start(options_.num_connections, [this] {
      has_load_ended_ = true;
      end_if_all_ended();
    });
  }

  void start_wrk() {
    auto launched =
        runtime_.launch({.program = "/usr/bin/wrk",
                         .arguments = {"-t2", "-c" + std::to_string(options_.num_connections),
                                       "-d" + std::to_string(options_.num_seconds) + "s",
                                       "http://127.0.0.1:" + std::to_string(server_.port()) + "/"},
                         .on_output = [this](std::string_view piece) { wrk_output_ += piece; }});
    if (!launched) {
      std::cerr << "prefork_load: wrk: " << launched.error().message() << '\n';
      return io_.stop();
    }
    wrk_ = *std::move(launched);
    wrk_.async_wait([this](ferrule::error_code, ferrule::ExitStatus) {
      std::cout << wrk_output_;
      has_load_ended_ = true;
      end_server();
    });
  }

  // The last second is without a kill, so that what fails afterwards has no such excuse.
  void tick(int second) {
    timer_.expires_after(seconds(1));
    timer_.async_wait([this, second](ferrule::error_code error) {
      if (error) return;
      if (second == options_.num_seconds && clients_) return end_server();
      if (second >= options_.num_seconds) return;
      if (second % 2 == 0) server_.send_signal(SIGHUP), ++num_hangups_;
      if (second < options_.num_seconds - 1) server_.kill_a_worker();
      tick(second + 1);
    });
  }

  // For a moment the master accepts nobody, so that some wait at its door when it is told to end.
  void end_server() {
    server_.send_signal(SIGSTOP);
    timer_.expires_after(kAtTheDoor);
    timer_.async_wait([this](ferrule::error_code) {
      if (clients_) {
        clients_->expect_the_end();
        num_failed_before_end_ = clients_->counts().num_failed();
      }
      server_.send_signal(SIGTERM);
      server_.send_signal(SIGCONT);
    });
  }

  void end_if_all_ended() {
    if (status_ && (has_load_ended_ || !clients_)) io_.stop();
  }

  bool judge() {
    is_fine_ = true;
    if (!clients_ && wrk_output_.empty()) return false;
    clients_ ? judge_clients() : judge_wrk();
    expect(status_ && status_->is_success(), "the server ended in good order");
    expect(server_.configuration() == static_cast<uint32_t>(num_hangups_) + 1,
           "each SIGHUP brought a new configuration");
    std::cout << server_.num_kills() << " workers killed, " << server_.num_lost_connections()
              << " connections in their hands; " << num_hangups_ << " reloads\n"
              << (is_fine_ ? "nothing else was lost\n" : "this is not as it should be\n");
    return is_fine_;
  }

  void judge_clients() {
    const Clients::Counts& counts = clients_->counts();
    std::cout << counts.num_answered << " requests answered on " << counts.num_connections
              << " connections, " << counts.num_failed() << " failed, of these "
              << counts.num_failed() - num_failed_before_end_ << " after SIGTERM\n";
    expect(counts.num_answered > 0, "requests are answered");
    expect(counts.num_wrong == 0, "all answers are right");
    expect(counts.num_refused == 0, "nobody was refused before the end");
    expect(counts.num_failed() == num_failed_before_end_, "SIGTERM lost no request");
    expect(counts.num_failed() <= server_.num_lost_connections(),
           "no more failed than were in the hands of killed workers");
    for (const auto& [worker, num_failed] : counts.failed) {
      expect(worker.empty() || server_.was_killed(worker),
             std::to_string(num_failed) + " that failed at worker " + worker + " were not killed");
    }
    expect(counts.last_configuration == server_.configuration(),
           "the last answers came from the last configuration");
  }

  void judge_wrk() {
    const auto counts = parse_wrk(wrk_output_);
    expect(counts.has_value(), "wrk tells what it counted");
    if (!counts) return;
    expect(counts->num_answered > 0, "requests are answered");
    expect(counts->num_wrong == 0, "all answers are right");
    expect(counts->num_refused == 0, "nobody was refused");
    expect(counts->num_failed <= server_.num_lost_connections(),
           "no more failed than were in the hands of killed workers");
  }

  void expect(bool is_so, const std::string& what) {
    if (is_so) return;
    std::cout << "NOT TRUE: " << what << '\n';
    is_fine_ = false;
  }

  const Options options_;
  asio::io_context io_{1};
  ferrule::Runtime runtime_;
  ServerProcess server_;
  asio::steady_timer timer_;
  std::optional<Clients> clients_;
  ferrule::ChildProcess wrk_;
  std::string wrk_output_;
  int num_hangups_ = 0;
  uint64_t num_failed_before_end_ = 0;
  std::optional<ferrule::ExitStatus> status_;
  bool has_load_ended_ = false;
  bool is_fine_ = true;
};

}  // namespace

int main(int argc, char** argv) {
  Options options;
  const std::vector<std::string> words(argv + 1, argv + argc);
  for (size_t i = 0; i < words.size(); ++i) {
    const std::string value = i + 1 < words.size() ? words[i + 1] : "";
    if (words[i] == "--wrk") {
      options.uses_wrk = true;
    } else if (words[i] == "--seconds" && std::atoi(value.c_str()) > 2) {
      options.num_seconds = std::atoi(words[++i].c_str());
    } else if (words[i] == "--connections" && std::atoi(value.c_str()) > 0) {
      options.num_connections = std::strtoul(words[++i].c_str(), nullptr, 10);
    } else if (words[i] == "--sandbox" && !value.empty()) {
      options.sandbox = words[++i];
    } else {
      std::cerr << "usage: prefork_load [--wrk] [--seconds N] [--connections N]"
                   " [--sandbox PRESET]\n";
      return 2;
    }
  }
  return Load(options).run() ? EXIT_SUCCESS : EXIT_FAILURE;
}
