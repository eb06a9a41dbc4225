// SPDX-License-Identifier: Apache-2.0
// Ends of pipes that travel through nodes which run on threads of their own, over real sockets.
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include <gtest/gtest.h>

#include "ferrule/service/runtime.h"

#include "support/io_loop.h"
#include "support/pipe_user.h"
#include "support/temporary_folder.h"
#include "support/travel_stop.h"

namespace ferrule::test {
namespace {

using Pipe = std::unique_ptr<wire::PipeEnd>;

constexpr size_t kNumTextsAtAStop = 100;

/// A node, the connections to its neighbours, and its thread. Everything in it but the constructor
/// happens on the thread.
class Station {
 public:
  Station(std::string name, const std::string& previous_path, const std::string& own_path)
      : stop_(io_.get_executor(), {.name = std::move(name), .num_texts = kNumTextsAtAStop}) {
    runtime_.allow_introductions();
    if (!own_path.empty()) {
      auto listener = runtime_.listen(own_path, [this](Connection connection) {
        to_next_.emplace(std::move(connection));
        stop_.set_next(to_next_->request_pipe("courier"));
      });
      EXPECT_TRUE(listener.ok());
      listener_.emplace(std::move(*listener));
    }
    auto connection = runtime_.connect(previous_path);
    EXPECT_TRUE(connection.ok());
    to_previous_.emplace(std::move(*connection));
    to_previous_->provide_pipe("courier",
                               [this](MessagePipe pipe) { stop_.set_previous(pipe.take_end()); });
  }
  ~Station() {
    io_.stop();
    thread_.join();
  }

  void start() {
    thread_ = std::thread([this] {
      const auto work = boost::asio::make_work_guard(io_);
      io_.run();
    });
  }

 private:
  boost::asio::io_context io_;
  Runtime runtime_{io_.get_executor()};
  TravelStop stop_;
  std::optional<Listener> listener_;
  std::optional<Connection> to_previous_;
  std::optional<Connection> to_next_;
  std::thread thread_;
};

/// An end that stays, and what was said through it to the one that travels.
struct Home {
  std::shared_ptr<PipeUser> pipe{};
  size_t num_to_send = 0;
  size_t num_sent = 0;
  size_t num_received = 0;
  size_t num_stops = 0;
  bool is_closed = false;

  void send_more() {
    while (num_sent < num_to_send && num_sent < num_received + 50 && pipe->is_writable()) {
      pipe->send(std::to_string(num_sent++));
    }
  }
  void receive(const std::string& text) {
    if (text.starts_with("at ")) {
      ++num_stops;
      return;
    }
    EXPECT_EQ(text, std::to_string(num_received));
    ++num_received;
    send_more();
  }
};

TEST(TravelThreadsTest, ManyEndsGoThereAndBackAtOnce) {
  constexpr size_t kNumHomes = 12;
  const TemporaryFolder folder;
  boost::asio::io_context io;
  Runtime runtime(io.get_executor());
  runtime.allow_introductions();
  std::optional<Connection> to_b;
  auto listener =
      runtime.listen(folder.file("a"), [&](Connection b) { to_b.emplace(std::move(b)); });
  ASSERT_TRUE(listener.ok());
  {
    Station b("b", folder.file("a"), folder.file("b"));
    Station c("c", folder.file("b"), folder.file("c"));
    Station d("d", folder.file("c"), "");
    for (Station* station : {&b, &c, &d}) station->start();
    run_until(io, [&] { return to_b.has_value(); });
    std::shared_ptr<PipeUser> courier;
    courier = PipeUser::hold(
        io.get_executor(), to_b->request_pipe("courier"),
        {.on_message = [&courier](const std::string& way,
                                  Pipe end) { courier->send(way.substr(1), std::move(end)); },
         .on_closed = {},
         .on_writable = {}});

    std::mt19937 random(7);  // NOLINT: the same each time
    std::vector<Home> homes(kNumHomes);
    for (Home& home : homes) {
      // A walk in the row A B C D, from B on and never beyond its ends. The last stop is for good.
      std::string way;
      for (size_t place = 1, i = 0; i < 8; ++i) {
        const bool goes_on = place == 0 || (place < 3 && random() % 2 == 0);
        way += goes_on ? 'n' : 'p';
        place += goes_on ? 1 : size_t(-1);
        if (place == 0) {
          way += 'n';
          place = 1;
        }
      }
      home.num_to_send = (way.size() + 3) * kNumTextsAtAStop;
      auto [stays, travels] = runtime.make_pipe_ends();
      home.pipe = PipeUser::hold(
          io.get_executor(), std::move(stays),
          {.on_message = [&home](const std::string& text, Pipe) { home.receive(text); },
           .on_closed = [&home] { home.is_closed = true; },
           .on_writable = [&home] { home.send_more(); }});
      courier->send(way, std::move(travels));
      home.send_more();
    }
    for (Home& home : homes) {
      run_until(io, [&] { return home.is_closed || home.num_received == home.num_to_send; });
      EXPECT_FALSE(home.is_closed);
      EXPECT_GE(home.num_stops, 5U);
    }
    // B, C and D go while the pipes are in use.
    for (Home& home : homes) {
      home.num_to_send = SIZE_MAX;
      home.send_more();
    }
  }
  run_ready(io);
}

}  // namespace
}  // namespace ferrule::test
