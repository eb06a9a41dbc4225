// SPDX-License-Identifier: Apache-2.0
// Whole messages, with their header, as a proxy writes and a stub reads them; without a pipe.

#include <cstdlib>
#include <memory>
#include <utility>

#include "ferrule/wire/codec/all.h"
#include "ferrule/wire/received_header.h"

#include "bench/micro/lanes.h"
#include "bench/micro/samples.h"

namespace ferrule::bench::micro {
namespace {

template <class S>
wire::Message encode(const S& value) {
  wire::SizeCounter counter;
  wire::StructTraits<S>::measure(counter, value);
  wire::Encoder encoder(Buffer::allocate(wire::kMessageHeaderBytes + counter.num_bytes()),
                        wire::MessageHeader());
  wire::StructTraits<S>::encode(encoder, value);
  auto message = std::move(encoder).finish();
  if (!message) std::abort();
  return *std::move(message);
}

template <class S>
uint64_t decode(wire::Message& message) {
  wire::ReceivedHeader header;
  wire::DecodeFailure failure;
  if (!read_message_header(message.buffer().bytes(), header, failure)) std::abort();
  wire::Decoder decoder(message.buffer(), header.payload_offset, header.payload_end,
                        message.handles(), header.interface_ids);
  S value;
  if (!wire::StructTraits<S>::decode(decoder, header.payload_offset, value)) std::abort();
  return sum_of(value);
}

template <class S>
void add_pair(std::vector<Lane>& lanes, const char* data, const char* name, const S& value) {
  lanes.push_back(encoder(data, name, [&value] { return encode(value).buffer().size(); }));
  const auto message = std::make_shared<wire::Message>(encode(value));
  lanes.push_back(decoder(data, name, [message] { return decode<S>(*message); }));
}

}  // namespace

std::vector<Lane> ferrule_lanes() {
  std::vector<Lane> lanes;
  add_pair(lanes, kCall, "Ferrule", sample_call());
  add_pair(lanes, kRecord, "Ferrule", sample_record());
  add_pair(lanes, kTexts, "Ferrule", sample_texts());
  add_pair(lanes, kTable, "Ferrule", sample_table());
  add_pair(lanes, kTable, "Ferrule, hash_map", sample_hash_table());
  return lanes;
}

}  // namespace ferrule::bench::micro
