// SPDX-License-Identifier: Apache-2.0
// Calls through generated proxies and dispatch, from one end of a pipe to the other.
#include <fcntl.h>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/io_context.hpp>

#include <gtest/gtest.h>

#include "ferrule/bindings/receiver.h"
#include "ferrule/bindings/remote.h"
#include "ferrule/service/runtime.h"

#include "calculator.idl.h"
#include "hard_names.idl.h"
#include "kitchen_sink.idl.h"

namespace {

namespace sink = kitchen::sink;
using ferrule::Bytes;
using ferrule::error_code;
using ferrule::Reply;
using ferrule::UniqueFd;
using geometry::shapes::Point;

UniqueFd open_null() { return UniqueFd(::open("/dev/null", O_RDONLY | O_CLOEXEC)); }

/// Does what is asked and keeps what it was given.
class TestKitchen final : public sink::Kitchen {
 public:
  void Clean() override { ++num_cleaned; }
  void WaitUntilClean(Reply<> reply) override { reply(); }
  void SetMode(Mode new_mode, std::optional<int32_t> heat, std::optional<bool> loud) override {
    mode = new_mode;
    last_heat = heat;
    last_loud = loud;
  }
  void Describe(std::string text, std::optional<std::string> maybe_text, Bytes bytes,
                std::optional<Bytes> maybe_bytes, std::vector<std::string> names,
                std::map<std::string, int32_t> ages, Point point, std::optional<Point> maybe_point,
                sink::Choice choice, std::optional<sink::Choice> maybe_choice,
                Reply<std::string, std::optional<std::string>, Bytes, std::vector<std::string>,
                      Point, std::optional<sink::Choice>>
                    reply) override {
    EXPECT_EQ(maybe_bytes, Bytes({9}));
    EXPECT_EQ(ages, (std::map<std::string, int32_t>{{"Ann", 30}}));
    EXPECT_EQ(maybe_point, std::nullopt);
    EXPECT_EQ(maybe_choice, sink::Choice::make_real(0.5));
    reply(text + "!", maybe_text, bytes, names, point, choice);
  }
  void Deliver(
      UniqueFd file, std::optional<UniqueFd> maybe_file, sink::Handles handles,
      sink::Carrier carrier, ferrule::PendingReceiver<sink::Kitchen> other,
      std::vector<UniqueFd> files,
      Reply<UniqueFd, std::optional<ferrule::PendingRemote<sink::Kitchen>>> reply) override {
    EXPECT_TRUE(file.is_valid());
    EXPECT_FALSE(maybe_file.has_value());
    EXPECT_TRUE(handles.kitchen.is_valid());
    EXPECT_EQ(carrier.get_number(), 5);
    EXPECT_TRUE(other.is_valid());
    EXPECT_EQ(files.size(), 2U);
    reply(std::move(files.front()), std::move(handles.kitchen));
  }
  void Cook(std::string dish, Reply<ferrule::Expected<Point, sink::Problem>> reply) override {
    if (dish == "toast") return reply(ferrule::Unexpected(sink::Problem::kBurnt));
    reply(Point{1, 2});
  }
  void Fetch(std::string dish, Reply<ferrule::Expected<UniqueFd, std::string>> reply) override {
    if (dish.empty()) return reply(ferrule::Unexpected(std::string("no dish")));
    reply(open_null());
  }
  void Measure(bool exactly, Reply<bool, double> reply) override { reply(exactly, 36.6); }
  void Grow(int32_t by, std::optional<std::string> why, std::optional<int32_t> how_often,
            Reply<bool, std::optional<int32_t>> reply) override {
    reply(why.has_value(), by * how_often.value_or(1));
  }

  int num_cleaned = 0;
  Mode mode = Mode::kCold;
  std::optional<int32_t> last_heat;
  std::optional<bool> last_loud;
};

/// A kitchen at the other end of a pipe.
class GeneratedInterfaceTest : public ::testing::Test {
 protected:
  GeneratedInterfaceTest() : runtime_(io_.get_executor()), receiver_(kitchen_) {
    receiver_.bind(remote_.bind_new_pipe(runtime_, io_.get_executor()), io_.get_executor());
  }

