// SPDX-License-Identifier: Apache-2.0
// What whoever looks after a bad message reads, in full, for each of the 18 errors: the interface,
// the method, the path of the field, the rule and the place. The messages are drawn by hand.

#include <fcntl.h>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/io_context.hpp>

#include <gmock/gmock.h>

#include "ferrule/ferrule.h"

#include "stubs.h"
#include "support/io_loop.h"
#include "support/wire_text.h"

namespace ferrule::corpus {
namespace {

/// Brings one message and keeps what was said about it.
class OneMessagePipe final : public wire::PipeEnd {
 public:
  enum class When { kAtOnce, kAfterARequest };

  OneMessagePipe(const std::string& text, When when, std::string& report)
      : when_(when), report_(report) {
    const test::WireText parsed = test::parse_wire_text(text);
    Buffer buffer = Buffer::allocate(parsed.bytes.size());
    std::ranges::copy(parsed.bytes, buffer.data());
    std::vector<wire::Handle> handles;
    while (handles.size() < parsed.num_handles) {
      handles.emplace_back(UniqueFd(::open("/dev/null", O_RDONLY | O_CLOEXEC)));
    }
    incoming_.emplace_back(std::move(buffer), std::move(handles));
  }

  Result<void> send(wire::Message&& /*message*/) override {
    if (const auto listener = listener_.lock()) {
      listener->on_pipe_signal(SignalSource::kTransport);
    }
    return {};
  }
  TakeStatus take(wire::Message& message) override {
    if (incoming_.empty()) return TakeStatus::kEmpty;
    message = std::move(incoming_.back());
    incoming_.pop_back();
    return TakeStatus::kMessage;
  }
  void set_listener(std::weak_ptr<Listener> listener) override {
    listener_ = std::move(listener);
    const auto alive = listener_.lock();
    if (when_ == When::kAtOnce && alive) alive->on_pipe_signal(SignalSource::kCall);
  }
  Buffer allocate(size_t num_bytes) override { return Buffer::allocate(num_bytes); }
  void report_bad_message(std::string_view what) override { report_ = what; }
  bool is_peer_closed() const override { return false; }

