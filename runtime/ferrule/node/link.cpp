// SPDX-License-Identifier: Apache-2.0
#include "ferrule/node/link.h"

#include <algorithm>
#include <utility>

namespace ferrule::node {
namespace {

using SignalSource = wire::PipeEnd::SignalSource;

/// What both sides must speak. Raised when a change cannot be understood by the other side.
constexpr uint32_t kProtocolVersion = 1;

Error rule(const char* name) { return {Errc::kBadMessage, name}; }

bool needs_records(const std::vector<CarriedHandle>& handles) {
  return std::any_of(handles.begin(), handles.end(), [](const CarriedHandle& handle) {
    return !std::holds_alternative<UniqueFd>(handle);
  });
}

}  // namespace

Link::Link(std::shared_ptr<Node> node, LinkId id, std::unique_ptr<transport::Transport> transport,
           std::weak_ptr<Node::LinkOwner> owner)
    : node_(std::move(node)),
      id_(id),
      transport_(std::move(transport)),
      owner_(std::move(owner)),
      codec_(id) {}

void Link::start() {
  send_control(codec_.encode(Greeting{kProtocolVersion}));
  transport_->start(*this);
}

void Link::close() {
  transport_->close();
  WakeList wake;
  node_->lose(id_, wake);
  wake_all(wake, SignalSource::kCall);
}

// ---- out ----------------------------------------------------------------------------------------

void Link::depart(TravellingMessage message) {
  transport::Frame frame;
  frame.body = std::move(message.message.buffer());
  if (!message.handles.empty()) {
    // Single descriptors alone need no records: they arrive in their order.
    if (needs_records(message.handles)) frame.tail = codec_.encode_records(message.handles);
    for (CarriedHandle& handle : message.handles) {
      if (auto* fd = std::get_if<UniqueFd>(&handle)) frame.descriptors.push_back(std::move(*fd));
      if (auto* pair = std::get_if<wire::DescriptorPair>(&handle)) {
        frame.descriptors.push_back(std::move(pair->first));
        frame.descriptors.push_back(std::move(pair->second));
      }
    }
  }
  const LinkHeader header{LinkFrameKind::kMessage, message.num_hops,
                          static_cast<uint32_t>(frame.tail.size()), message.sequence, message.to};
  header.write_in_front_of(frame.body);
  transport_->send(std::move(frame));
}

void Link::depart(const DepartingEvent& event) { send_control(codec_.encode(event)); }

void Link::depart(const DepartingAttachment& attachment) {
  send_control(codec_.encode(attachment));
}

void Link::depart(const PortProbe& probe) { send_control(codec_.encode(probe)); }

void Link::send_introduction(const Introduction& introduction, UniqueFd channel) {
  std::vector<UniqueFd> descriptors;
  descriptors.push_back(std::move(channel));
  send_control(codec_.encode(introduction), std::move(descriptors));
}

void Link::send_answer(const IntroductionAnswer& answer) { send_control(codec_.encode(answer)); }

void Link::send_control(Buffer body, std::vector<UniqueFd> descriptors) {
  LinkHeader{}.write_in_front_of(body);
  transport_->send({std::move(body), {}, std::move(descriptors)});
}

// ---- in -----------------------------------------------------------------------------------------

void Link::on_frame(transport::Frame frame) {
  if (has_failed_) return;
  if (auto received = receive(std::move(frame)); !received) {
    has_failed_ = true;
    transport_->abort(std::move(received).error());
  }
}

void Link::on_batch_end() {
  // Waking may run users' code, which may bring new wakes to this list.
  WakeList wake = std::exchange(wake_, {});
  wake_all(wake, SignalSource::kTransport);
}

void Link::on_transport_closed(const Error& reason) {
  const auto owner = owner_.lock();
  const auto node = node_;
  WakeList wake = std::exchange(wake_, {});
  node->lose(id_, wake);  // may destroy this link
  wake_all(wake, SignalSource::kTransport);
  if (owner) owner->on_link_closed(reason);
}

Result<void> Link::receive(transport::Frame frame) {
  auto header = LinkHeader::take_from(frame.body);
  if (!header) return std::move(header).error();
  if (header->kind == LinkFrameKind::kControl) return receive_control(std::move(frame));
  if (!was_greeted_) return rule("HELLO_MISSING");
  return receive_message(*header, std::move(frame));
}

Result<void> Link::receive_message(const LinkHeader& header, transport::Frame frame) {
  std::vector<CarriedHandle> handles;
  if (header.num_tail_bytes != 0) {
    const Buffer tail(frame.body.memory(),
                      frame.body.memory_offset() + frame.body.size() - header.num_tail_bytes,
                      frame.body.memory_offset() + frame.body.size());
    frame.body.remove_suffix(header.num_tail_bytes);
    auto decoded = codec_.decode_records(tail, std::move(frame.descriptors));
    if (!decoded) return std::move(decoded).error();
    handles = std::move(decoded).value();
  } else {
    for (UniqueFd& fd : frame.descriptors) handles.emplace_back(std::move(fd));
  }
  return node_->deliver(id_,
                        {header.to, header.sequence, wire::Message(std::move(frame.body)),
                         std::move(handles), header.num_hops},
                        wake_);
}

Result<void> Link::receive_control(transport::Frame frame) {
  auto control = codec_.decode(frame.body);
  if (!control) return std::move(control).error();
  const size_t num_descriptors = std::holds_alternative<Introduction>(*control) ? 1 : 0;
  if (frame.descriptors.size() < num_descriptors) return rule("INTRODUCTION_WITHOUT_DESCRIPTOR");
  if (frame.descriptors.size() > num_descriptors) return rule("CONTROL_MESSAGE_WITH_DESCRIPTORS");
  if (num_descriptors != 0) introduced_channel_ = std::move(frame.descriptors.front());
  return std::visit([this](auto& what) { return receive(std::move(what)); }, control.value());
}

Result<void> Link::receive(const Greeting& greeting) {
  if (std::exchange(was_greeted_, true)) return rule("HELLO_REPEATED");
  if (greeting.protocol_version != kProtocolVersion) {
    return Error(Errc::kHandshakeFailed,
                 "the peer speaks version " + std::to_string(greeting.protocol_version) +
                     " of the protocol, this process version " + std::to_string(kProtocolVersion));
  }
  return {};
}

Result<void> Link::receive(ArrivedAttachment attachment) {
  if (!was_greeted_) return rule("HELLO_MISSING");
  if (attachment.name.size() > kMaxAttachmentNameBytes) return rule("ATTACHMENT_NAME_TOO_LONG");
  auto end = node_->deliver(id_, attachment.end, wake_);
  if (!end) return std::move(end).error();
  if (const auto owner = owner_.lock()) {
    owner->on_attachment(std::move(attachment.name), std::move(end).value());
  }
  return {};
}

Result<void> Link::receive(const ArrivedEvent& event) {
  if (!was_greeted_) return rule("HELLO_MISSING");
  return node_->deliver(id_, event.to, event.event, wake_);
}

Result<void> Link::receive(const Introduction& introduction) {
  UniqueFd channel = std::move(introduced_channel_);
  if (!was_greeted_) return rule("HELLO_MISSING");
  return node_->deliver(*this, introduction, std::move(channel), wake_);
}

Result<void> Link::receive(const IntroductionAnswer& answer) {
  if (!was_greeted_) return rule("HELLO_MISSING");
  return node_->deliver(id_, answer, wake_);
}

Result<void> Link::receive(const PortProbe& probe) {
  if (!was_greeted_) return rule("HELLO_MISSING");
  node_->deliver(id_, probe, wake_);
  return {};
}

}  // namespace ferrule::node
