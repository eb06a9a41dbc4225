// SPDX-License-Identifier: Apache-2.0
// A process in a row of them, through which an end of a pipe travels.
//   travel_program <how many more follow> <texts to answer at each stop>
// An end comes with its way to go, a letter a step: 'n' to the next process, 'p' to the previous
// one. While it is here all that comes out of it is sent back, after "at <process id>". "?" instead
// of an end asks how many ports there are in all processes from here on; "=N" is the answer.
#include <cstdlib>
#include <iostream>
#include <memory>
#include <string>
#include <unistd.h>
#include <utility>

#include <boost/asio/io_context.hpp>

#include "ferrule/ferrule.h"

#include "support/pipe_user.h"

namespace {

using ferrule::test::PipeUser;
using Pipe = std::unique_ptr<ferrule::wire::PipeEnd>;

class Stop {
 public:
  Stop(boost::asio::io_context& io, const ferrule::Runtime& runtime, size_t num_texts)
      : io_(io), runtime_(runtime), num_texts_(num_texts) {}

  void set_previous(Pipe end) { previous_ = hold_courier(std::move(end)); }
  void set_next(Pipe end) { next_ = hold_courier(std::move(end)); }
  /// The process before this one is gone: what matters now is the visitor, or those behind.
  void on_previous_gone() {
    is_first_ = true;
    if (!has_visitor()) io_.stop();
  }
  void on_next_gone() {
    if (is_first_ && !has_visitor()) io_.stop();
  }

 private:
  std::shared_ptr<PipeUser> hold_courier(Pipe end) {
    return PipeUser::hold(
        io_.get_executor(), std::move(end),
        {.on_message = [this](const std::string& text,
                              Pipe visitor) { receive(text, std::move(visitor)); },
         .on_closed = {},
         .on_writable = {}});
  }

  void receive(const std::string& text, Pipe visitor) {
    if (text == "?" && next_) {
      next_->send("?");
    } else if (text == "?" || text.starts_with("=")) {
      const auto num_behind = text == "?" ? 0 : std::strtoul(text.c_str() + 1, nullptr, 10);
      previous_->send("=" + std::to_string(runtime_.num_ports() + num_behind));
    } else {
      welcome(text, std::move(visitor));
    }
  }

  void welcome(const std::string& way, Pipe visitor) {
    way_ = way;
    num_answered_ = 0;
    visitor_ = PipeUser::hold(io_.get_executor(), std::move(visitor),
                              {.on_message = [this](std::string text, Pipe) { answer(text); },
                               // Nobody is left who could want anything of this process.
                               .on_closed = [this] { io_.stop(); },
                               .on_writable = [this] { send_on_if_done(); }});
    visitor_->send("at " + std::to_string(::getpid()));
  }

  void answer(const std::string& text) {
    visitor_->send(text);
    ++num_answered_;
    send_on_if_done();
  }

  void send_on_if_done() {
    if (way_.empty() || num_answered_ < num_texts_ || !visitor_->has_sent_all()) return;
    PipeUser& courier = way_.front() == 'n' ? *next_ : *previous_;
    const std::string rest = way_.substr(1);
    courier.send(rest, visitor_->release());
    // The visitor was sent to nobody, and is closed.
    if (is_first_ && way_.front() == 'p') io_.stop();
    way_.clear();
  }
  bool has_visitor() const { return visitor_ && visitor_->is_open(); }

  boost::asio::io_context& io_;
  const ferrule::Runtime& runtime_;
  const size_t num_texts_;
  std::shared_ptr<PipeUser> previous_;
  std::shared_ptr<PipeUser> next_;
  std::shared_ptr<PipeUser> visitor_;
  std::string way_;
  size_t num_answered_ = 0;
  bool is_first_ = false;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  const auto num_following = std::strtoul(argv[1], nullptr, 10);
  boost::asio::io_context io;
  ferrule::Runtime runtime(io.get_executor());
  runtime.allow_introductions();
  auto parent = runtime.accept_invitation();
  if (!parent) return 2;

  Stop stop(io, runtime, std::strtoul(argv[2], nullptr, 10));
  parent->set_closed_handler([&stop] { stop.on_previous_gone(); });
  parent->provide_pipe("courier",
                       [&stop](ferrule::MessagePipe pipe) { stop.set_previous(pipe.take_end()); });
  ferrule::ChildProcess child;
  if (num_following > 0) {
    auto launched = runtime.launch({.program = "/proc/self/exe",
                                    .arguments = {std::to_string(num_following - 1), argv[2]},
                                    .dies_with_parent = false});
    if (!launched) {
      std::cerr << "travel_program: " << launched.error().message() << '\n';
      return 2;
    }
    child = std::move(*launched);
    child.connection().set_closed_handler([&stop] { stop.on_next_gone(); });
    stop.set_next(child.connection().request_pipe("courier"));
  }
  io.run();
}
