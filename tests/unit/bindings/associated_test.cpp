// SPDX-License-Identifier: Apache-2.0
//
// What a peer can do wrong with the ids of associated interfaces, and what ends tell each other.
// The messages are those of a real remote, changed where a hostile one would write something else.
#include <cstddef>
#include <cstring>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/io_context.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ferrule/bindings/associated_receiver.h"
#include "ferrule/bindings/associated_remote.h"
#include "ferrule/bindings/binding_limits.h"
#include "ferrule/bindings/receiver.h"
#include "ferrule/bindings/remote.h"

#include "notebook.idl.h"
#include "support/io_loop.h"
#include "unit/bindings/fake_pipe.h"

namespace ferrule::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr uint32_t kRemoteSide = 0x80000000;

/// Keeps the ends it is given where the test can reach them.
class TestNotebook final : public Notebook {
 public:
  bool keeps = true;
  std::vector<PendingAssociatedReceiver<NotebookPage>> pages;
  std::vector<std::string> lines;
  std::function<void()> on_write = [] {};

 private:
  void Write(std::string text) override {
    lines.push_back(std::move(text));
    const auto call = on_write;
    call();
  }
  void Read(Reply<std::vector<std::string>> reply) override { reply(lines); }
  void Open(PendingAssociatedReceiver<NotebookPage> page, std::string /*name*/) override {
    if (keeps) pages.push_back(std::move(page));
  }
  void Make(std::string /*name*/, Reply<PendingAssociatedRemote<NotebookPage>> /*reply*/) override {
  }
  void Watch(PendingAssociatedRemote<NotebookReader> /*reader*/) override {}
  void OpenAll(std::vector<PendingAssociatedReceiver<NotebookPage>> /*pages*/,
               std::optional<PendingAssociatedRemote<NotebookReader>> /*reader*/) override {}
  void Leave(PendingAssociatedReceiver<NotebookPage> /*page*/, std::string /*name*/) override {}
  void Adopt() override {}
  void Ignore(PendingAssociatedReceiver<NotebookPage> /*page*/) override {}
  void CloseAll(uint32_t /*reason*/, std::string /*text*/) override {}
  void CountPages(Reply<int32_t> /*reply*/) override {}
  void Clear() override {}
};

class TestPage final : public NotebookPage {
 public:
  std::vector<std::string> lines;
  std::function<void()> on_write = [] {};

 private:
  void Write(std::string text) override {
    lines.push_back(std::move(text));
    const auto call = on_write;
    call();
  }
  void Count(Reply<int32_t> reply) override { reply(static_cast<int32_t>(lines.size())); }
  void Fork(PendingAssociatedReceiver<NotebookPage> /*page*/, std::string /*name*/) override {}
};

uint32_t interface_id_of(const wire::Message& message) {
  return FakePipe::header_of(message).interface_id;
}

/// Where the first id in the message's list stands.
uint8_t* first_id(wire::Message& message) {
  constexpr size_t kAt = offsetof(wire::MessageHeader, payload_interface_ids);
  return message.buffer().data() + kAt + FakePipe::header_of(message).payload_interface_ids + 8;
}

class AssociatedEndTest : public ::testing::Test {
 protected:
  AssociatedEndTest() {
    receiver_.set_disconnect_handler([this](const Error& reason) { reason_ = reason; });
  }

