// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <ostream>

#include "ferrule/wire/received_header.h"

#include "unit/wire/sample_types.h"
#include "unit/wire/wire_testing.h"

// Runs the pairs of tests/wire_corpus that are for its interface Corpus. What follows here is that
// interface, written by hand, with the order of checks that the bindings have.

namespace ferrule::test {
namespace {

using wire::Decoder;
using wire::StructReader;
using wire::StructVersion;
using wire::ValidationError;

bool read_numbers(Decoder& decoder) {
  static constexpr StructVersion kVersions[] = {{0, 24}};
  int32_t a = 0;
  bool b = false;
  double c = 0;
  auto reader = StructReader::for_payload(decoder, kVersions);
  return reader.ok() && reader.read(0, a, "a") && reader.read_bool(4, 0, b) &&
         reader.read(8, c, "c");
}

bool read_texts(Decoder& decoder) {
  static constexpr StructVersion kVersions[] = {{0, 24}};
  std::string a;
  std::optional<std::string> b;
  auto reader = StructReader::for_payload(decoder, kVersions);
  return reader.ok() && reader.read(0, a, "a") && reader.read(8, b, "b");
}

bool read_lists(Decoder& decoder) {
  static constexpr StructVersion kVersions[] = {{0, 48}};
  std::vector<int32_t> a;
  std::vector<bool> b;
  std::array<int16_t, 3> c{};
  std::vector<std::optional<int32_t>> d;
  std::optional<std::vector<std::optional<std::string>>> e;
  auto reader = StructReader::for_payload(decoder, kVersions);
  return reader.ok() && reader.read(0, a, "a") && reader.read(8, b, "b") &&
         reader.read(16, c, "c") && reader.read(24, d, "d") && reader.read(32, e, "e");
}

bool read_table(Decoder& decoder) {
  static constexpr StructVersion kVersions[] = {{0, 16}};
  std::map<std::string, int32_t> a;
  auto reader = StructReader::for_payload(decoder, kVersions);
  return reader.ok() && reader.read(0, a, "a");
}

bool read_shapes(Decoder& decoder) {
  static constexpr StructVersion kVersions[] = {{0, 40}};
  Shape a;
  std::optional<Shape> b;
  auto reader = StructReader::for_payload(decoder, kVersions);
  return reader.ok() && reader.read(0, a, "a") && reader.read(16, b, "b");
}

bool read_handles(Decoder& decoder) {
  static constexpr StructVersion kVersions[] = {{0, 16}};
  UniqueFd a;
  std::optional<wire::Handle> b;
  auto reader = StructReader::for_payload(decoder, kVersions);
  return reader.ok() && reader.read(0, a, "a") && reader.read(4, b, "b");
}

bool read_enums(Decoder& decoder) {
  static constexpr StructVersion kVersions[] = {{0, 24}};
  Color a{};
  Shade b{};
  std::optional<Color> c;
  auto reader = StructReader::for_payload(decoder, kVersions);
  return reader.ok() && reader.read(0, a, "a") && reader.read(4, b, "b") &&
         reader.read_nullable(8, 0, 12, c, "c");
}

bool read_chain(Decoder& decoder) {
  static constexpr StructVersion kVersions[] = {{0, 16}};
  Box<Node> a;
  auto reader = StructReader::for_payload(decoder, kVersions);
  return reader.ok() && reader.read(0, a, "a");
}

bool read_versions(Decoder& decoder) {
  static constexpr StructVersion kVersions[] = {{0, 16}};
  Grown a;
  auto reader = StructReader::for_payload(decoder, kVersions);
  return reader.ok() && reader.read(0, a, "a");
}

bool read_ask(Decoder& decoder) {
  static constexpr StructVersion kVersions[] = {{0, 16}};
  int32_t a = 0;
  auto reader = StructReader::for_payload(decoder, kVersions);
  return reader.ok() && reader.read(0, a, "a");
}

bool read_ask_response(Decoder& decoder) {
  static constexpr StructVersion kVersions[] = {{0, 16}};
  std::string b;
  auto reader = StructReader::for_payload(decoder, kVersions);
  return reader.ok() && reader.read(0, b, "b");
}

constexpr bool (*kMethods[])(Decoder&) = {read_numbers,  read_texts,   read_lists, read_table,
                                          read_shapes,   read_handles, read_enums, read_chain,
                                          read_versions, read_ask};
constexpr uint32_t kAsk = 9;

bool read_request(Decoder& decoder, const wire::MessageHeader& header) {
  if (header.name >= std::size(kMethods)) {
    return decoder.fail(ValidationError::kMessageHeaderUnknownMethod, wire::kMessageNameOffset);
  }
  if (!wire::is_request_for(header.flags, header.name == kAsk)) {
    return decoder.fail(ValidationError::kMessageHeaderInvalidFlags, wire::kMessageFlagsOffset);
  }
  return kMethods[header.name](decoder);
}

bool read_response(Decoder& decoder, const wire::MessageHeader& header) {
  if (!wire::is_answer(header.flags)) {
    return decoder.fail(ValidationError::kMessageHeaderInvalidFlags, wire::kMessageFlagsOffset);
  }
  if (header.name != kAsk) {
    return decoder.fail(ValidationError::kMessageHeaderUnknownMethod, wire::kMessageNameOffset);
  }
  return read_ask_response(decoder);
}

wire::DecodeFailure judge(const WireText& message, bool is_response) {
  // Memory of exactly its size, for the sanitizers.
  MemoryRef memory = allocate_heap_memory(message.bytes.size());
  std::copy(message.bytes.begin(), message.bytes.end(), memory->data());
  const Buffer buffer(std::move(memory), 0, message.bytes.size());

  wire::ReceivedHeader header;
  wire::DecodeFailure failure;
  if (!read_message_header(buffer.bytes(), header, failure)) return failure;
  std::vector<wire::Handle> handles = open_handles(message.num_handles);
  Decoder decoder(buffer, header.payload_offset, header.payload_end, handles, header.interface_ids);
  const bool ok =
      is_response ? read_response(decoder, header.fields) : read_request(decoder, header.fields);
  EXPECT_EQ(ok, decoder.failure().error == ValidationError::kNone);
  return decoder.failure();
}

std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file) << path;
  return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<std::string> all_cases() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(FERRULE_WIRE_CORPUS)) {
    const std::string name = entry.path().stem();
    const bool is_ours = name.starts_with("request_") || name.starts_with("response_");
    if (is_ours && entry.path().extension() == ".data") names.push_back(name);
  }
  std::ranges::sort(names);
  return names;
}

