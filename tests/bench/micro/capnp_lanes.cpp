// SPDX-License-Identifier: Apache-2.0
// Building a message is encoding it; it is not flattened, as it need not be to be sent. Decoding is
// measured twice: reading every field where it lies, and into the values that Ferrule gives.

#include <capnp/message.h>
#include <capnp/serialize.h>
#include <memory>
#include <string_view>

#include "bench/micro/lanes.h"
#include "bench/micro/samples.h"
#include "micro.capnp.h"

namespace ferrule::bench::micro {
namespace {

capnp::Text::Reader text(const std::string& from) { return {from.data(), from.size()}; }
std::string_view view(capnp::Text::Reader from) { return {from.begin(), from.size()}; }
std::string string(capnp::Text::Reader from) { return {from.begin(), from.size()}; }

void fill(const Call& from, capnp_bench::Call::Builder to) {
  to.setId(from.id);
  to.setQuantity(from.quantity);
  to.setName(text(from.name));
}
uint64_t sum_in_place(capnp_bench::Call::Reader call) {
  Sum sum;
  sum.add(call.getId());
  sum.add(call.getQuantity());
  sum.add_text(view(call.getName()));
  return sum.value();
}
void copy(capnp_bench::Call::Reader from, Call& to) {
  to.id = from.getId();
  to.quantity = from.getQuantity();
  to.name = string(from.getName());
}

void fill(const Record& from, capnp_bench::Record::Builder to) {
#define FILL(i) to.setN##i(from.n##i);
  MICRO_TWENTY(FILL)
#undef FILL
#define FILL(i) to.setU##i(from.u##i), to.setD##i(from.d##i);
  MICRO_TEN(FILL)
#undef FILL
#define FILL(i) to.setB##i(from.b##i), to.setS##i(text(from.s##i));
  MICRO_FIVE(FILL)
#undef FILL
}
uint64_t sum_in_place(capnp_bench::Record::Reader record) {
  Sum sum;
#define ADD(i) sum.add(record.getN##i());
  MICRO_TWENTY(ADD)
#undef ADD
#define ADD(i) sum.add(record.getU##i()), sum.add(record.getD##i());
  MICRO_TEN(ADD)
#undef ADD
#define ADD(i) sum.add(record.getB##i()), sum.add_text(view(record.getS##i()));
  MICRO_FIVE(ADD)
#undef ADD
  return sum.value();
}
void copy(capnp_bench::Record::Reader from, Record& to) {
#define COPY(i) to.n##i = from.getN##i();
  MICRO_TWENTY(COPY)
#undef COPY
#define COPY(i) to.u##i = from.getU##i(), to.d##i = from.getD##i();
  MICRO_TEN(COPY)
#undef COPY
#define COPY(i) to.b##i = from.getB##i(), to.s##i = string(from.getS##i());
  MICRO_FIVE(COPY)
#undef COPY
}

void fill(const Texts& from, capnp_bench::Texts::Builder to) {
  auto list = to.initTexts(static_cast<unsigned>(from.texts.size()));
  for (unsigned i = 0; i < list.size(); ++i) list.set(i, text(from.texts[i]));
}
uint64_t sum_in_place(capnp_bench::Texts::Reader texts) {
  Sum sum;
  for (const auto item : texts.getTexts()) sum.add_text(view(item));
  return sum.value();
}
void copy(capnp_bench::Texts::Reader from, Texts& to) {
  to.texts.reserve(from.getTexts().size());
  for (const auto item : from.getTexts()) to.texts.push_back(string(item));
}

void fill(const Table& from, capnp_bench::Table::Builder to) {
  auto list = to.initEntries(static_cast<unsigned>(from.entries.size()));
  unsigned i = 0;
  for (const auto& [key, value] : from.entries) {
    auto entry = list[i++];
    entry.setKey(text(key));
    entry.setValue(value);
  }
}
uint64_t sum_in_place(capnp_bench::Table::Reader table) {
  Sum sum;
  for (const auto entry : table.getEntries()) {
    sum.add_text(view(entry.getKey())), sum.add(entry.getValue());
  }
  return sum.value();
}
void copy(capnp_bench::Table::Reader from, Table& to) {
  for (const auto entry : from.getEntries()) {
    to.entries.emplace_hint(to.entries.end(), string(entry.getKey()), entry.getValue());
  }
}

// A large message is more than the library lets be read by default.
capnp::ReaderOptions reader_options() {
  capnp::ReaderOptions options;
  options.traversalLimitInWords = uint64_t{1} << 40U;
  return options;
}

template <class Root, class Data>
uint64_t encode(const Data& value) {
  capnp::MallocMessageBuilder message;
  fill(value, message.initRoot<Root>());
  size_t num_bytes = 0;
  for (const auto segment : message.getSegmentsForOutput()) num_bytes += segment.asBytes().size();
  return num_bytes;
}

using Words = kj::Array<capnp::word>;

template <class Root>
uint64_t decode_in_place(const Words& words) {
  capnp::FlatArrayMessageReader reader(words, reader_options());
  return sum_in_place(reader.getRoot<Root>());
}

template <class Root, class Data>
uint64_t decode_copied(const Words& words) {
  capnp::FlatArrayMessageReader reader(words, reader_options());
  Data value;
  copy(reader.getRoot<Root>(), value);
  return sum_of(value);
}

template <class Root, class Data>
void add_lanes(std::vector<Lane>& lanes, const char* data, const Data& value) {
  lanes.push_back(encoder(data, "Cap'n Proto", [&value] { return encode<Root>(value); }));
  capnp::MallocMessageBuilder message;
  fill(value, message.initRoot<Root>());
  const auto words = std::make_shared<Words>(capnp::messageToFlatArray(message));
  lanes.push_back(
      decoder(data, "Cap'n Proto, copied", [words] { return decode_copied<Root, Data>(*words); }));
  lanes.push_back(
      decoder(data, "Cap'n Proto, in place", [words] { return decode_in_place<Root>(*words); }));
}

}  // namespace

std::vector<Lane> capnp_lanes() {
  std::vector<Lane> lanes;
  add_lanes<capnp_bench::Call>(lanes, kCall, sample_call());
  add_lanes<capnp_bench::Record>(lanes, kRecord, sample_record());
  add_lanes<capnp_bench::Texts>(lanes, kTexts, sample_texts());
  add_lanes<capnp_bench::Table>(lanes, kTable, sample_table());
  return lanes;
}

}  // namespace ferrule::bench::micro
