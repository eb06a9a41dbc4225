// SPDX-License-Identifier: Apache-2.0
#include "ferrule/bindings/control_proxy.h"

#include "ferrule/wire/control_message.h"
#include "ferrule/interface_control.idl.h"

namespace ferrule::bindings {
namespace {

template <class Params>
Result<wire::Message> encode(const OutgoingMessage& message, const Params& params) {
  wire::SizeCounter counter;
  wire::StructTraits<Params>::measure(counter, params);
  auto encoder = message.begin(counter);
  wire::StructTraits<Params>::encode(encoder, params);
  return std::move(encoder).finish();
}

}  // namespace

void ControlProxy::require_version(uint32_t version) const {
  using Input = interface_control::RunOrClosePipeInput;
  send(encode(one_way(wire::kRunOrClosePipeName),
              interface_control::RunOrClosePipeParams{Input::make_require_version({version})}));
}

std::variant<PendingCall, uint32_t> ControlProxy::ask_for_version() const {
  if (const auto known = endpoint().peer().version; known && endpoint().is_connected()) {
    return *known;
  }
  return begin_call(encode_query_version());
}

Result<wire::Message> ControlProxy::encode_query_version() const {
  return encode(request(wire::kRunName),
                interface_control::RunParams{interface_control::RunInput::make_query_version({})});
}

Result<wire::Message> ControlProxy::encode_flush() const {
  return encode(
      request(wire::kRunName),
      interface_control::RunParams{interface_control::RunInput::make_flush_for_testing({})});
}

bool ControlProxy::decode_version(wire::Decoder& decoder, std::tuple<uint32_t>& out) {
  interface_control::RunResponseParams response;
  if (!wire::read_payload(decoder, response)) return false;
  if (!response.output) {
    return decoder.refuse_value(decoder.payload_offset(), "the version is missing");
  }
  std::get<0>(out) = response.output->get_query_version_result().version;
  return true;
}

bool ControlProxy::decode_flushed(wire::Decoder& decoder, std::tuple<>& /*out*/) {
  interface_control::RunResponseParams response;
  return wire::read_payload(decoder, response);
}

}  // namespace ferrule::bindings
