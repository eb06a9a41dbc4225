// SPDX-License-Identifier: Apache-2.0
// Calls, and the bytes that leave, drawn by hand from docs/wire-format.md. A value has one form:
// whoever changes a byte here changes the format. The memory that messages are written to is full
// of garbage before, so padding that shows it is seen.

#include <cstring>
#include <fcntl.h>
#include <memory>
#include <utility>

#include <boost/asio/io_context.hpp>

#include <gmock/gmock.h>

#include "ferrule/wire/control_message.h"
#include "ferrule/ferrule.h"
#include "ferrule/interface_control.idl.h"
#include "ferrule/pipe_control.idl.h"

#include "corpus.idl.h"
#include "support/wire_text.h"

namespace ferrule::corpus {
namespace {

using test::wire_bytes;

/// Keeps what is sent.
class Recorder final : public wire::PipeEnd {
 public:
  explicit Recorder(std::vector<wire::Message>& sent) : sent_(sent) {}

  Result<void> send(wire::Message&& message) override {
    message.buffer().complete();
    sent_.push_back(std::move(message));
    return {};
  }
  TakeStatus take(wire::Message& /*message*/) override { return TakeStatus::kEmpty; }
  void set_listener(std::weak_ptr<Listener> /*listener*/) override {}
  Buffer allocate(size_t num_bytes) override {
    Buffer buffer = Buffer::allocate(num_bytes);
    std::memset(buffer.data(), 0xcd, buffer.size());
    return buffer;
  }
  void report_bad_message(std::string_view /*what*/) override {}
  bool is_peer_closed() const override { return false; }

 private:
  std::vector<wire::Message>& sent_;
};

template <class Interface>
class GoldenTest : public testing::Test {
 protected:
  GoldenTest() {
    calls_.bind(PendingRemote<Interface>(std::make_unique<Recorder>(sent_)), io_.get_executor());
  }

  /// The one message that was sent: a one-way call of method `name`, or the first request.
  void expect(uint32_t name, bool is_request, const std::string& payload, size_t num_handles = 0) {
    const std::string header = "[dist4]header [u4]3 [u4]0 [u4]" + std::to_string(name) + " [u4]" +
                               (is_request ? "1" : "0") + " [u4]0 [u8]" + (is_request ? "1" : "0") +
                               " [dist8]payload [u8]0 [u8]0 [anchr]header [anchr]payload ";
    ASSERT_EQ(sent_.size(), 1U);
    EXPECT_THAT(sent_[0].buffer().bytes(), testing::ElementsAreArray(wire_bytes(header + payload)));
    EXPECT_EQ(sent_[0].handles().size(), num_handles);
  }