std::string expected_line(ValidationError error) {
  if (error == ValidationError::kNone) return "PASS";
  return "VALIDATION_ERROR_" + std::string(to_string(error));
}

class WireCorpusTest : public testing::TestWithParam<std::string> {};

TEST_P(WireCorpusTest, IsJudgedAsExpected) {
  const std::filesystem::path path = std::filesystem::path(FERRULE_WIRE_CORPUS) / GetParam();
  const auto message = parse_wire_text(read_file(path.string() + ".data"));
  std::string expected = read_file(path.string() + ".expected");
  while (!expected.empty() && (expected.back() == '\n' || expected.back() == '\r')) {
    expected.pop_back();
  }
  const auto failure = judge(message, GetParam().starts_with("response_"));
  EXPECT_EQ(expected_line(failure.error), expected) << to_string(failure);
}

INSTANTIATE_TEST_SUITE_P(All, WireCorpusTest, testing::ValuesIn(all_cases()),
                         [](const auto& param_info) { return param_info.param; });

// Nobody shall add an error without a case. A missing associated end belongs to the bindings, which
// alone have such fields.
TEST(WireCorpusCoverageTest, HasACaseForEveryError) {
  std::set<std::string> seen;
  for (const std::string& name : all_cases()) {
    std::string line = read_file(std::filesystem::path(FERRULE_WIRE_CORPUS) / (name + ".expected"));
    seen.insert(line.substr(0, line.find_first_of("\r\n")));
  }
  for (int i = 0; i <= static_cast<int>(ValidationError::kMaxRecursionDepth); ++i) {
    const auto error = static_cast<ValidationError>(i);
    if (error == ValidationError::kUnexpectedInvalidInterfaceId) continue;
    EXPECT_TRUE(seen.contains(expected_line(error))) << to_string(error);
  }
}

std::string document() {
  return read_file(std::filesystem::path(FERRULE_WIRE_CORPUS) / "../../docs/wire-format.md");
}

// The blocks that are drawn in the notation of the corpus.
std::vector<std::vector<uint8_t>> examples() {
  constexpr std::string_view kBegin = "```wire\n";
  const std::string text = document();
  std::vector<std::vector<uint8_t>> found;
  for (size_t at = text.find(kBegin); at != std::string::npos; at = text.find(kBegin, at)) {
    at += kBegin.size();
    found.push_back(wire_bytes(std::string_view(text).substr(at, text.find("```", at) - at)));
  }
  return found;
}

TEST(WireFormatDocumentTest, ShowsWhatIsSent) {
  const auto shown = examples();
  ASSERT_EQ(shown.size(), 2U);

  wire::MessageHeader header;
  header.flags = wire::kExpectsResponse;
  header.request_id = 7;
  wire::Encoder add(Buffer::allocate(wire::kMessageHeaderBytes + 16), header);
  wire::StructTraits<Point>::encode(add, Point{2, 3});
  EXPECT_THAT(std::move(add).finish()->buffer().bytes(), testing::ElementsAreArray(shown[0]));

  wire::Encoder greet = wire::Encoder::for_payload(Buffer::allocate(24 + 16));
  wire::StructWriter writer(greet, 24, 0);
  writer.write(0, std::string_view("Alice"));
  writer.write_bool(8, 0, true);
  writer.write_nullable(8, 1, 12, std::optional<int32_t>(3));
  EXPECT_THAT(std::move(greet).finish()->buffer().bytes(), testing::ElementsAreArray(shown[1]));
}

TEST(WireFormatDocumentTest, NamesEveryError) {
  const std::string text = document();
  for (int i = 1; i <= static_cast<int>(ValidationError::kMaxRecursionDepth); ++i) {
    const std::string name(to_string(static_cast<ValidationError>(i)));
    EXPECT_NE(text.find("`" + name + "`"), std::string::npos) << name;
  }
}

}  // namespace
}  // namespace ferrule::test