  void run_until(const bool& done) {
    while (!done && io_.run_one() != 0) {
    }
    EXPECT_TRUE(done);
  }

  boost::asio::io_context io_;
  ferrule::Runtime runtime_;
  TestKitchen kitchen_;
  ferrule::Receiver<sink::Kitchen> receiver_;
  ferrule::Remote<sink::Kitchen> remote_;
};

TEST_F(GeneratedInterfaceTest, OneWayCallsArriveBeforeTheCallsAfterThem) {
  bool done = false;
  remote_->Clean();
  remote_->SetMode(sink::Kitchen::Mode::kWarm, 200, std::nullopt);
  remote_->WaitUntilClean([&](error_code error) {
    EXPECT_FALSE(error) << error.message();
    done = true;
  });
  run_until(done);
  EXPECT_EQ(kitchen_.num_cleaned, 1);
  EXPECT_EQ(kitchen_.mode, sink::Kitchen::Mode::kWarm);
  EXPECT_EQ(kitchen_.last_heat, 200);
  EXPECT_EQ(kitchen_.last_loud, std::nullopt);
}

TEST_F(GeneratedInterfaceTest, DataOfEveryKindGoesThereAndBack) {
  bool done = false;
  const std::vector<uint8_t> bytes(100'000, 7);
  remote_->Describe("text", std::nullopt, bytes, Bytes{9}, {"a", "b"}, {{"Ann", 30}}, Point{1, 2},
                    std::nullopt, sink::Choice::make_text("c"), sink::Choice::make_real(0.5),
                    [&](error_code error, std::string text, std::optional<std::string> maybe_text,
                        Bytes same_bytes, std::vector<std::string> names, Point point,
                        std::optional<sink::Choice> choice) {
                      EXPECT_FALSE(error) << error.message();
                      EXPECT_EQ(text, "text!");
                      EXPECT_EQ(maybe_text, std::nullopt);
                      EXPECT_TRUE(std::ranges::equal(same_bytes, bytes));
                      EXPECT_EQ(names, (std::vector<std::string>{"a", "b"}));
                      EXPECT_EQ(point, (Point{1, 2}));
                      EXPECT_EQ(choice, sink::Choice::make_text("c"));
                      done = true;
                    });
  run_until(done);
}

TEST_F(GeneratedInterfaceTest, HandlesGoThereAndBack) {
  bool done = false;
  sink::Handles handles;
  handles.file = open_null();
  handles.anything = ferrule::wire::Handle(open_null());
  handles.pipe = ferrule::MessagePipe(runtime_.make_pipe_ends().first);
  auto other = runtime_.make_pipe<sink::Kitchen>();
  handles.kitchen = std::move(other.remote);
  std::vector<UniqueFd> files;
  files.push_back(open_null());
  files.push_back(open_null());
  remote_->Deliver(open_null(), std::nullopt, std::move(handles), sink::Carrier::make_number(5),
                   std::move(other.receiver), std::move(files),
                   [&](error_code error, UniqueFd file,
                       std::optional<ferrule::PendingRemote<sink::Kitchen>> back) {
                     EXPECT_FALSE(error) << error.message();
                     EXPECT_TRUE(file.is_valid());
                     EXPECT_TRUE(back && back->is_valid());
                     done = true;
                   });
  run_until(done);
}

TEST_F(GeneratedInterfaceTest, AResultIsASuccessOrAFailure) {
  bool cooked = false;
  bool burnt = false;
  bool fetched = false;
  remote_->Cook("soup", [&](error_code error, ferrule::Expected<Point, sink::Problem> result) {
    EXPECT_FALSE(error) << error.message();
    EXPECT_EQ(result, (ferrule::Expected<Point, sink::Problem>(Point{1, 2})));
    cooked = true;
  });
  remote_->Cook("toast", [&](error_code error, ferrule::Expected<Point, sink::Problem> result) {
    EXPECT_FALSE(error) << error.message();
    EXPECT_EQ(result.error(), sink::Problem::kBurnt);
    burnt = true;
  });
  remote_->Fetch("soup", [&](error_code error, ferrule::Expected<UniqueFd, std::string> result) {
    EXPECT_FALSE(error) << error.message();
    EXPECT_TRUE(result && result->is_valid());
    fetched = true;
  });
  run_until(cooked);
  run_until(burnt);
  run_until(fetched);
}

TEST_F(GeneratedInterfaceTest, NumbersAndVersions) {
  bool measured = false;
  bool grown = false;
  remote_->Measure(true, [&](error_code error, bool ok, double degrees) {
    EXPECT_FALSE(error) << error.message();
    EXPECT_TRUE(ok);
    EXPECT_EQ(degrees, 36.6);
    measured = true;
  });
  remote_->Grow(3, "because", 4, [&](error_code error, bool ok, std::optional<int32_t> size) {
    EXPECT_FALSE(error) << error.message();
    EXPECT_TRUE(ok);
    EXPECT_EQ(size, 12);
    grown = true;
  });
  run_until(measured);
  run_until(grown);
  EXPECT_EQ(sink::Kitchen::kInterfaceVersion, 2U);
  EXPECT_EQ(sink::Kitchen::kInterfaceName, "kitchen.sink.Kitchen");
}

/// Methods and parameters named like what the generated code uses itself.
class HardNames final : public hard::ferrule_::class_::Run {
 public:
  void Run_(int32_t counter, int32_t writer, int32_t encoder, int32_t token, int32_t reply_,
            int32_t out, Reply<int32_t, int32_t, int32_t> reply) override {
    reply(counter + writer + encoder + token, reply_, out);
  }
  void send(hard::ferrule_::class_::Point /*request*/, std::string call,
            std::vector<hard::ferrule_::class_::Point> /*reader*/) override {
    sent = std::move(call);
  }
  void call(int32_t send, int32_t implementation, Proxy_ value, Reply<Proxy_> reply) override {
    EXPECT_EQ(send - implementation, 1);
    reply(value);
  }
  void Point(hard::ferrule_::class_::Point point) override { EXPECT_EQ(point.Point_, 4); }
  void delete__(std::string /*namespace_*/, std::string /*kVersions*/) override {}

  std::string sent;
};

TEST(GeneratedNamesTest, NamesOfCppAndOfTheGeneratedCode) {
  boost::asio::io_context io;
  ferrule::Runtime runtime(io.get_executor());
  HardNames implementation;
  ferrule::Receiver<hard::ferrule_::class_::Run> receiver(implementation);
  ferrule::Remote<hard::ferrule_::class_::Run> remote;
  receiver.bind(remote.bind_new_pipe(runtime, io.get_executor()), io.get_executor());

  int num_replies = 0;
  remote->send({.Point_ = 1}, "text", {});
  remote->Point({.Point_ = 4});
  remote->Run_(1, 2, 3, 4, 5, 6,
               [&](error_code error, int32_t out, int32_t reply, int32_t counter) {
                 EXPECT_FALSE(error) << error.message();
                 EXPECT_EQ(out, 10);
                 EXPECT_EQ(reply, 5);
                 EXPECT_EQ(counter, 6);
                 ++num_replies;
               });
  remote->call(2, 1, HardNames::Proxy_::kValue, [&](error_code error, HardNames::Proxy_ value) {
    EXPECT_FALSE(error) << error.message();
    EXPECT_EQ(value, HardNames::Proxy_::kValue);
    ++num_replies;
  });
  while (num_replies < 2 && io.run_one() != 0) {
  }
  EXPECT_EQ(num_replies, 2);
  EXPECT_EQ(implementation.sent, "text");
}

}  // namespace
