// SPDX-License-Identifier: Apache-2.0
#include "support/wire_judge.h"

#include <algorithm>
#include <fcntl.h>
#include <utility>
#include <vector>

#include <boost/asio/system_executor.hpp>

#include "ferrule/base/check.h"
#include "ferrule/base/memory.h"
#include "ferrule/wire/control_message.h"
#include "ferrule/wire/interface_ends.h"
#include "ferrule/bindings/associated_end.h"
#include "ferrule/bindings/endpoint.h"
#include "ferrule/interface_control.idl.h"
#include "ferrule/pipe_control.idl.h"

namespace ferrule::test {
namespace {

using wire::ValidationError;

/// Swallows what is sent, and brings nothing.
class DeadEnd final : public wire::PipeEnd {
 public:
  Result<void> send(wire::Message&& /*message*/) override { return {}; }
  TakeStatus take(wire::Message& /*message*/) override { return TakeStatus::kEmpty; }
  void set_listener(std::weak_ptr<Listener> /*listener*/) override {}
  Buffer allocate(size_t num_bytes) override { return Buffer::allocate(num_bytes); }
  void report_bad_message(std::string_view /*what*/) override {}
  bool is_peer_closed() const override { return false; }
};

/// Knows every id: whether one is open is a question of a pipe's history, not of the message.
class AnyEnds final : public wire::InterfaceEnds {
 public:
  Result<uint32_t> send_end(std::unique_ptr<wire::InterfaceEnd> /*end*/) override {
    return Error(Errc::kCancelled, "nothing is sent");
  }
  std::unique_ptr<wire::InterfaceEnd> take_end(uint32_t /*id*/) override {
    return std::move(bindings::AssociatedEnd::make_pair().first);
  }
};

// Memory of exactly the message's size, so that a sanitizer sees what is read beyond it.
Buffer exact_buffer(const std::vector<uint8_t>& bytes) {
  MemoryRef memory = allocate_heap_memory(bytes.size());
  std::ranges::copy(bytes, memory->data());
  return {std::move(memory), 0, bytes.size()};
}

std::vector<wire::Handle> make_handles(const WireCase& message, Strictness strictness) {
  std::vector<wire::Handle> handles(message.message.num_handles);
  if (strictness == Strictness::kFormat) return handles;
  for (size_t i = 0; i < handles.size(); ++i) {
    const bool is_pipe =
        i < message.handle_kinds.size() && message.handle_kinds[i] == HandleKind::kPipe;
    handles[i] = is_pipe ? wire::Handle(std::make_unique<DeadEnd>())
                         : wire::Handle(UniqueFd(::open("/dev/null", O_RDONLY | O_CLOEXEC)));
  }
  return handles;
}

// The IDL may not give the names of control messages to a method. An interface that has methods
// `Run` or `RunOrClosePipe` describes those messages; of all others they are what the runtime
// knows.
bool describes_control(const JudgedInterface& interface, wire::MessageHeader& header) {
  if (header.name != wire::kRunName && header.name != wire::kRunOrClosePipeName) return false;
  const std::string_view wanted = header.name == wire::kRunName ? "Run" : "RunOrClosePipe";
  for (const JudgedInterface::Method& method : interface.methods) {
    if (method.name == wanted) {
      header.name = method.ordinal;
      return true;
    }
  }
  return false;
}

template <class Params>
bool read_params(wire::Decoder& decoder) {
  Params params;
  return wire::read_payload(decoder, params);
}

bool judge_control(const wire::ReceivedHeader& header, wire::Decoder& decoder, bool is_response) {
  if (is_response) {
    return wire::check_control_answer(decoder, header.fields) &&
           read_params<interface_control::RunResponseParams>(decoder);
  }
  if (!wire::check_control_request(decoder, header.fields)) return false;
  switch (wire::kind_of(header.fields)) {
    case wire::MessageKind::kRun:
      return read_params<interface_control::RunParams>(decoder);
    case wire::MessageKind::kRunOrClosePipe:
      return read_params<interface_control::RunOrClosePipeParams>(decoder);
    default:
      return read_params<pipe_control::RunOrClosePipeParams>(decoder);
  }
}

bool judge_request(const JudgedInterface& interface, const wire::ReceivedHeader& header,
                   wire::Decoder& decoder) {
  const auto endpoint = bindings::Endpoint::create(std::make_unique<DeadEnd>(),
                                                   boost::asio::system_executor(), interface.name);
  bindings::IncomingCall call(endpoint, header.fields, decoder);
  return interface.dispatch(call);
}

bool judge_response(const JudgedInterface& interface, const wire::ReceivedHeader& header,
                    wire::Decoder& decoder) {
  if (!wire::is_answer(header.fields.flags)) {
    return decoder.fail(ValidationError::kMessageHeaderInvalidFlags, wire::kMessageFlagsOffset);
  }
  const auto method =
      std::ranges::find(interface.methods, header.fields.name, &JudgedInterface::Method::ordinal);
  if (method == interface.methods.end() || method->decode_response == nullptr) {
    return decoder.fail(ValidationError::kMessageHeaderUnknownMethod, wire::kMessageNameOffset);
  }
  return method->decode_response(decoder);
}

}  // namespace

wire::DecodeFailure judge(const JudgedInterface& interface, const WireCase& message,
                          bool is_response, Strictness strictness) {
  const Buffer buffer = exact_buffer(message.message.bytes);
  wire::ReceivedHeader header;
  wire::DecodeFailure failure;
  if (!wire::read_message_header(buffer.bytes(), header, failure)) return failure;
  const bool is_control = wire::kind_of(header.fields) != wire::MessageKind::kMethod &&
                          !describes_control(interface, header.fields);
  std::vector<wire::Handle> handles = make_handles(message, strictness);
  wire::Decoder decoder(buffer, header.payload_offset, header.payload_end, handles,
                        header.interface_ids);
  if (strictness == Strictness::kFormat) decoder.check_format_only();
  AnyEnds ends;
  decoder.set_interface_ends(&ends);
  const bool is_fine = is_control    ? judge_control(header, decoder, is_response)
                       : is_response ? judge_response(interface, header, decoder)
                                     : judge_request(interface, header, decoder);
  // Generated code that says no without a reason, or goes on in spite of one, is broken itself.
  FERRULE_CHECK(is_fine == (decoder.failure().error == ValidationError::kNone));
  return decoder.failure();
}

std::string expected_line(ValidationError error) {
  if (error == ValidationError::kNone) return "PASS";
  return "VALIDATION_ERROR_" + std::string(wire::to_string(error));
}

}  // namespace ferrule::test
