// SPDX-License-Identifier: Apache-2.0
// Types that a mapping chose, in calls that cross a socket.
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <boost/asio/io_context.hpp>

#include <gtest/gtest.h>

#include "ferrule/ferrule.h"

#include "mapped.idl.h"
#include "support/temporary_folder.h"
#include "texts.idl.h"

namespace ferrule::test {
namespace {

my::Rect rect(int32_t left, uint32_t width) {
  my::Rect made;
  made.left = left;
  made.width = width;
  made.name = "r";
  made.pixels = {1, 2};
  return made;
}

/// Moves what it is told to paint one to the right, and remembers the rest.
class PainterImpl final : public mapped::Painter {
 public:
  void Paint(my::Rect rect, my::Level level, std::optional<my::Shape> shape,
             Reply<my::Rect, my::Code> reply) override {
    level_ = level;
    shape_ = std::move(shape);
    ++rect.left;
    reply(std::move(rect), my::Code{num_calls_++ == 0 ? 123 : 7});
  }

  std::optional<my::Level> level_;
  std::optional<my::Shape> shape_;
  int num_calls_ = 0;
};

class LabellerImpl final : public mapped::texts::Labeller {
 public:
  void Join(mapped::texts::Labels labels, std::optional<my::Text> more,
            Reply<my::Text> reply) override {
    std::string all = labels.one.characters;
    for (const my::Text& text : labels.all) all += text.characters;
    if (more) all += more->characters;
    reply(my::Text{all});
  }
};

/// Two runtimes that share a thread, and a socket between them.
class MappedPipeTest : public ::testing::Test {
 protected:
  MappedPipeTest() {
    listener_ = there_
                    .listen(folder_.file("socket"),
                            [this](Connection connection) { accept(std::move(connection)); })
                    .value();
    connection_ = here_.connect(folder_.file("socket")).value();
    connection_.set_closed_handler([this](const Error& why) { closed_here_ = why.message(); });
  }

  template <class Interface>
  Remote<Interface> remote() {
    return {connection_.request<Interface>(), io_.get_executor()};
  }
  template <class Condition>
  void run_until(Condition is_done) {
    while (!is_done()) ASSERT_NE(io_.run_one(), 0U);
  }

  boost::asio::io_context io_{1};
  PainterImpl painter_;
  std::optional<std::string> closed_here_;   // why, as the caller sees it
  std::optional<std::string> closed_there_;  // and the service

 private:
  void accept(Connection connection) {
    accepted_ = std::move(connection);
    accepted_.set_closed_handler([this](const Error& why) { closed_there_ = why.message(); });
    accepted_.provide<mapped::Painter>([this](PendingReceiver<mapped::Painter> pending) {
      painting_.bind(std::move(pending), io_.get_executor());
    });
    accepted_.provide<mapped::texts::Labeller>(
        [this](PendingReceiver<mapped::texts::Labeller> pending) {
          labelling_.bind(std::move(pending), io_.get_executor());
        });
  }

  TemporaryFolder folder_;
  Runtime here_{io_.get_executor()};
  Runtime there_{io_.get_executor()};
  LabellerImpl labeller_;
  Receiver<mapped::Painter> painting_{painter_};
  Receiver<mapped::texts::Labeller> labelling_{labeller_};
  Listener listener_;
  Connection accepted_;
  Connection connection_;
};

TEST_F(MappedPipeTest, StructsEnumsAndUnionsCrossAPipe) {
  auto painter = remote<mapped::Painter>();
  std::optional<my::Rect> moved;
  my::Code code;
  painter->Paint(rect(4, 9), my::Level::high, my::Shape{"path"},
                 [&](error_code error, my::Rect result, my::Code answer) {
                   EXPECT_FALSE(error) << error.message();
                   moved = std::move(result);
                   code = answer;
                 });
  run_until([&] { return moved.has_value(); });
  EXPECT_EQ(*moved, rect(5, 9));
  EXPECT_EQ(code.digits, 123);
  EXPECT_EQ(painter_.level_, my::Level::high);
  EXPECT_TRUE(painter_.shape_ == my::Shape{"path"});
}

TEST_F(MappedPipeTest, StringsCrossAPipe) {
  auto labeller = remote<mapped::texts::Labeller>();
  std::optional<my::Text> all;
  labeller->Join({.one = {"a"}, .all = {{"b"}, {"c"}}}, my::Text{"d"},
                 [&](error_code error, my::Text text) {
                   EXPECT_FALSE(error) << error.message();
                   all = std::move(text);
                 });
  run_until([&] { return all.has_value(); });
  EXPECT_EQ(all->characters, "abcd");
}

TEST_F(MappedPipeTest, AParameterThatIsRefusedEndsTheConnectionAndIsNamed) {
  auto painter = remote<mapped::Painter>();
  std::optional<error_code> answer;
  painter->Paint(rect(4, 1001), my::Level::low, std::nullopt,
                 [&](error_code error, const my::Rect&, my::Code) { answer = error; });
  run_until([&] { return answer && closed_there_; });
  EXPECT_TRUE(*answer);
  EXPECT_EQ(painter_.num_calls_, 0);
  EXPECT_NE(closed_there_->find("field rect: DESERIALIZATION_FAILED"), std::string::npos)
      << *closed_there_;
}

TEST_F(MappedPipeTest, AResultThatIsRefusedEndsTheConnectionAndIsNamed) {
  painter_.num_calls_ = 1;  // from now on with a code that is too small
  auto painter = remote<mapped::Painter>();
  std::optional<error_code> answer;
  painter->Paint(my::Rect{}, my::Level::low, std::nullopt,
                 [&](error_code error, const my::Rect&, my::Code) { answer = error; });
  run_until([&] { return answer && closed_here_; });
  EXPECT_TRUE(*answer);
  EXPECT_NE(closed_here_->find("field code: DESERIALIZATION_FAILED"), std::string::npos)
      << *closed_here_;
}

}  // namespace
}  // namespace ferrule::test
