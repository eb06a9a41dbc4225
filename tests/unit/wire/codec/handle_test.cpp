// SPDX-License-Identifier: Apache-2.0
#include "ferrule/wire/codec/handle.h"

#include <optional>
#include <type_traits>

#include "unit/wire/sample_types.h"
#include "unit/wire/wire_testing.h"

namespace ferrule::test {
namespace {

UniqueFd open_descriptor() { return UniqueFd(::open("/dev/null", O_RDONLY)); }
bool is_open(int fd) { return ::fcntl(fd, F_GETFD) != -1; }

std::vector<uint8_t> bytes_of(const wire::Message& message) {
  const auto bytes = message.buffer().bytes();
  return {bytes.begin(), bytes.end()};
}

TEST(HandleCodecTest, MovesADescriptorBesideTheBytes) {
  Field<UniqueFd> field{open_descriptor()};
  const int number = field.value.get();
  auto message = encode(std::move(field));
  ASSERT_TRUE(message);
  EXPECT_EQ(bytes_of(*message), wire_bytes("[u4]16 [u4]0 [u4]0 [u4]0"));
  ASSERT_EQ(message->handles().size(), 1U);
  Field<UniqueFd> read;
  EXPECT_EQ(decode(bytes_of(*message), read, std::move(message->handles())).error,
            wire::ValidationError::kNone);
  EXPECT_EQ(read.value.get(), number);
  EXPECT_TRUE(is_open(number));
}

TEST(HandleCodecTest, DescriptorsWithAUseAreTypesOfTheirOwnWithTheSameBytes) {
  static_assert(!std::is_convertible_v<SharedBufferHandle, DataPipeConsumerHandle>);
  static_assert(!std::is_constructible_v<DataPipeProducerHandle, DataPipeConsumerHandle>);
  Field<SharedBufferHandle> field{SharedBufferHandle(open_descriptor())};
  const int number = field.value.get();
  auto message = encode(std::move(field));
  ASSERT_TRUE(message);
  EXPECT_EQ(bytes_of(*message), wire_bytes("[u4]16 [u4]0 [u4]0 [u4]0"));
  Field<SharedBufferHandle> read;
  EXPECT_EQ(decode(bytes_of(*message), read, std::move(message->handles())).error,
            wire::ValidationError::kNone);
  EXPECT_EQ(read.value.get(), number);
  EXPECT_TRUE(is_open(number));
  read.value.take_descriptor();
  EXPECT_FALSE(is_open(number));
}

TEST(HandleCodecTest, AnEndOfADataPipeIsOneHandleOfTwoDescriptors) {
  Field<std::vector<DataPipeProducerHandle>> field;
  for (int i = 0; i < 2; ++i) field.value.emplace_back(open_descriptor(), open_descriptor());
  auto message = encode(std::move(field));
  ASSERT_TRUE(message);
  const char* text = "[u4]16 [u4]0 [u8]8 [u4]16 [u4]2 [u4]0 [u4]1";
  EXPECT_EQ(bytes_of(*message), wire_bytes(text));
  EXPECT_EQ(message->handles().size(), 2U);
  Field<std::vector<DataPipeProducerHandle>> read;
  EXPECT_EQ(decode(bytes_of(*message), read, std::move(message->handles())).error,
            wire::ValidationError::kNone);
  ASSERT_EQ(read.value.size(), 2U);
  EXPECT_TRUE(read.value[1].is_valid());
  const int number = read.value[1].take_memory().get();
  EXPECT_FALSE(is_open(number));
  EXPECT_FALSE(read.value[1].is_valid());
}

TEST(HandleCodecTest, AnEndOfADataPipeHasBothDescriptorsOrIsRefused) {
  EXPECT_EQ(field_result<DataPipeConsumerHandle>("[u4]16 [u4]0 [u4]0xffffffff [u4]0", 1),
            "field value: UNEXPECTED_INVALID_HANDLE at byte 8");
  EXPECT_EQ(
      field_result<std::optional<DataPipeConsumerHandle>>("[u4]16 [u4]0 [u4]0xffffffff [u4]0", 1),
      "OK");
  EXPECT_EQ(encode_error(Field<DataPipeProducerHandle>{}),
            "byte 8: the end of the data pipe is not set");
  EXPECT_EQ(field_result<DataPipeConsumerHandle>("[u4]16 [u4]0 [u4]0 [u4]0", 1),
            "field value: DESERIALIZATION_FAILED (the handle is not an end of a data pipe) at byte "
            "8");
}

TEST(HandleCodecTest, RefusesToSendNothingWhereSomethingMustBe) {
  EXPECT_EQ(encode_error(Field<UniqueFd>{}), "byte 8: the file descriptor is not set");
  EXPECT_EQ(encode_error(Field<wire::Handle>{}), "byte 8: the handle is not set");
  const auto message = encode(Field<UniqueFd>{});
  EXPECT_EQ(message.error().code(), make_error_code(Errc::kInvalidArgument));
}

TEST(HandleCodecTest, ClosesWhatItTookWhenTheMessageCannotBeSent) {
  Field<std::vector<UniqueFd>> fields;
  fields.value.push_back(open_descriptor());
  const int number = fields.value[0].get();
  fields.value.emplace_back();
  EXPECT_EQ(encode_error(std::move(fields)), "byte 28: the file descriptor is not set");
  EXPECT_FALSE(is_open(number));
}

TEST(HandleCodecTest, WritesNoneAsAllOnes) {
  auto message = encode(Field<std::optional<UniqueFd>>{});
  ASSERT_TRUE(message);
  EXPECT_EQ(bytes_of(*message), wire_bytes("[u4]16 [u4]0 [u4]0xffffffff [u4]0"));
  EXPECT_TRUE(message->handles().empty());
  EXPECT_EQ(field_result<UniqueFd>("[u4]16 [u4]0 [u4]0xffffffff [u4]0", 1),
            "field value: UNEXPECTED_INVALID_HANDLE at byte 8");
  EXPECT_EQ(field_result<std::optional<UniqueFd>>("[u4]16 [u4]0 [u4]0xffffffff [u4]0", 1), "OK");
}

TEST(HandleCodecTest, WantsIndicesThatExistAndRise) {
  using Handles = std::vector<std::optional<wire::Handle>>;
  const auto two = [](const char* indices) {
    return std::string("[u4]16 [u4]0 [u8]8 [u4]16 [u4]2 ") + indices;
  };
  EXPECT_EQ(field_result<Handles>(two("[u4]0 [u4]1"), 2), "OK");
  EXPECT_EQ(field_result<Handles>(two("[u4]1 [u4]3"), 4), "OK");
  EXPECT_EQ(field_result<Handles>(two("[u4]0xffffffff [u4]0"), 1), "OK");
  EXPECT_EQ(field_result<Handles>(two("[u4]0 [u4]1"), 1),
            "field value[1]: ILLEGAL_HANDLE at byte 28");
  EXPECT_EQ(field_result<Handles>(two("[u4]0 [u4]0"), 2),
            "field value[1]: ILLEGAL_HANDLE at byte 28");
  EXPECT_EQ(field_result<Handles>(two("[u4]1 [u4]0"), 2),
            "field value[1]: ILLEGAL_HANDLE at byte 28");
  EXPECT_EQ(field_result<Handles>(two("[u4]0xfffffffe [u4]0"), 2),
            "field value[0]: ILLEGAL_HANDLE at byte 24");
}

// `second` lies before `first` in memory; it comes after it all the same.
TEST(HandleCodecTest, CountsInTheOrderOfTheFieldsNotOfTheBytes) {
  Descriptors value;
  value.first.value = open_descriptor();
  value.second = open_handle();
  value.more.push_back(open_descriptor());
  auto message = encode(std::move(value));
  ASSERT_TRUE(message);
  const char* text =
      "[u4]48 [u4]0 [s4]0 [u4]1 [s8]0 [u4]16 [u4]1 [u4]0 [u4]0 [u8]8 [u4]12 [u4]1 [u4]2 [u4]0";
  EXPECT_EQ(bytes_of(*message), wire_bytes(text));
  EXPECT_EQ(message->handles().size(), 3U);
  Descriptors read;
  EXPECT_EQ(decode(wire_bytes(text), read, std::move(message->handles())).error,
            wire::ValidationError::kNone);
  EXPECT_TRUE(std::get<1>(read.first.value).is_valid());
  EXPECT_TRUE(read.second->is_valid());
  EXPECT_TRUE(read.more.at(0).is_valid());
}

TEST(HandleCodecTest, LeavesWhatNobodyAskedForInTheMessage) {
  std::vector<wire::Handle> handles = open_handles(3);
  const auto bytes = wire_bytes("[u4]16 [u4]0 [u4]1 [u4]0");
  wire::Decoder decoder(bytes, handles);
  Field<wire::Handle> read;
  ASSERT_TRUE(wire::StructTraits<Field<wire::Handle>>::decode(decoder, 0, read));
  EXPECT_TRUE(handles[0].is_valid());
  EXPECT_FALSE(handles[1].is_valid());
  EXPECT_TRUE(handles[2].is_valid());
}

TEST(HandleCodecTest, RefusesAHandleOfAnotherKind) {
  Field<UniqueFd> read;
  std::vector<wire::Handle> handles(1);
  EXPECT_EQ(to_string(decode(wire_bytes("[u4]16 [u4]0 [u4]0 [u4]0"), read, std::move(handles))),
            "field value: DESERIALIZATION_FAILED (the handle is not a file descriptor) at byte 8");
}

TEST(HandleCodecTest, RefusesToSendTooManyHandles) {
  Field<std::vector<std::optional<wire::Handle>>> fields;
  for (size_t i = 0; i < wire::kMaxMessageHandles; ++i) fields.value.emplace_back();
  fields.value.emplace_back(open_handle());
  EXPECT_TRUE(encode(std::move(fields)));

  Field<std::vector<wire::Handle>> many;
  int number = 0;
  for (size_t i = 0; i <= wire::kMaxMessageHandles; ++i) {
    // Numbers beyond every descriptor: closing them does nothing.
    many.value.emplace_back(UniqueFd(1'000'000'000 + number++));
  }
  EXPECT_EQ(encode_error(std::move(many)), "the message has too many handles");
}

}  // namespace
}  // namespace ferrule::test
