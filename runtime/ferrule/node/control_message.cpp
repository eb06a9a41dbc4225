// SPDX-License-Identifier: Apache-2.0
#include "ferrule/node/control_message.h"

#include <memory>
#include <optional>
#include <utility>

#include "ferrule/base/check.h"
#include "ferrule/wire/encoder.h"
#include "ferrule/wire/size_counter.h"
#include "ferrule/wire/struct_bytes.h"
#include "ferrule/node.idl.h"

namespace ferrule::node {
namespace {

/// Joins lambdas into one visitor.
template <class... Cases>
struct Match : Cases... {
  using Cases::operator()...;
};
// Clang 14 deduces no aggregate by itself.
template <class... Cases>
Match(Cases...) -> Match<Cases...>;

// ---- structs to bytes and back ------------------------------------------------------------------

template <class Struct>
Buffer encode_struct(const Struct& value) {
  wire::SizeCounter counter;
  wire::StructTraits<Struct>::measure(counter, value);
  wire::Encoder encoder = wire::Encoder::for_payload(Buffer::allocate(counter.num_bytes()));
  wire::StructTraits<Struct>::encode(encoder, value);
  return std::move(std::move(encoder).finish().value().buffer());
}

template <class Struct>
Result<Struct> decode_struct(const Buffer& bytes, const char* what) {
  auto value = wire::from_bytes<Struct>(bytes.bytes());
  if (!value) return Error(Errc::kBadMessage, std::string(what) + ", " + value.error().message());
  return value;
}

Buffer encode_control(control::Control what) {
  return encode_struct(control::ControlMessage{std::move(what)});
}

// ---- our words and those of the link ------------------------------------------------------------

control::PortName to_wire(const PortName& name) { return {name.high, name.low}; }
PortName from_wire(const control::PortName& name) { return {name.high, name.low}; }

control::PortAddress to_wire(const Address& address, const PortName& key = {}) {
  if (key.is_valid()) return {control::Side::kThird, to_wire(address.port), to_wire(key)};
  return {address.is_local() ? control::Side::kSender : control::Side::kReceiver,
          to_wire(address.port),
          {}};
}
/// A port of a third node is nowhere until its key is looked at.
Address from_wire(const control::PortAddress& address, LinkId link) {
  const PortName port = from_wire(address.port);
  switch (address.side) {
    case control::Side::kSender:
      return {link, port};
    case control::Side::kReceiver:
      return {kLocal, port};
    case control::Side::kThird:
      break;
  }
  return {kNowhere, port};
}
PortName key_from_wire(const control::PortAddress& address) {
  return address.side == control::Side::kThird ? from_wire(address.triangle) : PortName();
}

using Verdict = ObserveProxyAck::Verdict;

control::Verdict to_wire(Verdict verdict) {
  switch (verdict) {
    case Verdict::kObserved:
      return control::Verdict::kObserved;
    case Verdict::kAskAgain:
      return control::Verdict::kAskAgain;
    case Verdict::kStays:
      return control::Verdict::kStays;
    case Verdict::kChanged:
      return control::Verdict::kChanged;
  }
  return control::Verdict::kStays;
}
Verdict from_wire(control::Verdict verdict) {
  switch (verdict) {
    case control::Verdict::kObserved:
      return Verdict::kObserved;
    case control::Verdict::kAskAgain:
      return Verdict::kAskAgain;
    case control::Verdict::kStays:
      return Verdict::kStays;
    case control::Verdict::kChanged:
      return Verdict::kChanged;
  }
  return Verdict::kStays;
}

control::Credit to_wire(const Credit& credit) { return {credit.sequence, credit.bytes}; }
Credit from_wire(const control::Credit& credit) { return {credit.sequence, credit.bytes}; }

control::Window to_wire(const wire::Window& window) {
  return {window.num_messages, window.num_bytes};
}
wire::Window from_wire(const control::Window& window) {
  return {window.num_messages, window.num_bytes};
}

std::optional<control::Restriction> to_wire(const std::shared_ptr<const Restriction>& restriction) {
  if (!restriction) return std::nullopt;
  return control::Restriction{restriction->interface_name, restriction->enumeration,
                              restriction->value};
}
std::shared_ptr<const Restriction> from_wire(
    const std::optional<control::Restriction>& restriction) {
  if (!restriction) return nullptr;
  return std::make_shared<const Restriction>(
      Restriction{restriction->interface_name, restriction->enumeration, restriction->value});
}

control::MovedPort to_wire(const MovedEnd& end) {
  const ReceiveCredit& receive = end.receive_credit;
  return {to_wire(end.origin),
          to_wire(end.peer),
          end.next_to_send,
          end.next_to_receive,
          end.peer_closed,
          end.last_to_receive,
          end.send_credit.bytes_sent,
          to_wire(end.send_credit.limit),
          to_wire(end.send_credit.window),
          receive.bytes_taken,
          to_wire(receive.granted),
          to_wire(receive.window),
          to_wire(end.restriction)};
}
MovedEnd from_wire(const control::MovedPort& port, LinkId link) {
  return {from_wire(port.origin),
          from_wire(port.peer, link),
          port.next_sequence_to_send,
          port.next_sequence_to_receive,
          port.peer_closed,
          port.last_sequence_to_receive,
          {port.bytes_sent, from_wire(port.credit_to_send), from_wire(port.window_of_peer)},
          {from_wire(port.window), port.bytes_taken, from_wire(port.credit_granted)},
          from_wire(port.restriction)};
}

}  // namespace

// ---- out ----------------------------------------------------------------------------------------

Buffer ControlCodec::encode(const Greeting& greeting) const {
  return encode_control(control::Control::make_hello({greeting.protocol_version}));
}

Buffer ControlCodec::encode(const DepartingAttachment& attachment) const {
  return encode_control(
      control::Control::make_attachment({attachment.name, to_wire(attachment.end)}));
}

Buffer ControlCodec::encode(const DepartingEvent& departing) const {
  const control::PortName to = to_wire(departing.to);
  return encode_control(std::visit(
      Match{[&](const PortAccepted& event) {
              return control::Control::make_port_accepted({to, to_wire(event.port.port)});
            },
            [&](const ObserveProxy& event) {
              return control::Control::make_observe_proxy(
                  {to, to_wire(event.proxy, event.proxy_key),
                   to_wire(event.target, event.target_key), event.num_hops});
            },
            [&](const ObserveProxyAck& event) {
              return control::Control::make_observe_proxy_ack(
                  {to, to_wire(event.verdict), event.last_sequence});
            },
            [&](const SenderChanged& event) {
              return control::Control::make_sender_changed(
                  {to, to_wire(event.sender.port), event.first_sequence});
            },
            [&](const PortClosed& event) {
              return control::Control::make_port_closed({to, event.last_sequence, event.num_hops});
            },
            [&](const CreditGranted& event) {
              return control::Control::make_credit_granted(
                  {to, to_wire(event.limit), to_wire(event.window), event.num_hops});
            },
            [&](const PortProbed& event) {
              return control::Control::make_port_probed({to, event.is_known});
            }},
      departing.event));
}

Buffer ControlCodec::encode(const Introduction& introduction) const {
  return encode_control(
      control::Control::make_introduction({to_wire(introduction.key), introduction.distance}));
}

Buffer ControlCodec::encode(const IntroductionAnswer& answer) const {
  return encode_control(
      control::Control::make_introduction_answer({to_wire(answer.key), answer.is_accepted}));
}

Buffer ControlCodec::encode(const PortProbe& probe) const {
  return encode_control(
      control::Control::make_port_probe({to_wire(probe.to), to_wire(probe.from), probe.withdraws}));
}

std::vector<uint8_t> ControlCodec::encode_records(std::span<const CarriedHandle> handles) const {
  control::RouteRecords records;
  records.handles.reserve(handles.size());
  for (const CarriedHandle& handle : handles) {
    using Record = control::CarriedHandle;
    records.handles.push_back(std::visit(
        Match{[](const UniqueFd&) { return Record::make_descriptor({}); },
              [](const wire::DescriptorPair&) { return Record::make_descriptor_pair({}); },
              [](const MovedEnd& end) { return Record::make_port(to_wire(end)); }},
        handle));
  }
  const Buffer bytes = encode_struct(records);
  return {bytes.bytes().begin(), bytes.bytes().end()};
}

// ---- in -----------------------------------------------------------------------------------------

Result<ArrivedControl> ControlCodec::decode(const Buffer& bytes) const {
  auto message = decode_struct<control::ControlMessage>(bytes, "control message");
  if (!message) return std::move(message).error();
  return std::move(message->control)
      .visit(Match{
          [](control::Hello& hello) -> ArrivedControl { return Greeting{hello.protocol_version}; },
          [this](control::Attachment& attachment) -> ArrivedControl {
            return ArrivedAttachment{std::move(attachment.name), from_wire(attachment.port, link_)};
          },
          [this](control::PortAccepted& event) -> ArrivedControl {
            return ArrivedEvent{from_wire(event.origin),
                                PortAccepted{{link_, from_wire(event.port)}}};
          },
          [this](control::ObserveProxy& event) -> ArrivedControl {
            return ArrivedEvent{
                from_wire(event.to),
                ObserveProxy{from_wire(event.proxy, link_), from_wire(event.target, link_),
                             key_from_wire(event.proxy), key_from_wire(event.target), false,
                             event.num_hops}};
          },
          [](control::ObserveProxyAck& event) -> ArrivedControl {
            return ArrivedEvent{from_wire(event.to),
                                ObserveProxyAck{from_wire(event.verdict), event.last_sequence}};
          },
          [this](control::SenderChanged& event) -> ArrivedControl {
            return ArrivedEvent{from_wire(event.to), SenderChanged{{link_, from_wire(event.sender)},
                                                                   event.first_sequence}};
          },
          [](control::PortClosed& event) -> ArrivedControl {
            return ArrivedEvent{from_wire(event.to),
                                PortClosed{event.last_sequence, event.num_hops}};
          },
          [](control::PortProbed& event) -> ArrivedControl {
            return ArrivedEvent{from_wire(event.to), PortProbed{event.is_known}};
          },
          [](control::Introduction& introduction) -> ArrivedControl {
            return Introduction{from_wire(introduction.key), introduction.distance};
          },
          [](control::IntroductionAnswer& answer) -> ArrivedControl {
            return IntroductionAnswer{from_wire(answer.key), answer.is_accepted};
          },
          [](control::PortProbe& probe) -> ArrivedControl {
            return PortProbe{from_wire(probe.to), from_wire(probe.from), probe.withdraws};
          },
          [](control::CreditGranted& event) -> ArrivedControl {
            return ArrivedEvent{
                from_wire(event.to),
                CreditGranted{from_wire(event.limit), from_wire(event.window), event.num_hops}};
          }});
}

Result<std::vector<CarriedHandle>> ControlCodec::decode_records(
    const Buffer& bytes, std::vector<UniqueFd> descriptors) const {
  const auto records = decode_struct<control::RouteRecords>(bytes, "route records");
  if (!records) return records.error();
  std::vector<CarriedHandle> handles;
  handles.reserve(records->handles.size());
  size_t num_used = 0;
  for (const control::CarriedHandle& record : records->handles) {
    const size_t num_needed = record.is_port() ? 0 : record.is_descriptor_pair() ? 2 : 1;
    if (num_needed > descriptors.size() - num_used) {
      return Error(Errc::kBadMessage, "DESCRIPTOR_COUNT_MISMATCH");
    }
    const auto next = [&] { return std::move(descriptors[num_used++]); };
    if (record.is_port()) {
      handles.emplace_back(from_wire(record.get_port(), link_));
    } else if (record.is_descriptor_pair()) {
      UniqueFd first = next();
      handles.emplace_back(wire::DescriptorPair{std::move(first), next()});
    } else {
      handles.emplace_back(next());
    }
  }
  if (num_used != descriptors.size()) {
    return Error(Errc::kBadMessage, "DESCRIPTOR_COUNT_MISMATCH");
  }
  return handles;
}

}  // namespace ferrule::node
