// SPDX-License-Identifier: Apache-2.0
// The object of protobuf is there before it is encoded, as Ferrule's struct is. Each decoding makes
// a new object.

#include <cstdlib>
#include <memory>
#include <string>

#include "bench/micro/lanes.h"
#include "bench/micro/samples.h"
#include "micro.pb.h"

namespace ferrule::bench::micro {
namespace {

namespace pb = protobuf_bench;

void fill(const Call& from, pb::Call& to) {
  to.set_id(from.id);
  to.set_quantity(from.quantity);
  to.set_name(from.name);
}
uint64_t sum_of(const pb::Call& call) {
  Sum sum;
  sum.add(call.id());
  sum.add(call.quantity());
  sum.add_text(call.name());
  return sum.value();
}

void fill(const Record& from, pb::Record& to) {
#define FILL(i) to.set_n##i(from.n##i);
  MICRO_TWENTY(FILL)
#undef FILL
#define FILL(i) to.set_u##i(from.u##i), to.set_d##i(from.d##i);
  MICRO_TEN(FILL)
#undef FILL
#define FILL(i) to.set_b##i(from.b##i), to.set_s##i(from.s##i);
  MICRO_FIVE(FILL)
#undef FILL
}
uint64_t sum_of(const pb::Record& record) {
  Sum sum;
#define ADD(i) sum.add(record.n##i());
  MICRO_TWENTY(ADD)
#undef ADD
#define ADD(i) sum.add(record.u##i()), sum.add(record.d##i());
  MICRO_TEN(ADD)
#undef ADD
#define ADD(i) sum.add(record.b##i()), sum.add_text(record.s##i());
  MICRO_FIVE(ADD)
#undef ADD
  return sum.value();
}

void fill(const Texts& from, pb::Texts& to) {
  for (const std::string& text : from.texts) to.add_texts(text);
}
uint64_t sum_of(const pb::Texts& texts) {
  Sum sum;
  for (const std::string& text : texts.texts()) sum.add_text(text);
  return sum.value();
}

void fill(const Table& /*from*/, pb::Table& to) {
  to.mutable_entries()->insert(sample_entries().begin(), sample_entries().end());
}
uint64_t sum_of(const pb::Table& table) {
  Sum sum;
  for (const auto& [key, value] : table.entries()) sum.add_text(key), sum.add(value);
  return sum.value();
}

// Into a block of its own, as a message needs it that will be sent later.
template <class Message>
uint64_t encode(const Message& message) {
  const size_t num_bytes = message.ByteSizeLong();
  const std::unique_ptr<uint8_t[]> bytes(new uint8_t[num_bytes]);
  message.SerializeWithCachedSizesToArray(bytes.get());
  return num_bytes;
}

template <class Message>
uint64_t decode(const std::string& bytes) {
  Message message;
  if (!message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) std::abort();
  return sum_of(message);
}

template <class Message, class Data>
void add_pair(std::vector<Lane>& lanes, const char* data, const Data& value) {
  const auto message = std::make_shared<Message>();
  fill(value, *message);
  lanes.push_back(encoder(data, "protobuf", [message] { return encode(*message); }));
  const auto bytes = std::make_shared<std::string>(message->SerializeAsString());
  lanes.push_back(decoder(data, "protobuf", [bytes] { return decode<Message>(*bytes); }));
}

}  // namespace

std::vector<Lane> protobuf_lanes() {
  std::vector<Lane> lanes;
  add_pair<pb::Call>(lanes, kCall, sample_call());
  add_pair<pb::Record>(lanes, kRecord, sample_record());
  add_pair<pb::Texts>(lanes, kTexts, sample_texts());
  add_pair<pb::Table>(lanes, kTable, sample_table());
  return lanes;
}

}  // namespace ferrule::bench::micro