  /// The messages that the remote sent so far and that were not taken yet.
  std::vector<wire::Message> take_sent() {
    run_ready(io_);
    return std::exchange(there_.sent(), {});
  }
  /// Brings them to the receiver.
  void pass_on() {
    for (wire::Message& message : take_sent()) here_.put(std::move(message));
    here_.signal();
    run_ready(io_);
  }
  void bring_back() {
    for (wire::Message& message : std::exchange(here_.sent(), {})) there_.put(std::move(message));
    there_.signal();
    run_ready(io_);
  }
  void arrive(wire::Message message) {
    here_.arrive(std::move(message));
    run_ready(io_);
  }
  /// What a remote of its own sends when it opens a page and closes it again: the message and the
  /// notice.
  std::vector<wire::Message> make_open_and_close() {
    FakePipe pipe;
    const Remote<Notebook> remote(PendingRemote<Notebook>(pipe.take_end()), io_.get_executor());
    AssociatedRemote<NotebookPage> page;
    remote->Open(page.bind_new(io_.get_executor()), "page");
    page.reset();
    return std::exchange(pipe.sent(), {});
  }
  /// A message that opens a page under `id`.
  wire::Message make_open(uint32_t id) {
    auto sent = make_open_and_close();
    std::memcpy(first_id(sent.at(0)), &id, sizeof(id));
    return std::move(sent.at(0));
  }
  /// The notice that `id` was closed.
  wire::Message make_closed(uint32_t id) {
    auto sent = make_open_and_close();
    wire::Message& notice = sent.at(1);
    EXPECT_EQ(interface_id_of(notice), wire::kInvalidInterfaceId);
    // Parameters: header 8, union 16 (size, tag, pointer); the event: header 8, then the id.
    std::memcpy(notice.buffer().data() + 56 + 8 + 16 + 8, &id, sizeof(id));
    return std::move(notice);
  }
  /// A call of Write on `id`.
  wire::Message make_write(uint32_t id, const std::string& text) {
    FakePipe pipe;
    const Remote<Notebook> remote(PendingRemote<Notebook>(pipe.take_end()), io_.get_executor());
    remote->Write(text);
    wire::Message message = std::move(pipe.sent().at(0));
    std::memcpy(message.buffer().data() + offsetof(wire::MessageHeader, interface_id), &id,
                sizeof(id));
    return message;
  }
  void expect_bad_message() {
    EXPECT_THAT(here_.reported(), SizeIs(1));
    ASSERT_TRUE(reason_);
    EXPECT_EQ(reason_->code(), make_error_code(Errc::kBadMessage));
    EXPECT_TRUE(here_.is_closed());
  }
  /// One page, with a remote there and a receiver here that may be destroyed.
  void open_page() {
    page_remote_ = AssociatedRemote<NotebookPage>();
    remote_->Open(page_remote_.bind_new(io_.get_executor()), "page");
    pass_on();
    page_receiver_ = std::make_unique<AssociatedReceiver<NotebookPage>>(
        page_, std::move(notebook_.pages.at(0)), io_.get_executor());
  }
  void expect_fine() {
    EXPECT_THAT(here_.reported(), IsEmpty());
    EXPECT_FALSE(here_.is_closed());
  }

  boost::asio::io_context io_{1};
  FakePipe there_;
  FakePipe here_;
  std::optional<Error> reason_;
  TestNotebook notebook_;
  Remote<Notebook> remote_{PendingRemote<Notebook>(there_.take_end()), io_.get_executor()};
  Receiver<Notebook> receiver_{notebook_, PendingReceiver<Notebook>(here_.take_end()),
                               io_.get_executor()};
  TestPage page_;
  AssociatedRemote<NotebookPage> page_remote_;
  std::unique_ptr<AssociatedReceiver<NotebookPage>> page_receiver_;
};

// ---- what hostile peers send --------------------------------------------------------------------

TEST_F(AssociatedEndTest, RefusesAnIdOfItsOwnSide) {
  arrive(make_open(1));
  expect_bad_message();
}

TEST_F(AssociatedEndTest, RefusesAnIdThatIsOpen) {
  arrive(make_open(kRemoteSide | 7));
  expect_fine();
  arrive(make_open(kRemoteSide | 7));
  expect_bad_message();
}

TEST_F(AssociatedEndTest, RefusesAnIdThatComesTwiceInAMessage) {
  auto pages = std::vector<AssociatedRemote<NotebookPage>>(2);
  std::vector<PendingAssociatedReceiver<NotebookPage>> ends;
  for (auto& page : pages) ends.push_back(page.bind_new(io_.get_executor()));
  remote_->OpenAll(std::move(ends), std::nullopt);
  auto sent = take_sent();
  std::memcpy(first_id(sent.at(0)) + 4, first_id(sent.at(0)), 4);
  arrive(std::move(sent.at(0)));
  expect_bad_message();
}

TEST_F(AssociatedEndTest, RefusesMoreThanSoManyOpenIds) {
  for (uint32_t i = 1; i <= bindings::kMaxAssociatedInterfaces; ++i) {
    here_.put(make_open(kRemoteSide | i));
  }
  here_.signal();
  run_ready(io_);
  expect_fine();
  EXPECT_THAT(notebook_.pages, SizeIs(bindings::kMaxAssociatedInterfaces));
  arrive(make_open(kRemoteSide | 0x100000));
  expect_bad_message();
}

