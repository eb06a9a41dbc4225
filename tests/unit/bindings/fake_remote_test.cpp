// SPDX-License-Identifier: Apache-2.0
#include "ferrule/bindings/testing/fake_remote.h"

#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <boost/asio/io_context.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ferrule/bindings/remote.h"
#include "ferrule/bindings/testing/fake_method.h"

#include "calculator.idl.h"
#include "ping.idl.h"
#include "support/io_loop.h"

namespace ferrule::test {
namespace {

using ferrule::testing::FakeMethod;
using ferrule::testing::FakeRemote;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class FakePing final : public Ping {
 public:
  FakeMethod<&Ping::Add> add;
  FakeMethod<&Ping::Nothing> nothing;
  FakeMethod<&Ping::Both> both;
  FakeMethod<&Ping::Note> note;
  FakeMethod<&Ping::SetOther> set_other;

 private:
  void Add(int32_t a, int32_t b, Reply<int32_t> reply) override { add(a, b, std::move(reply)); }
  void Nothing(Reply<> reply) override { nothing(std::move(reply)); }
  void Both(int32_t a, std::string b, Reply<int32_t, std::string> reply) override {
    both(a, std::move(b), std::move(reply));
  }
  void Note(int32_t number) override { note(number); }
  void SetOther(PendingRemote<Ping> other) override { set_other(std::move(other)); }
  void Descend(int32_t /*depth*/, Reply<int32_t> /*reply*/) override {}
  void Chatter(int32_t /*num_notes*/, Reply<> /*reply*/) override {}
  void Hang(Reply<> /*reply*/) override {}
  void Leave(Reply<> /*reply*/) override {}
  void OpenBeside(PendingAssociatedReceiver<Ping> /*beside*/) override {}
};

template <class Fake, class... Results>
concept CanAnswer = requires(Fake fake, Results... results) {
  fake.answer(results...);
};
static_assert(CanAnswer<FakeMethod<&Ping::Add>, int32_t>);
static_assert(CanAnswer<FakeMethod<&Ping::Both>, int32_t, std::string>);
static_assert(!CanAnswer<FakeMethod<&Ping::Add>, std::string>);
static_assert(!CanAnswer<FakeMethod<&Ping::Add>>);
static_assert(!CanAnswer<FakeMethod<&Ping::Both>, int32_t>);
static_assert(!CanAnswer<FakeMethod<&Ping::Note>, int32_t>, "it has no answer");

class FakeRemoteTest : public ::testing::Test {
 protected:
  FakeRemoteTest() { ping_.bind(fake_.take_pending(), io_.get_executor()); }

  std::vector<std::string> run() {
    run_ready(io_);
    return std::exchange(events_, {});
  }
  void add(int32_t a, int32_t b) {
    ping_->Add(a, b, [this](error_code error, int32_t sum) {
      events_.push_back(error ? error.message() : std::to_string(sum));
    });
  }

  boost::asio::io_context io_{1};
  FakeRemote<Ping, FakePing> fake_{io_.get_executor()};
  Remote<Ping> ping_;
  std::vector<std::string> events_;
};

TEST_F(FakeRemoteTest, RecordsAndAnswers) {
  fake_->add.answer(5);
  add(1, 2);
  add(3, 4);
  EXPECT_THAT(run(), ElementsAre("5", "5"));
  EXPECT_THAT(fake_->add.calls(), ElementsAre(std::tuple(1, 2), std::tuple(3, 4)));
  EXPECT_EQ(fake_->nothing.count(), 0U);
}

TEST_F(FakeRemoteTest, AnswersOnceAndThenAsAlways) {
  fake_->add.answer(5);
  fake_->add.answer_once(6);
  fake_->add.answer_once(7);
  for (int i = 0; i < 3; ++i) add(0, 0);
  EXPECT_THAT(run(), ElementsAre("6", "7", "5"));
}

TEST_F(FakeRemoteTest, AnswersWhatAFunctionMakesOfTheArguments) {
  fake_->add.answer_with([](int32_t a, int32_t b) { return a * b; });
  add(3, 4);
  EXPECT_THAT(run(), ElementsAre("12"));
  fake_->both.answer_with([](int32_t a, const std::string& b) { return std::tuple(a + 1, b + b); });
  ping_->Both(1, "x", [this](error_code, int32_t a, const std::string& b) {
    events_.push_back(std::to_string(a) + b);
  });
  EXPECT_THAT(run(), ElementsAre("2xx"));
  EXPECT_THAT(fake_->both.calls(), ElementsAre(std::tuple(1, "x")));
  int num_calls = 0;
  fake_->nothing.answer_with([&] { ++num_calls; });
  ping_->Nothing([this](error_code error) { events_.push_back(error.message()); });
  EXPECT_EQ(run().size(), 1U);
  EXPECT_EQ(num_calls, 1);
}

TEST_F(FakeRemoteTest, WithoutAnAnswerACallFails) {
  add(1, 2);
  fake_->add.answer(1);
  EXPECT_THAT(run(), ElementsAre("1")) << "what counts is what is set when it arrives";
  fake_->add.drop();
  add(1, 2);
  EXPECT_THAT(run(), ElementsAre(make_error_code(Errc::kReplyDropped).message()));
  EXPECT_EQ(fake_->add.count(), 2U);
}

TEST_F(FakeRemoteTest, HoldsAnswersBack) {
  fake_->add.hold();
  for (int i = 0; i < 3; ++i) add(i, 0);
  EXPECT_THAT(run(), IsEmpty());
  EXPECT_EQ(fake_->add.num_held(), 3U);
  fake_->add.answer_held(7);
  EXPECT_THAT(run(), ElementsAre("7"));
  fake_->add.drop_held();
  EXPECT_EQ(run().size(), 2U);
}

TEST_F(FakeRemoteTest, RecordsOneWayCallsWithTheirEnds) {
  ferrule::testing::TestPipes pipes;
  ping_->Note(7);
  ping_->SetOther(make_pipe<Ping>(pipes).remote);
  run();
  EXPECT_THAT(fake_->note.calls(), ElementsAre(std::tuple(7)));
  ASSERT_EQ(fake_->set_other.count(), 1U);
  EXPECT_TRUE(std::get<0>(fake_->set_other.calls()[0]).is_valid());
}

TEST_F(FakeRemoteTest, ItsPipeMayBreak) {
  fake_->add.answer(5);
  fake_.to_client().disconnect_after(1);
  add(1, 2);
  add(3, 4);
  EXPECT_THAT(run(), ElementsAre("5", make_error_code(Errc::kDisconnected).message()));
}

}  // namespace
}  // namespace ferrule::test