 private:
  std::vector<wire::Message> incoming_;
  std::weak_ptr<Listener> listener_;
  const When when_;
  std::string& report_;
};

/// The report about a request; the owner of the receiver is told the same.
template <class Interface, class Stub>
std::string report_of(const std::string& text) {
  boost::asio::io_context io{1};
  std::string report;
  std::string reason;
  Stub stub;
  auto pipe = std::make_unique<OneMessagePipe>(text, OneMessagePipe::When::kAtOnce, report);
  Receiver<Interface> receiver{stub};
  receiver.bind(PendingReceiver<Interface>(std::move(pipe)), io.get_executor());
  receiver.set_disconnect_handler([&reason](const Error& error) { reason = error.message(); });
  test::run_ready(io);
  EXPECT_EQ(report, reason);
  return report;
}

/// A header of version 3 for a method without an answer.
std::string header(int name, const std::string& flags = "[u4]0") {
  return "[dist4]header [u4]3 [u4]0 [u4]" + std::to_string(name) + " " + flags +
         " [u4]0 [u8]1 [dist8]payload [u8]0 [u8]0 [anchr]header [anchr]payload ";
}

std::string corpus_report(const std::string& text) {
  return report_of<Corpus, WireCheckStubOfCorpus>(text);
}
std::string associated_report(const std::string& text) {
  return report_of<Associated, WireCheckStubOfAssociated>(text);
}

TEST(WireErrorsTest, MisalignedObject) {
  EXPECT_EQ(corpus_report(header(1) + "[u4]24 [u4]0 [u8]20 [u8]0 [u4]0 [u4]8 [u4]0 [u4]0"),
            "ferrule.corpus.Corpus.Texts request: "
            "field a: MISALIGNED_OBJECT at byte 84");
}

TEST(WireErrorsTest, IllegalMemoryRange) {
  EXPECT_EQ(corpus_report(header(1) + "[u4]24 [u4]0 [u8]16 [u8]0 [u4]9 [u4]1"),
            "ferrule.corpus.Corpus.Texts request: "
            "field a: ILLEGAL_MEMORY_RANGE at byte 80");
}

TEST(WireErrorsTest, UnexpectedStructHeader) {
  EXPECT_EQ(corpus_report(header(8) + "[u4]16 [u4]0 [u8]8 [u4]24 [u4]0 [u8]0 [u8]0"),
            "ferrule.corpus.Corpus.Versions request: "
            "field a: UNEXPECTED_STRUCT_HEADER at byte 72");
}

TEST(WireErrorsTest, UnexpectedArrayHeader) {
  EXPECT_EQ(corpus_report(header(2) + R"([u4]48 [u4]0 [dist8]a [dist8]b [dist8]c [u8]0 [u8]0
                [anchr]a [u4]8 [u4]0 [anchr]b [u4]8 [u4]0 [anchr]c [u4]12 [u4]2 [u8]0)"),
            "ferrule.corpus.Corpus.Lists request: "
            "field c: UNEXPECTED_ARRAY_HEADER at byte 120");
}

TEST(WireErrorsTest, IllegalHandle) {
  EXPECT_EQ(corpus_report("[handles]2 " + header(5) + "[u4]16 [u4]0 [u4]1 [u4]0"),
            "ferrule.corpus.Corpus.Handles request: "
            "field b: ILLEGAL_HANDLE at byte 68");
}

TEST(WireErrorsTest, UnexpectedInvalidHandle) {
  EXPECT_EQ(corpus_report(header(5) + "[u4]16 [u4]0 [u4]0xffffffff [u4]0xffffffff"),
            "ferrule.corpus.Corpus.Handles request: "
            "field a: UNEXPECTED_INVALID_HANDLE at byte 64");
}

TEST(WireErrorsTest, IllegalPointer) {
  EXPECT_EQ(corpus_report(header(1) + "[u4]24 [u4]0 [u8]0x100000000 [u8]0"),
            "ferrule.corpus.Corpus.Texts request: field a: ILLEGAL_POINTER at byte 64");
}

TEST(WireErrorsTest, UnexpectedNullPointer) {
  EXPECT_EQ(corpus_report(header(1) + "[u4]24 [u4]0 [u8]0 [u8]0"),
            "ferrule.corpus.Corpus.Texts request: "
            "field a: UNEXPECTED_NULL_POINTER at byte 64");
}

const std::string kOneId =
    "[dist4]header [u4]3 [u4]0 [u4]0 [u4]0 [u4]0 [u8]1 [dist8]payload [dist8]ids [u8]0 "
    "[anchr]header [anchr]payload ";

TEST(WireErrorsTest, IllegalInterfaceId) {
  EXPECT_EQ(
      associated_report(kOneId + "[u4]16 [u4]0 [u4]1 [u4]0 [anchr]ids [u4]12 [u4]1 [u4]0x80000005"),
      "ferrule.corpus.Associated.Remote request: "
      "field a: ILLEGAL_INTERFACE_ID at byte 64");
}

TEST(WireErrorsTest, IllegalInterfaceIdInTheHeader) {
  EXPECT_EQ(associated_report(kOneId + "[u4]16 [u4]0 [u4]0 [u4]0 [anchr]ids [u4]12 [u4]1 [u4]0"),
            "ferrule.corpus.Associated: ILLEGAL_INTERFACE_ID at byte 80");
}

TEST(WireErrorsTest, UnexpectedInvalidInterfaceId) {
  EXPECT_EQ(associated_report(header(0) + "[u4]16 [u4]0 [u4]0xffffffff [u4]0"),
            "ferrule.corpus.Associated.Remote request: "
            "field a: UNEXPECTED_INVALID_INTERFACE_ID at byte 64");
}

TEST(WireErrorsTest, HeaderInvalidFlags) {
  EXPECT_EQ(corpus_report(header(9) + "[u4]16 [u4]0 [u8]0"),
            "ferrule.corpus.Corpus.Ask request: "
            "MESSAGE_HEADER_INVALID_FLAGS at byte 16");
}

TEST(WireErrorsTest, HeaderMissingRequestId) {
  EXPECT_EQ(corpus_report("[u4]24 [u4]0 [u4]0 [u4]9 [u4]1 [u4]0 [u4]16 [u4]0 [u8]0"),
            "ferrule.corpus.Corpus: MESSAGE_HEADER_MISSING_REQUEST_ID at byte 16");
}

TEST(WireErrorsTest, HeaderUnknownMethod) {
  EXPECT_EQ(corpus_report(header(77) + "[u4]8 [u4]0"),
            "ferrule.corpus.Corpus.method 77 request: "
            "MESSAGE_HEADER_UNKNOWN_METHOD at byte 12");
}

TEST(WireErrorsTest, DifferentSizedArraysInMap) {
  EXPECT_EQ(corpus_report(header(3) + R"([u4]16 [u4]0 [u8]8 [u4]24 [u4]0 [dist8]k [dist8]v
                [anchr]k [u4]8 [u4]0 [anchr]v [u4]12 [u4]1 [u8]0)"),
            "ferrule.corpus.Corpus.Table request: "
            "field a.values: DIFFERENT_SIZED_ARRAYS_IN_MAP at byte 88");
}

TEST(WireErrorsTest, UnknownUnionTag) {
  EXPECT_EQ(corpus_report(header(4) + "[u4]40 [u4]0 [u4]16 [u4]9 [u8]0 [u8]0 [u8]0"),
            "ferrule.corpus.Corpus.Shapes request: "
            "field a: UNKNOWN_UNION_TAG at byte 68");
}

TEST(WireErrorsTest, UnknownEnumValue) {
  EXPECT_EQ(corpus_report(header(6) + "[u4]24 [u4]0 [u4]5 [u4]0 [u4]0 [u4]3"),
            "ferrule.corpus.Corpus.Enums request: "
            "field a: UNKNOWN_ENUM_VALUE at byte 64");
}

TEST(WireErrorsTest, DeserializationFailedSaysWhy) {
  EXPECT_EQ(corpus_report(header(1) + "[u4]24 [u4]0 [u8]16 [u8]0 [u4]9 [u4]1 0xff 0 0 0 [u4]0"),
            "ferrule.corpus.Corpus.Texts request: "
            "field a: DESERIALIZATION_FAILED (not UTF-8) at byte 80");
}

TEST(WireErrorsTest, MaxRecursionDepth) {
  std::string text = header(7) + "[u4]16 [u4]0 [u8]8 ";
  std::string path = "a";
  for (int i = 0; i < 200; ++i) {
    text += "[u4]24 [u4]0 [u8]0 [u8]8 ";
    path += ".next";
  }
  EXPECT_EQ(corpus_report(text), "ferrule.corpus.Corpus.Chain request: field " + path +
                                     ": MAX_RECURSION_DEPTH at byte 4864");
}

TEST(WireErrorsTest, FieldsInsideFieldsHaveAPath) {
  EXPECT_EQ(corpus_report(header(2) + R"([u4]48 [u4]0 [dist8]a [dist8]b [dist8]c [dist8]d [dist8]e
                [anchr]a [u4]8 [u4]0 [anchr]b [u4]8 [u4]0
                [anchr]c [u4]14 [u4]3 [u8]0 [anchr]d [u4]8 [u4]0
                [anchr]e [u4]24 [u4]2 [u8]0 [u8]0x200000000)"),
            "ferrule.corpus.Corpus.Lists request: "
            "field e[1]: ILLEGAL_POINTER at byte 160");
}

TEST(WireErrorsTest, AnswersAreNamedToo) {
  boost::asio::io_context io{1};
  std::string report;
  std::string reason;
  Remote<Corpus> remote{
      PendingRemote<Corpus>(std::make_unique<OneMessagePipe>(
          "[dist4]header [u4]1 [u4]0 [u4]9 [u4]2 [u4]0 [u8]1 [anchr]header [u4]16 [u4]0 [u8]0",
          OneMessagePipe::When::kAfterARequest, report)),
      io.get_executor()};
  remote.set_disconnect_handler([&reason](const Error& error) { reason = error.message(); });
  bool is_answered = false;
  remote->Ask(1, [&is_answered](error_code error, const std::string&) {
    EXPECT_EQ(error, make_error_code(Errc::kBadMessage));
    is_answered = true;
  });
  test::run_ready(io);
  EXPECT_TRUE(is_answered);
  EXPECT_EQ(report,
            "ferrule.corpus.Corpus.Ask response: "
            "field b: UNEXPECTED_NULL_POINTER at byte 40");
  EXPECT_EQ(report, reason);
}

}  // namespace
}  // namespace ferrule::corpus