TEST_F(AssociatedEndTest, RefusesMoreThanSoManyNoticesOfUnknownIds) {
  for (uint32_t i = 1; i <= bindings::kMaxAssociatedInterfaces; ++i) {
    here_.put(make_closed(kRemoteSide | i));
  }
  here_.signal();
  run_ready(io_);
  expect_fine();
  arrive(make_closed(kRemoteSide | 0x100000));
  expect_bad_message();
}

TEST_F(AssociatedEndTest, RefusesANoticeAboutAnIdItNeverMade) {
  arrive(make_closed(5));
  expect_bad_message();
}

TEST_F(AssociatedEndTest, RefusesASecondNotice) {
  arrive(make_open(kRemoteSide | 7));
  arrive(make_closed(kRemoteSide | 7));
  expect_fine();
  arrive(make_closed(kRemoteSide | 7));
  expect_bad_message();
}

TEST_F(AssociatedEndTest, RefusesAMessageAfterTheNotice) {
  arrive(make_open(kRemoteSide | 7));
  arrive(make_closed(kRemoteSide | 7));
  arrive(make_write(kRemoteSide | 7, "too late"));
  expect_bad_message();
}

TEST_F(AssociatedEndTest, DropsAMessageToAnUnknownId) {
  arrive(make_write(kRemoteSide | 9, "to nobody"));
  arrive(make_write(9, "to nobody"));
  expect_fine();
  arrive(make_write(0, "to the notebook"));
  EXPECT_THAT(notebook_.lines, ElementsAre("to the notebook"));
}

TEST_F(AssociatedEndTest, ClosesTheEndsInAMessageThatNobodyReads) {
  auto open = make_open(kRemoteSide | 7);
  const uint32_t nobody = kRemoteSide | 9;
  std::memcpy(open.buffer().data() + offsetof(wire::MessageHeader, interface_id), &nobody,
              sizeof(nobody));
  arrive(std::move(open));
  expect_fine();
  ASSERT_THAT(here_.sent(), SizeIs(1));
  EXPECT_EQ(interface_id_of(here_.sent()[0]), wire::kInvalidInterfaceId);
}

TEST_F(AssociatedEndTest, AnIdWhoseNoticeCameFirstIsClosedFromTheStart) {
  arrive(make_closed(kRemoteSide | 7));
  arrive(make_open(kRemoteSide | 7));
  expect_fine();
  TestPage page;
  AssociatedReceiver<NotebookPage> receiver(page, std::move(notebook_.pages.at(0)),
                                            io_.get_executor());
  bool is_gone = false;
  receiver.set_disconnect_handler([&] { is_gone = true; });
  run_ready(io_);
  EXPECT_TRUE(is_gone);
}

TEST_F(AssociatedEndTest, RefusesUnknownControlMessages) {
  auto notice = make_closed(kRemoteSide | 7);
  const uint32_t unknown_tag = 77;
  std::memcpy(notice.buffer().data() + 56 + 8 + 4, &unknown_tag, sizeof(unknown_tag));
  arrive(std::move(notice));
  expect_bad_message();
}

TEST_F(AssociatedEndTest, ABadCallOnOneInterfaceEndsThePipe) {
  AssociatedRemote<NotebookPage> page;
  remote_->Open(page.bind_new(io_.get_executor()), "page");
  pass_on();
  TestPage implementation;
  AssociatedReceiver<NotebookPage> receiver(implementation, std::move(notebook_.pages.at(0)),
                                            io_.get_executor());
  std::optional<Error> reason;
  receiver.set_disconnect_handler([&](const Error& why) { reason = why; });
  page->Write("x");
  auto sent = take_sent();
  const uint32_t no_method = 99;
  std::memcpy(sent.at(0).buffer().data() + offsetof(wire::MessageHeader, name), &no_method, 4);
  arrive(std::move(sent.at(0)));
  expect_bad_message();
  EXPECT_THAT(here_.reported()[0], HasSubstr("MESSAGE_HEADER_UNKNOWN_METHOD"));
  ASSERT_TRUE(reason);
  EXPECT_EQ(reason->code(), make_error_code(Errc::kBadMessage));
}

// ---- how ends live and die ----------------------------------------------------------------------

