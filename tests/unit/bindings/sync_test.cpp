// SPDX-License-Identifier: Apache-2.0
//
// What is handled while a synchronous call waits, and what is not. One thread plays all parts: what
// arrives meanwhile is put into the pipes by implementations that are served.
#include <algorithm>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/io_context.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ferrule/bindings/associated_receiver.h"
#include "ferrule/bindings/receiver.h"
#include "ferrule/bindings/remote.h"
#include "ferrule/bindings/sync_watch.h"
#include "ferrule/bindings/use_sync.h"

#include "ping.idl.h"
#include "support/io_loop.h"
#include "unit/bindings/fake_pipe.h"

namespace ferrule::test {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr uint32_t kPingAdd = 2;
constexpr uint32_t kPingNothing = 3;
constexpr uint32_t kPingNote = 8;

class TestPing final : public Ping {
 public:
  std::vector<std::string> events;
  std::function<void()> on_nothing = [] {};

 private:
  void SetOther(PendingRemote<Ping> /*other*/) override {}
  void Descend(int32_t /*depth*/, Reply<int32_t> /*reply*/) override {}
  void Add(int32_t a, int32_t b, Reply<int32_t> reply) override {
    events.emplace_back("add");
    reply(a + b);
  }
  void Nothing(Reply<> reply) override {
    events.emplace_back("nothing");
    reply();
    const auto call = on_nothing;
    call();
  }
  void Both(int32_t /*a*/, std::string /*b*/, Reply<int32_t, std::string> /*reply*/) override {}
  void Chatter(int32_t /*num_notes*/, Reply<> /*reply*/) override {}
  void Hang(Reply<> /*reply*/) override {}
  void Leave(Reply<> /*reply*/) override {}
  void Note(int32_t number) override { events.push_back("note " + std::to_string(number)); }
  void OpenBeside(PendingAssociatedReceiver<Ping> /*beside*/) override {}
};

class SyncCallTest : public ::testing::Test {
 protected:
  static wire::Message make_nothing(uint32_t flags) {
    wire::MessageHeader header;
    header.name = kPingNothing;
    header.flags = flags;
    header.request_id = 77;
    return make_message(header, {});
  }
  static wire::Message make_note(uint32_t number) {
    return make_request(0, number, 0, 0, kPingNote);
  }
  /// The answer to the call that was sent last.
  void answer(uint32_t sum = 0) {
    const wire::MessageHeader request = FakePipe::header_of(there_.sent().back());
    wire::MessageHeader header;
    header.name = request.name;
    header.flags = wire::kIsResponse | wire::kIsSync;
    header.request_id = request.request_id;
    there_.arrive(request.name == kPingAdd ? make_message(header, {sum, 0})
                                           : make_message(header, {}));
  }
  auto in_a_moment() { return remote_.with_timeout(std::chrono::milliseconds(1)); }
  static error_code code_of(const auto& result) {
    return result ? error_code() : result.error().code();
  }

