// SPDX-License-Identifier: Apache-2.0
// Values of the types that idlc generates, through the encoder and the decoder and back.
#include <array>
#include <cmath>
#include <fcntl.h>
#include <limits>
#include <string>
#include <string_view>
#include <type_traits>
#include <unistd.h>
#include <utility>
#include <vector>

#include <boost/asio/io_context.hpp>

#include <gtest/gtest.h>

#include "ferrule/wire/codec/all.h"
#include "ferrule/wire/struct_bytes.h"
#include "ferrule/service/runtime.h"

#include "hard_names.idl.h"
#include "kitchen_sink.idl.h"
#include "shapes.idl.h"

namespace {

namespace sink = kitchen::sink;
using geometry::shapes::Colour;
using geometry::shapes::Point;

/// Checks on the way that the bytes are canonical: written again, they are the same.
template <class T>
T round_trip(const T& value) {
  const auto bytes = ferrule::to_bytes(value);
  EXPECT_TRUE(bytes.ok()) << bytes.error().message();
  const auto back = ferrule::from_bytes<T>(*bytes);
  EXPECT_TRUE(back.ok()) << back.error().message();
  EXPECT_EQ(ferrule::to_bytes(*back).value(), *bytes);
  return *back;
}

template <class T>
void expect_round_trip(const T& value) {
  EXPECT_TRUE(round_trip(value) == value);
}

/// A struct that carries handles, as a message without a header.
template <class T>
ferrule::Result<ferrule::wire::Message> to_message(T value) {
  ferrule::wire::SizeCounter counter;
  ferrule::wire::StructTraits<T>::measure(counter, value);
  auto encoder =
      ferrule::wire::Encoder::for_payload(ferrule::Buffer::allocate(counter.num_bytes()));
  ferrule::wire::StructTraits<T>::encode(encoder, std::move(value));
  return std::move(encoder).finish();
}

template <class T>
bool from_message(ferrule::wire::Message message, T& out) {
  ferrule::wire::Decoder decoder(message.buffer(), 0, message.buffer().size(), message.handles());
  return ferrule::wire::StructTraits<T>::decode(decoder, 0, out);
}

ferrule::UniqueFd open_null() {
  return ferrule::UniqueFd(::open("/dev/null", O_RDONLY | O_CLOEXEC));
}

TEST(GeneratedStructTest, NumbersComeBackWithTheirExtremes) {
  expect_round_trip(sink::Numbers{});
  const sink::Numbers numbers{
      .flag = false,
      .i8 = 127,
      .u8 = 0,
      .i16 = 32767,
      .u16 = 1,
      .i32 = 2147483647,
      .u32 = 7,
      .i64 = std::numeric_limits<int64_t>::max(),
      .u64 = 0,
      .f32 = -0.0F,
      .f64 = std::numeric_limits<double>::denorm_min(),
      .infinite = -std::numeric_limits<double>::infinity(),
      .second_flag = true,
      .speed = sink::Speed::kSlow,
      .weather = sink::Weather::kSunny,
      .colour = Colour::kBlue,
  };
  expect_round_trip(numbers);
}

TEST(GeneratedStructTest, DefaultsAreThoseOfTheIdl) {
  const sink::Numbers numbers;
  EXPECT_TRUE(numbers.flag);
  EXPECT_EQ(numbers.i8, -128);
  EXPECT_EQ(numbers.i32, std::numeric_limits<int32_t>::min());
  EXPECT_EQ(numbers.i64, std::numeric_limits<int64_t>::min());
  EXPECT_EQ(numbers.u64, std::numeric_limits<uint64_t>::max());
  EXPECT_EQ(numbers.f32, 0.333F);
  EXPECT_TRUE(std::isinf(numbers.infinite));
  EXPECT_EQ(numbers.speed, sink::Speed::kFast);
  EXPECT_EQ(numbers.weather, sink::Weather::kOther) << "the [Default] one";
  EXPECT_EQ(numbers.colour, Colour::kRed) << "the lowest one";
  EXPECT_TRUE(std::isnan(sink::kNotANumber));

  const sink::Texts texts;
  EXPECT_EQ(texts.greeting, "hello");
  EXPECT_EQ(texts.quoted, "tab\there");
  EXPECT_EQ(texts.maybe_greeting, "good day");
  EXPECT_EQ(texts.four_bytes, (std::array<uint8_t, 4>{}));
  EXPECT_EQ(sink::kQuoted, "a \"quoted\" \\ word\nand a second line");

  const sink::Defaults defaults;
  EXPECT_EQ(defaults.maybe_point, Point());
  EXPECT_EQ(defaults.no_point, std::nullopt);
  EXPECT_EQ(defaults.corners, 12);
  EXPECT_EQ(defaults.corners_as_double, 12.0);

  const sink::UsesNested nested;
  EXPECT_EQ(nested.mode, sink::Kitchen::Mode::kWarm);
  EXPECT_EQ(nested.limit, sink::Outer::kLimit);
  EXPECT_EQ(nested.heat, sink::Kitchen::kMaxHeat);
}

TEST(GeneratedStructTest, NullableNumbersAreThereOrNot) {
  expect_round_trip(sink::NullableNumbers{});
  const sink::NullableNumbers all{
      true, -1, 255, -2, 3, -4, 5, -6, 7, 1.5F, -2.5, sink::Speed::kNormal, sink::Weather::kOther,
      true};
  expect_round_trip(all);
  sink::NullableNumbers none = all;
  none.u8.reset();
  none.i32.reset();
  none.weather.reset();
  none.second_flag.reset();
  expect_round_trip(none);
}

TEST(GeneratedStructTest, TextsAndBytes) {
  expect_round_trip(sink::Texts{});
  const sink::Texts texts{
      .plain = "grün \xf0\x9f\x8d\x8f",
      .greeting = "",
      .quoted = std::string("a\0b", 3),
      .maybe = "yes",
      .maybe_greeting = std::nullopt,
      .bytes = {0, 1, 255},
      .maybe_bytes = ferrule::Bytes{},
      .four_bytes = {1, 2, 3, 4},
      .long_default = std::string(100'000, 'x'),
  };
  expect_round_trip(texts);
}

TEST(GeneratedStructTest, Containers) {
  expect_round_trip(sink::Containers{});
  const sink::Containers containers{
      .bools = {true, false, true, true, false, false, false, true, true},
      .numbers = {1, -2, 3},
      .vector = {1.5, -2.5, 0},
      .maybe_numbers = {1, std::nullopt, 3},
      .maybe_bools = {std::nullopt, true, false},
      .speeds = {sink::Speed::kFast, sink::Speed::kSlow},
      .names = {"", "two"},
      .maybe_names = {std::nullopt, "there", std::nullopt},
      .pairs = {{1, 2}, {-3, 4}},
      .blobs = {{1, 2}, {}},
      .points = {{1, 2}, {3, 4}},
      .maybe_points = {{std::nullopt, Point{5, 6}}},
      .choices = {sink::Choice::make_text("a"), sink::Choice::make_flag(true)},
      .maybe_choices = {std::nullopt, sink::Choice::make_real(0.5)},
      .ages = {{"Ann", 30}, {"Bob", 31}},
      .names_by_speed = {{sink::Speed::kSlow, {"snail", "ox"}}, {sink::Speed::kFast, {}}},
      .maybe_by_flag = {{false, std::nullopt}, {true, "yes"}},
      .maybe_by_id = {{7, std::nullopt}, {1, -1}},
      .choice_by_name = {{"n", sink::Choice::make_number(3)}},
      .name_by_point = {{{1, 2}, "a"}, {{1, 1}, "b"}},
      .point_by_name = {{"origin", {0, 0}}},
      .nested = {{{"outer", {{"inner", true}}}}},
  };
  expect_round_trip(containers);
}

TEST(GeneratedStructTest, FieldsStandInTheOrderOfTheirOrdinals) {
  const sink::Shuffled value{.last = "z", .first = 1, .third = true, .second = 2};
  expect_round_trip(value);
  const ferrule::Bytes bytes = ferrule::to_bytes(value).value();
  EXPECT_EQ(bytes[8], 1) << "`first` stands first";
  EXPECT_EQ(bytes[16], 2) << "`second` stands next";
}

TEST(GeneratedStructTest, FieldsThatTheSenderDidNotKnowKeepTheirDefaults) {
  const std::vector<uint8_t> version_0{16, 0, 0, 0, 0, 0, 0, 0, 42, 0, 0, 0, 0, 0, 0, 0};
  const auto value = ferrule::from_bytes<sink::Versioned>(version_0);
  ASSERT_TRUE(value.ok()) << value.error().message();
  EXPECT_EQ(*value, sink::Versioned{.since_zero = 42});
  EXPECT_TRUE(value->also_since_one);
  EXPECT_EQ(value->since_three, 33);
}

TEST(GeneratedStructTest, VersionsGoBothWays) {
  expect_round_trip(sink::Versioned{.since_zero = 1,
                                    .since_one = "one",
                                    .also_since_one = false,
                                    .since_three = std::nullopt,
                                    .also_since_three = {{1, 2, 3}}});
  expect_round_trip(sink::ManyVersions{1, 2, 3, 4, 5, 6, 7});
}

TEST(GeneratedStructTest, RecursiveStructs) {
  sink::Node list{.value = 3};
  for (int32_t value = 2; value > 0; --value) list = {.value = value, .next = list};
  expect_round_trip(list);
  EXPECT_EQ(list.next->next->value, 3);

  sink::Tree tree{.name = "root", .children = {{.name = "a"}}};
  tree.named_children.emplace("b", tree);
  expect_round_trip(tree);
}

TEST(GeneratedStructTest, RecursionThroughArraysOfFixedLength) {
  sink::Fork fork;
  fork.branches[1] = sink::Fork();
  fork.branches[1]->branches[0] = sink::Fork();
  fork.twins = std::array<sink::Fork, 2>{fork, sink::Fork()};
  expect_round_trip(fork);
  EXPECT_FALSE(fork.branches[0]);
  EXPECT_TRUE((*fork.twins)[0].branches[1]->branches[0]);
}

TEST(GeneratedStructTest, NamesOfCpp) {
  using namespace hard::ferrule_::class_;
  expect_round_trip(SameNames{.Point = {3},
                              .also = {{4}},
                              .string = "s",
                              .int32_t_ = 1,
                              .std_ = 2,
                              .class_ = 3,
                              .class__ = 4,
                              .SameNames_ = 5});
  expect_round_trip(Tag2{.Tag = Tag::make_class("c")});
  EXPECT_EQ(to_string(Keywords::and_), "and") << "the name in the IDL";
}

TEST(GeneratedUnionTest, EveryMember) {
  using sink::Choice;
  const std::vector<Choice> all{
      Choice::make_flag(true),
      Choice::make_number(-1),
      Choice::make_real(1e300),
      Choice::make_speed(sink::Speed::kSlow),
      Choice::make_text("text"),
      Choice::make_maybe_text(std::nullopt),
      Choice::make_maybe_text("there"),
      Choice::make_bytes({1, 2, 3}),
      Choice::make_numbers({1, 2}),
      Choice::make_dictionary({{"key", "value"}}),
      Choice::make_point({1, 2}),
      Choice::make_nothing(std::nullopt),
      Choice::make_nothing(sink::Empty{}),
  };
  for (const Choice& choice : all) {
    expect_round_trip(sink::Defaults{
        .point = {}, .maybe_point = {}, .no_point = {}, .choice = choice, .maybe_choice = choice});
  }
}

TEST(GeneratedUnionTest, OneMemberIsSet) {
  sink::Choice choice = sink::Choice::make_text("a");
  EXPECT_EQ(choice.which(), sink::Choice::Tag::text);
  EXPECT_TRUE(choice.is_text());
  EXPECT_FALSE(choice.is_number());
  choice.get_text() += "b";
  EXPECT_EQ(choice.get_text(), "ab");
  choice.set_number(3);
  EXPECT_FALSE(choice.is_text());
  EXPECT_EQ(std::as_const(choice).get_number(), 3);
  EXPECT_TRUE(choice.visit(
      [](const auto& value) { return std::is_same_v<decltype(value), const int32_t&>; }));
  EXPECT_EQ(sink::Choice(), sink::Choice::make_flag(false)) << "the first member, empty";
}

TEST(GeneratedUnionTest, ReadingAMemberThatIsNotSetIsABug) {
  const sink::Choice choice = sink::Choice::make_number(1);
  EXPECT_DEATH(static_cast<void>(choice.get_text()), "is_text");
}

TEST(GeneratedUnionTest, TagsAreTheOrdinals) {
  EXPECT_EQ(static_cast<uint32_t>(sink::Sparse::make_high(1).which()), 1000U);
  EXPECT_EQ(static_cast<uint32_t>(sink::Sparse::make_low(1).which()), 3U);
}

TEST(GeneratedUnionTest, UnionsInUnionsAndInThemselves) {
  using sink::Expression;
  const auto one = Expression::make_number(1);
  const auto negated = Expression::make_negation(sink::Negation::make_negated(one));
  const auto sum = Expression::make_binary({.operator_ = "+", .left = one, .right = negated});
  expect_round_trip(sink::BinaryOperation{
      .operator_ = "*", .left = sum, .right = Expression::make_maybe_binary({})});
  EXPECT_EQ(sum.get_binary().right.get_negation().get_negated()->get_number(), 1);
  EXPECT_TRUE(Expression().is_number()) << "a value that ends";
}

TEST(GeneratedEnumTest, NamesAndKnownValues) {
  EXPECT_EQ(to_string(sink::Speed::kFast), "kFast");
  EXPECT_EQ(to_string(sink::Speed::kDefaultSpeed), "kNormal") << "the first name of the value";
  EXPECT_EQ(to_string(static_cast<sink::Speed>(5)), "unknown");
  EXPECT_EQ(to_string(sink::Kitchen::Mode::kWarm), "kWarm");
  for (int32_t value : {-1, 0, 10}) EXPECT_TRUE(is_known(static_cast<sink::Speed>(value)));
  for (int32_t value : {-2, 1, 9, 11}) EXPECT_FALSE(is_known(static_cast<sink::Speed>(value)));
  for (int32_t value : {0, 4}) EXPECT_FALSE(is_known(static_cast<sink::Weather>(value)));
}

TEST(GeneratedHandlesTest, HandlesAndPipeEndsMoveWithTheirStruct) {
  boost::asio::io_context io;
  ferrule::Runtime runtime(io.get_executor());
  sink::Handles value;
  value.file = open_null();
  value.anything = ferrule::wire::Handle(open_null());
  value.pipe = ferrule::MessagePipe(runtime.make_pipe_ends().first);
  auto kitchen = runtime.make_pipe<sink::Kitchen>();
  value.kitchen = std::move(kitchen.remote);
  value.kitchen_receiver = std::move(kitchen.receiver);
  value.files.push_back(open_null());
  value.files.push_back(open_null());
  value.kitchens.emplace("home", runtime.make_pipe<sink::Kitchen>().remote);

  auto message = to_message(std::move(value));
  ASSERT_TRUE(message.ok()) << message.error().message();
  EXPECT_EQ(message->handles().size(), 8U);
  sink::Handles back;
  ASSERT_TRUE(from_message(std::move(*message), back));
  EXPECT_TRUE(back.file.is_valid());
  EXPECT_FALSE(back.maybe_file.has_value());
  EXPECT_TRUE(back.anything.is_descriptor());
  EXPECT_TRUE(back.pipe.is_valid());
  EXPECT_TRUE(back.kitchen.is_valid());
  EXPECT_TRUE(back.kitchen_receiver->is_valid());
  ASSERT_EQ(back.files.size(), 2U);
  EXPECT_TRUE(back.files[1].is_valid());
  EXPECT_TRUE(back.kitchens.at("home").is_valid());
}

TEST(GeneratedHandlesTest, UnionsCarryHandles) {
  sink::HoldsCarrier value;
  value.carrier = sink::Carrier::make_file(open_null());
  value.maybe_carrier = sink::Carrier::make_picture(
      geometry::shapes::Picture{.title = "sunset", .file = open_null()});
  value.picture = {.title = "dawn", .file = open_null()};

  auto message = to_message(std::move(value));
  ASSERT_TRUE(message.ok()) << message.error().message();
  sink::HoldsCarrier back;
  ASSERT_TRUE(from_message(std::move(*message), back));
  EXPECT_TRUE(back.carrier.get_file().is_valid());
  EXPECT_EQ(back.maybe_carrier->get_picture()->title, "sunset");
  EXPECT_TRUE(back.picture.file.is_valid());
}

TEST(GeneratedHandlesTest, AHandleThatIsNotSetCannotBeSent) {
  const auto message = to_message(geometry::shapes::Picture{.title = "none"});
  ASSERT_FALSE(message.ok());
  EXPECT_EQ(message.error().code(), ferrule::Errc::kInvalidArgument);
}

TEST(GeneratedHostileTest, TheFieldAtFaultIsNamed) {
  std::vector<uint8_t> bytes(16);
  bytes[0] = 16;  // BinaryOperation of the wrong size
  const auto value = ferrule::from_bytes<sink::BinaryOperation>(bytes);
  ASSERT_FALSE(value.ok());
  EXPECT_NE(value.error().message().find("UNEXPECTED_STRUCT_HEADER"), std::string::npos);

  const sink::Defaults defaults;
  const ferrule::Bytes good = ferrule::to_bytes(defaults).value();
  std::vector<uint8_t> bad(good.begin(), good.end());
  for (size_t at = 8; at < 16; ++at) bad[at] = 0;  // the pointer to `point`
  const auto refused = ferrule::from_bytes<sink::Defaults>(bad);
  ASSERT_FALSE(refused.ok());
  EXPECT_NE(refused.error().message().find("UNEXPECTED_NULL_POINTER"), std::string::npos);
  EXPECT_NE(refused.error().message().find("point"), std::string::npos);
}

TEST(GeneratedHostileTest, UnknownEnumsAndTagsAreRefusedUnlessExtensible) {
  const ferrule::Bytes good = ferrule::to_bytes(sink::UsesNested{}).value();
  std::vector<uint8_t> bad(good.begin(), good.end());
  bad[8] = 77;  // kind
  const auto refused = ferrule::from_bytes<sink::UsesNested>(bad);
  ASSERT_FALSE(refused.ok());
  EXPECT_NE(refused.error().message().find("UNKNOWN_ENUM_VALUE"), std::string::npos);
}

TEST(GeneratedHostileTest, ExtensibleTypesReadWhatTheyDoNotKnowAsTheirDefault) {
  const sink::Extensibles value{.future = sink::Future::make_name("new"),
                                .weather = sink::Weather::kSunny,
                                .signal = sink::Signal::kGo,
                                .sparse = sink::Sparse::make_high(1),
                                .anything = sink::Anything{-5}};
  expect_round_trip(value);
  const ferrule::Bytes good = ferrule::to_bytes(value).value();
  std::vector<uint8_t> newer(good.begin(), good.end());
  newer[8 + 4] = 99;   // the tag of `future`
  newer[8 + 16] = 99;  // weather
  newer[8 + 20] = 99;  // signal
  const auto read = ferrule::from_bytes<sink::Extensibles>(newer);
  ASSERT_TRUE(read.ok()) << read.error().message();
  EXPECT_EQ(read->future, sink::Future::make_number(0));
  EXPECT_EQ(read->weather, sink::Weather::kOther);
  EXPECT_EQ(static_cast<int32_t>(read->signal), 99);
  EXPECT_FALSE(is_known(read->signal));

  newer[8 + 24 + 4] = 4;  // the tag of `sparse`, which is not extensible
  const auto refused = ferrule::from_bytes<sink::Extensibles>(newer);
  ASSERT_FALSE(refused.ok());
  EXPECT_NE(refused.error().message().find("UNKNOWN_UNION_TAG"), std::string::npos);
}

/// Changes each byte of a good message in turn. What is accepted is a value that can be written
/// again; the sanitizers watch the rest.
TEST(GeneratedHostileTest, NoChangedByteDoesHarm) {
  sink::Containers containers;
  containers.names = {"one", "two"};
  containers.choices = {sink::Choice::make_text("a"), sink::Choice::make_numbers({1, 2, 3})};
  containers.maybe_points = {{Point{1, 2}, std::nullopt}};
  containers.nested = {{{"outer", {{"inner", true}}}}};
  const ferrule::Bytes good = ferrule::to_bytes(containers).value();
  size_t num_refused = 0;
  for (size_t at = 0; at < good.size(); ++at) {
    for (const uint8_t change : {uint8_t{1}, uint8_t{8}, uint8_t{128}, uint8_t{255}}) {
      std::vector<uint8_t> bytes(good.begin(), good.end());
      bytes[at] ^= change;
      const auto value = ferrule::from_bytes<sink::Containers>(bytes);
      if (!value.ok()) {
        ++num_refused;
      } else {
        EXPECT_TRUE(ferrule::to_bytes(*value).ok());
      }
    }
  }
  EXPECT_GT(num_refused, good.size());
}

}  // namespace