TEST_F(AssociatedEndTest, ForgetsAnIdWhenBothSidesClosedIt) {
  for (size_t i = 0; i < 2 * bindings::kMaxAssociatedInterfaces; ++i) {
    AssociatedRemote<NotebookPage> page;
    remote_->Open(page.bind_new(io_.get_executor()), "page");
    page.reset();
    pass_on();
    notebook_.pages.clear();
    bring_back();
  }
  expect_fine();
  EXPECT_THAT(there_.reported(), IsEmpty());
}

TEST_F(AssociatedEndTest, RefusesToOpenTooManyItself) {
  std::vector<AssociatedRemote<NotebookPage>> pages(bindings::kMaxAssociatedInterfaces);
  for (auto& page : pages) remote_->Open(page.bind_new(io_.get_executor()), "page");
  std::optional<Error> reason;
  remote_.set_disconnect_handler([&](const Error& why) { reason = why; });
  AssociatedRemote<NotebookPage> page;
  remote_->Open(page.bind_new(io_.get_executor()), "one more");
  run_ready(io_);
  ASSERT_TRUE(reason);
  EXPECT_THAT(reason->message(), HasSubstr("too many associated interfaces"));
  EXPECT_FALSE(page.is_connected());
}

TEST_F(AssociatedEndTest, AMessageThatCannotBeSentClosesTheEndsInIt) {
  AssociatedRemote<NotebookPage> page;
  bool is_gone = false;
  auto receiver = page.bind_new(io_.get_executor());
  page.set_disconnect_handler([&] { is_gone = true; });
  there_.fail_next_send(Error(Errc::kResourceExhausted, "no"));
  remote_->Open(std::move(receiver), "page");
  run_ready(io_);
  EXPECT_TRUE(is_gone);
  EXPECT_FALSE(page.is_connected());
}

TEST_F(AssociatedEndTest, ThePipeMayBeDestroyedInsideACallOfAnAssociatedInterface) {
  open_page();
  page_.on_write = [&] { receiver_.reset(); };
  page_remote_->Write("closes the pipe");
  page_remote_->Write("never arrives");
  remote_->Write("never arrives");
  pass_on();
  EXPECT_THAT(page_.lines, SizeIs(1));
  EXPECT_THAT(notebook_.lines, IsEmpty());
  EXPECT_FALSE(page_receiver_->is_connected());
}

TEST_F(AssociatedEndTest, AnEndMayBeDestroyedInsideItsOwnCall) {
  open_page();
  page_.on_write = [&] { page_receiver_.reset(); };
  page_remote_->Write("destroys the receiver");
  page_remote_->Write("dropped");
  remote_->Write("next");
  pass_on();
  EXPECT_THAT(page_.lines, SizeIs(1));
  EXPECT_THAT(notebook_.lines, ElementsAre("next"));
  expect_fine();
}

TEST_F(AssociatedEndTest, EverythingMayBeDestroyedInsideADisconnectHandler) {
  auto page = std::make_unique<AssociatedRemote<NotebookPage>>();
  auto other = std::make_unique<AssociatedRemote<NotebookPage>>();
  remote_->Open(page->bind_new(io_.get_executor()), "page");
  remote_->Open(other->bind_new(io_.get_executor()), "other");
  int num_calls = 0;
  page->set_disconnect_handler([&] {
    ++num_calls;
    other.reset();
    remote_.reset();
    page.reset();
  });
  other->set_disconnect_handler([&] { ++num_calls; });
  pass_on();
  notebook_.pages.clear();
  bring_back();
  EXPECT_EQ(num_calls, 1);
}

TEST_F(AssociatedEndTest, APipeWaitsForAnEndUntilItIsDestroyed) {
  AssociatedRemote<NotebookPage> page;
  remote_->Open(page.bind_new(io_.get_executor()), "page");
  page->Write("waits");
  remote_->Write("behind");
  pass_on();
  EXPECT_THAT(notebook_.lines, IsEmpty());
  notebook_.pages.clear();
  run_ready(io_);
  EXPECT_THAT(notebook_.lines, ElementsAre("behind"));
}

TEST_F(AssociatedEndTest, TheReasonOfThePipeArrives) {
  remote_.reset_with_reason(7, std::string(5000, 'x'));
  pass_on();
  here_.close_peer();
  run_ready(io_);
  ASSERT_TRUE(reason_);
  EXPECT_EQ(reason_->code(), error_code(7, disconnect_category()));
  EXPECT_EQ(reason_->message().size(), bindings::kMaxReasonBytes);
}

}  // namespace
}  // namespace ferrule::test