  static constexpr uint32_t kSyncRequest = wire::kExpectsResponse | wire::kIsSync;
  boost::asio::io_context io_{1};
  FakePipe there_;  // what the remote is bound to
  FakePipe here_;   // another pipe on the same executor
  TestPing ping_;
  Remote<Ping> remote_{PendingRemote<Ping>(there_.take_end()), io_.get_executor()};
  Receiver<Ping> receiver_{ping_, PendingReceiver<Ping>(here_.take_end()), io_.get_executor()};
};

TEST_F(SyncCallTest, SaysSoInTheHeader) {
  EXPECT_EQ(code_of(in_a_moment()->Nothing(use_sync)), make_error_code(Errc::kTimedOut));
  EXPECT_EQ(there_.sent_header(0).flags, kSyncRequest);
  EXPECT_EQ(code_of(in_a_moment()->Add(1, 2, use_sync)), make_error_code(Errc::kTimedOut));
  const auto& sent = there_.sent();
  const auto is_add = [](const wire::Message& each) {
    const auto header = FakePipe::header_of(each);
    return header.name == kPingAdd && header.flags == (kSyncRequest | wire::kNoInterrupt);
  };
  EXPECT_EQ(std::count_if(sent.begin(), sent.end(), is_add), 1);
  remote_->Nothing([](error_code) {});
  EXPECT_EQ(FakePipe::header_of(there_.sent().back()).flags, uint32_t{wire::kExpectsResponse});
}

TEST_F(SyncCallTest, ServesASynchronousRequestAndKeepsWhatCameBefore) {
  here_.put(make_note(1));
  here_.put(make_nothing(kSyncRequest));
  here_.put(make_note(2));
  ping_.on_nothing = [this] { answer(); };
  EXPECT_TRUE(remote_->Nothing(use_sync));
  EXPECT_THAT(ping_.events, ElementsAre("nothing"));
  EXPECT_THAT(here_.sent(), SizeIs(1)) << "its answer left";
  run_ready(io_);
  EXPECT_THAT(ping_.events, ElementsAre("nothing", "note 1", "note 2"));
}

TEST_F(SyncCallTest, DoesNotServeOtherRequests) {
  here_.put(make_nothing(wire::kExpectsResponse));
  EXPECT_EQ(code_of(in_a_moment()->Nothing(use_sync)), make_error_code(Errc::kTimedOut));
  EXPECT_THAT(ping_.events, IsEmpty());
  run_ready(io_);
  EXPECT_THAT(ping_.events, ElementsAre("nothing"));
}

TEST_F(SyncCallTest, TellsOfACallThatWaitsAndOfWhatItKeepsWaiting) {
  set_sync_patience(std::chrono::milliseconds(1));
  here_.put(make_nothing(kSyncRequest));
  ::testing::internal::CaptureStderr();
  const auto result = remote_.with_timeout(std::chrono::milliseconds(20))->Add(1, 2, use_sync);
  const std::string log = ::testing::internal::GetCapturedStderr();
  set_sync_patience(Clock::Duration::zero());
  EXPECT_EQ(code_of(result), make_error_code(Errc::kTimedOut));
  EXPECT_EQ(log,
            "ferrule: warning: a synchronous call has waited for 1 s: ferrule.test.Ping.Add (which "
            "lets no requests in). Requests that it keeps waiting are for: ferrule.test.Ping. All "
            "that wait in this process: ferrule.test.Ping.Add (which lets no requests in). If they "
            "wait for each other, none of them ends.\n");

  ::testing::internal::CaptureStderr();
  EXPECT_EQ(code_of(in_a_moment()->Add(1, 2, use_sync)), make_error_code(Errc::kTimedOut));
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
}

TEST_F(SyncCallTest, LetsNobodyInWhereTheMethodForbidsIt) {
  here_.put(make_nothing(kSyncRequest));
  EXPECT_EQ(code_of(in_a_moment()->Add(1, 2, use_sync)), make_error_code(Errc::kTimedOut));
  EXPECT_THAT(ping_.events, IsEmpty());
  ping_.on_nothing = [this] { answer(); };
  EXPECT_TRUE(remote_->Nothing(use_sync)) << "the one that was kept is served now";
  EXPECT_THAT(ping_.events, ElementsAre("nothing"));
}

TEST_F(SyncCallTest, DoesNotServeAPausedReceiver) {
  receiver_.pause();
  here_.put(make_nothing(kSyncRequest));
  EXPECT_EQ(code_of(in_a_moment()->Nothing(use_sync)), make_error_code(Errc::kTimedOut));
  run_ready(io_);
  EXPECT_THAT(ping_.events, IsEmpty());
  receiver_.resume();
  run_ready(io_);
  EXPECT_THAT(ping_.events, ElementsAre("nothing"));
}

TEST_F(SyncCallTest, AnswersToOtherCallsComeAfterwards) {
  std::vector<std::string> answers;
  remote_->Nothing([&](error_code) { answers.emplace_back("first"); });
  answer();
  here_.put(make_nothing(kSyncRequest));
  ping_.on_nothing = [this] { answer(5); };
  EXPECT_EQ(code_of(remote_->Nothing(use_sync)), error_code());
  EXPECT_THAT(answers, IsEmpty());
  run_ready(io_);
  EXPECT_THAT(answers, ElementsAre("first"));
}

TEST_F(SyncCallTest, EndsWhenTheOtherSideIsGone) {
  here_.put(make_nothing(kSyncRequest));
  ping_.on_nothing = [this] { there_.close_peer(); };
  bool is_told = false;
  remote_.set_disconnect_handler([&] { is_told = true; });
  EXPECT_EQ(code_of(remote_->Nothing(use_sync)), make_error_code(Errc::kDisconnected));
  EXPECT_FALSE(is_told) << "handlers wait, too";
  run_ready(io_);
  EXPECT_TRUE(is_told);
}

TEST_F(SyncCallTest, ALateAnswerIsDropped) {
  EXPECT_EQ(code_of(in_a_moment()->Nothing(use_sync)), make_error_code(Errc::kTimedOut));
  wire::MessageHeader header;
  header.name = kPingNothing;
  header.flags = wire::kIsResponse | wire::kIsSync;
  header.request_id = there_.sent_header(0).request_id;
  there_.arrive(make_message(header, {}));
  run_ready(io_);
  EXPECT_TRUE(remote_.is_connected());
}

TEST_F(SyncCallTest, ABrokenAnswerIsABadMessage) {
  here_.put(make_nothing(kSyncRequest));
  ping_.on_nothing = [this] {
    wire::MessageHeader header;
    header.name = kPingAdd;
    header.flags = wire::kIsResponse;
    header.request_id = there_.sent_header(0).request_id;
    there_.arrive(make_message(header, {1, 2}));
  };
  EXPECT_EQ(code_of(remote_->Nothing(use_sync)), make_error_code(Errc::kBadMessage));
  EXPECT_THAT(there_.reported(), SizeIs(1));
}

TEST_F(SyncCallTest, EverythingMayBeDestroyedInside) {
  here_.put(make_nothing(kSyncRequest));
  ping_.on_nothing = [this] {
    receiver_.reset();
    remote_.reset();
  };
  const auto proxy = *remote_.operator->();
  EXPECT_EQ(code_of(proxy.Nothing(use_sync)), make_error_code(Errc::kCancelled));
  run_ready(io_);
}

}  // namespace
}  // namespace ferrule::test