  boost::asio::io_context io_{1};
  std::vector<wire::Message> sent_;
  Remote<Interface> calls_;
};

using CorpusGoldenTest = GoldenTest<Corpus>;
using WideGoldenTest = GoldenTest<Wide>;

const auto ignore = [](error_code, auto...) {};

UniqueFd open_file() { return UniqueFd(::open("/dev/null", O_RDONLY | O_CLOEXEC)); }

TEST_F(CorpusGoldenTest, NumbersAndABit) {
  calls_->Numbers(-2, true, 0.5);
  expect(0, false, "[u4]24 [u4]0 [s4]-2 [b]00000001 0 0 0 [d]0.5");
}

TEST_F(CorpusGoldenTest, Texts) {
  calls_->Texts("Alice", std::nullopt);
  expect(1, false, "[u4]24 [u4]0 [u8]16 [u8]0 [u4]13 [u4]5 0x41 0x6c 0x69 0x63 0x65 0 0 0");
}

TEST_F(CorpusGoldenTest, Lists) {
  calls_->Lists({1, -1}, {true, false, true}, {1, 2, 3}, {std::nullopt, 7}, {{"x", std::nullopt}});
  expect(2, false, R"([dist4]p [u4]0 [dist8]a [dist8]b [dist8]c [dist8]d [dist8]e [anchr]p
      [anchr]a [u4]16 [u4]2 [s4]1 [s4]-1
      [anchr]b [u4]9 [u4]3 [b]00000101 0 0 0 [u4]0
      [anchr]c [u4]14 [u4]3 [s2]1 [s2]2 [s2]3 [u2]0
      [anchr]d [u4]20 [u4]2 [b]00000010 0 0 0 [s4]0 [s4]7 [u4]0
      [anchr]e [u4]24 [u4]2 [dist8]e0 [u8]0
      [anchr]e0 [u4]9 [u4]1 0x78 0 0 0 [u4]0)");
}

TEST_F(CorpusGoldenTest, MapInTheOrderOfItsKeys) {
  calls_->Table({{"b", 2}, {"a", 1}});
  expect(3, false, R"([u4]16 [u4]0 [u8]8
      [u4]24 [u4]0 [dist8]k [dist8]v
      [anchr]k [u4]24 [u4]2 [dist8]k0 [dist8]k1
      [anchr]k0 [u4]9 [u4]1 0x61 0 0 0 [u4]0
      [anchr]k1 [u4]9 [u4]1 0x62 0 0 0 [u4]0
      [anchr]v [u4]16 [u4]2 [s4]1 [s4]2)");
}

TEST_F(CorpusGoldenTest, UnionsInPlaceAndInAUnion) {
  calls_->Shapes(Shape::make_shape(Box<Shape2>(Shape2::make_flag(true))), std::nullopt);
  expect(4, false, R"([u4]40 [u4]0 [u4]16 [u4]3 [dist8]n [u8]0 [u8]0
      [anchr]n [u4]16 [u4]4 1 0 0 0 [u4]0)");
}

TEST_F(CorpusGoldenTest, EnumsAndOneThatIsNotThere) {
  calls_->Enums(Color::kBlue, Shade::kUnknown, std::nullopt);
  expect(6, false, "[u4]24 [u4]0 [u4]9 [s4]-1 [u4]0 [u4]3");
}

TEST_F(CorpusGoldenTest, StructOfItsNewestVersion) {
  calls_->Versions(Grown{.a = 1, .b = std::nullopt, .c = std::vector<int32_t>{5}, .d = true});
  expect(8, false, R"([u4]16 [u4]0 [u8]8
      [dist4]g [u4]3 [s4]1 [b]00000001 0 0 0 [u8]0 [dist8]c [anchr]g
      [anchr]c [u4]12 [u4]1 [s4]5 [u4]0)");
}

TEST_F(WideGoldenTest, NullableValuesThatAreThere) {
  calls_->Maybe(false, int8_t{-1}, 5U, 1.5F, Color::kGreen);
  expect(0, false, "[u4]32 [u4]0 [b]00111101 [s1]-1 0 0 [f]1.5 [u8]5 [u4]4 [u4]0");
}

TEST_F(WideGoldenTest, NullableValuesThatAreNot) {
  calls_->Maybe(std::nullopt, std::nullopt, std::nullopt, std::nullopt, std::nullopt);
  expect(0, false, "[u4]32 [u4]0 [u8]0 [u8]0 [u4]3 [u4]0");
}

TEST_F(WideGoldenTest, RowsOfBitsBeforeElements) {
  calls_->MaybeLists({true, std::nullopt}, {int8_t{4}, std::nullopt, int8_t{-4}},
                     {2.0, std::nullopt}, std::nullopt);
  expect(1, false, R"([dist4]p [u4]0 [dist8]a [dist8]b [dist8]c [u8]0 [anchr]p
      [anchr]a [u4]10 [u4]2 [b]00000001 [b]00000001 0 0 [u4]0
      [anchr]b [u4]12 [u4]3 [b]00000101 4 0 [s1]-4 [u4]0
      [anchr]c [u4]32 [u4]2 [b]00000001 0 0 0 [u4]0 [d]2 [d]0)");
}

TEST_F(WideGoldenTest, UnionsInArrays) {
  calls_->ShapeLists({Shape::make_number(-1), Shape::make_text("t")},
                     std::vector<std::optional<Shape>>(1));
  expect(5, false, R"([dist4]p [u4]0 [dist8]a [dist8]b [anchr]p
      [anchr]a [u4]40 [u4]2 [u4]16 [u4]0 [s4]-1 [u4]0 [u4]16 [u4]1 [dist8]t
      [anchr]t [u4]9 [u4]1 0x74 0 0 0 [u4]0
      [anchr]b [u4]24 [u4]1 [u8]0 [u8]0)");
}

TEST_F(WideGoldenTest, HandlesInTheOrderOfOrdinals) {
  calls_->Holders(
      Holder{.a = 1, .b = 2, .first = Carrier::make_file(open_file()), .second = open_file()},
      std::nullopt);
  expect(8, false, R"([u4]24 [u4]0 [u8]16 [u8]0
      [u4]40 [u4]0 [s4]1 [u4]1 [s8]2 [u4]16 [u4]0 [u4]0 [u4]0)",
         2);
}

TEST_F(WideGoldenTest, ParametersOfTheirNewestVersion) {
  calls_->Grow(1, "n", 7, std::nullopt, ignore);
  expect(9, true, R"([dist4]p [u4]2 [s4]1 [u4]1 [dist8]b [s4]7 [u4]0xffffffff [anchr]p
      [anchr]b [u4]9 [u4]1 0x6e 0 0 0 [u4]0)");
}

TEST_F(WideGoldenTest, NoParameters) {
  calls_->Nothing(ignore);
  expect(12, true, "[u4]8 [u4]0");
}

TEST_F(WideGoldenTest, Bytes) {
  calls_->Bytes(std::vector<uint8_t>{1, 2, 3}, std::nullopt, {4, 5, 6, 7});
  expect(13, false, R"([dist4]p [u4]0 [dist8]a [u8]0 [dist8]c [anchr]p
      [anchr]a [u4]11 [u4]3 1 2 3 0 [u4]0
      [anchr]c [u4]12 [u4]4 4 5 6 7 [u4]0)");
}

TEST_F(WideGoldenTest, ATreeDepthFirst) {
  Tree tree;
  tree.children.resize(2);
  tree.children[0].children.resize(1);
  calls_->Trees(tree);
  expect(14, false, R"([u4]16 [u4]0 [u8]8
      [u4]24 [u4]0 [u8]16 [u8]0
      [u4]24 [u4]2 [dist8]first [dist8]second
      [anchr]first [u4]24 [u4]0 [u8]16 [u8]0
      [u4]16 [u4]1 [u8]8
      [u4]24 [u4]0 [u8]16 [u8]0 [u4]8 [u4]0
      [anchr]second [u4]24 [u4]0 [u8]16 [u8]0 [u4]8 [u4]0)");
}

// Equal values, however they came about, are equal bytes.
TEST_F(WideGoldenTest, EqualValuesAreEqualBytes) {
  std::map<Color, std::optional<std::string>> one{{Color::kRed, "r"}, {Color::kBlue, {}}};
  std::map<Color, std::optional<std::string>> other;
  other[Color::kBlue] = "will be nothing";
  other[Color::kRed] = std::string(1000, 'r');
  other[Color::kRed]->resize(1);
  other[Color::kBlue].reset();
  calls_->Maps(one, std::nullopt, std::nullopt, std::nullopt);
  calls_->Maps(other, std::nullopt, std::nullopt, std::nullopt);
  ASSERT_EQ(sent_.size(), 2U);
  EXPECT_THAT(sent_[0].buffer().bytes(), testing::ElementsAreArray(sent_[1].buffer().bytes()));
}

// ---- control messages ---------------------------------------------------------------------------

void expect_bytes(Result<wire::Message> message, const std::string& text) {
  ASSERT_TRUE(message);
  message->buffer().complete();
  EXPECT_THAT(message->buffer().bytes(), testing::ElementsAreArray(wire_bytes(text)));
}

std::string control_text(const std::string& ids, const std::string& flags, const std::string& id) {
  return "[dist4]header [u4]3 " + ids + " " + flags + " [u4]0 " + id +
         " [dist8]payload [u8]0 [u8]0 [anchr]header [anchr]payload ";
}

TEST(ControlGoldenTest, WhichVersionAndTheAnswer) {
  using namespace interface_control;
  const auto header = wire::control_header(wire::MessageKind::kRun, 5, 7);
  expect_bytes(make_message(header, RunParams{RunInput::make_query_version({})}),
               control_text("[u4]5 [u4]0xffffffff", "[u4]1", "[u8]7") +
                   "[u4]24 [u4]0 [u4]16 [u4]0 [u8]8 [u4]8 [u4]0");
  expect_bytes(make_message(wire::control_answer_header(header),
                            RunResponseParams{RunOutput::make_query_version_result({3, 1})}),
               control_text("[u4]5 [u4]0xffffffff", "[u4]2", "[u8]7") +
                   "[u4]24 [u4]0 [u4]16 [u4]0 [u8]8 [u4]16 [u4]1 [u4]3 [u4]1");
}

TEST(ControlGoldenTest, FlushIsAnsweredWithNull) {
  using namespace interface_control;
  const auto header = wire::control_header(wire::MessageKind::kRun, 0, 1);
  expect_bytes(
      make_message(wire::control_answer_header(header), RunResponseParams{}),
      control_text("[u4]0 [u4]0xffffffff", "[u4]2", "[u8]1") + "[u4]24 [u4]0 [u4]0 [u4]0 [u8]0");
}

TEST(ControlGoldenTest, RequireVersion) {
  using namespace interface_control;
  expect_bytes(make_message(wire::control_header(wire::MessageKind::kRunOrClosePipe, 0),
                            RunOrClosePipeParams{RunOrClosePipeInput::make_require_version({2})}),
               control_text("[u4]0 [u4]0xfffffffe", "[u4]0", "[u8]0") +
                   "[u4]24 [u4]0 [u4]16 [u4]0 [u8]8 [u4]16 [u4]0 [u4]2 [u4]0");
}

TEST(ControlGoldenTest, AnEndWasClosedAndWhy) {
  using namespace pipe_control;
  PeerAssociatedEndpointClosedEvent event;
  event.id = 0x80000001;
  event.disconnect_reason = DisconnectReason{.custom_reason = 4, .description = "why"};
  expect_bytes(
      make_message(wire::control_header(wire::MessageKind::kPipe, 0),
                   RunOrClosePipeParams{
                       RunOrClosePipeInput::make_peer_associated_endpoint_closed_event(event)}),
      control_text("[u4]0xffffffff [u4]0xfffffffe", "[u4]0", "[u8]0") +
          "[u4]24 [u4]0 [u4]16 [u4]0 [u8]8 [u4]24 [u4]0 [u4]0x80000001 [u4]0 [u8]8 "
          "[u4]24 [u4]0 [u4]4 [u4]0 [u8]8 [u4]11 [u4]3 0x77 0x68 0x79 0 [u4]0");
}

TEST(ControlGoldenTest, APipeTravelsWithAFlush) {
  using namespace pipe_control;
  std::vector<wire::Message> unused;
  FlushAsync flush{MessagePipe(std::make_unique<Recorder>(unused))};
  auto message =
      make_message(wire::control_header(wire::MessageKind::kPipe, 0),
                   RunOrClosePipeParams{RunOrClosePipeInput::make_flush_async(std::move(flush))});
  ASSERT_TRUE(message);
  EXPECT_EQ(message->handles().size(), 1U);
  expect_bytes(std::move(message), control_text("[u4]0xffffffff [u4]0xfffffffe", "[u4]0", "[u8]0") +
                                       "[u4]24 [u4]0 [u4]16 [u4]2 [u8]8 [u4]16 [u4]0 [u4]0 [u4]0");
}

}  // namespace
}  // namespace ferrule::corpus
