// SPDX-License-Identifier: Apache-2.0
// How fast texts cross a pipe before, while and after its other end moves.
//   moving_pipe <travel_program> <texts a leg>
// Prints lines of a name, a tab, and texts a second. The end goes from B to C to D; processes that
// allow introductions come to talk to each other directly, so that the last leg should be as fast
// as the first.
#include <cstdio>
#include <cstdlib>
#include <string>

#include <boost/asio/io_context.hpp>

#include "ferrule/ferrule.h"

#include "bench/peers/processes.h"
#include "support/io_loop.h"
#include "support/pipe_user.h"

namespace {

using ferrule::test::PipeUser;
using Pipe = std::unique_ptr<ferrule::wire::PipeEnd>;

constexpr uint64_t kNumUnderWay = 256;

class Journey {
 public:
  /// `way` as travel_program knows it; it answers `num_at_a_stop` texts before it sends the end on.
  Journey(const char* program, const std::string& way, uint64_t num_at_a_stop) {
    runtime_.allow_introductions();
    child_ =
        runtime_.launch({.program = program, .arguments = {"2", std::to_string(num_at_a_stop)}})
            .value();
    courier_ =
        PipeUser::hold(io_.get_executor(), child_.connection().request_pipe("courier"),
                       {.on_message = [this](const std::string& text,
                                             Pipe) { num_ports_ = std::stoul(text.substr(1)); },
                        .on_closed = {},
                        .on_writable = {}});
    auto [stays, travels] = runtime_.make_pipe_ends();
    courier_->send(way.substr(1), std::move(travels));
    end_ = PipeUser::hold(io_.get_executor(), std::move(stays),
                          {.on_message = [this](const std::string& text, Pipe) { receive(text); },
                           .on_closed = [] { std::_Exit(1); },
                           .on_writable = [this] { send_more(); }});
  }

  /// Seconds until so many more texts were sent and have come back.
  double talk(uint64_t count) {
    last_to_send_ += count;
    const double begin = ferrule::bench::seconds_now();
    send_more();
    ferrule::test::run_until(io_, [this] { return num_received_ == last_to_send_; });
    return ferrule::bench::seconds_now() - begin;
  }
  /// Until nobody between the two ends has anything to do with the pipe.
  void settle() {
    do {
      num_ports_ = 0;
      courier_->send("?");
      ferrule::test::run_until(io_, [this] { return num_ports_ != 0; });
    } while (num_ports_ != 6);
  }

 private:
  void send_more() {
    while (num_sent_ < last_to_send_ && num_sent_ < num_received_ + kNumUnderWay &&
           end_->is_writable()) {
      std::string text = std::to_string(num_sent_++);
      text.resize(64, ' ');
      end_->send(text);
    }
  }
  void receive(const std::string& text) {
    if (text.starts_with("at ")) return;
    if (std::stoull(text) != num_received_) {
      std::fprintf(stderr, "text %s came instead of %llu\n", text.c_str(),
                   static_cast<unsigned long long>(num_received_));
      std::_Exit(1);
    }
    ++num_received_;
    send_more();
  }

  boost::asio::io_context io_{1};
  ferrule::Runtime runtime_{io_.get_executor()};
  ferrule::ChildProcess child_;
  std::shared_ptr<PipeUser> courier_;
  std::shared_ptr<PipeUser> end_;
  uint64_t last_to_send_ = 0;
  uint64_t num_sent_ = 0;
  uint64_t num_received_ = 0;
  uint64_t num_ports_ = 0;
};

void print(const char* name, uint64_t count, double seconds) {
  std::printf("%s\t%.0f\n", name, static_cast<double>(count) / seconds);
}

}  // namespace

int main(int argc, char** argv) {
  const uint64_t count = argc == 3 ? std::strtoull(argv[2], nullptr, 10) : 0;
  if (count == 0) {
    std::fprintf(stderr, "usage: moving_pipe TRAVEL_PROGRAM TEXTS\n");
    return 2;
  }
  {
    Journey unmoved(argv[1], "n", 0);
    unmoved.talk(count / 10 + 1);
    print("the end stays in B", count, unmoved.talk(count));
  }
  Journey moved(argv[1], "nnn", count / 4 + 1);
  print("while it moves to C and D", count, moved.talk(count));
  moved.settle();
  moved.talk(count / 10 + 1);
  print("afterwards, in D; nothing lost, all in order", count, moved.talk(count));
}
