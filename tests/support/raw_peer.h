// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <type_traits>
#include <variant>
#include <vector>

#include "ferrule/base/unique_fd.h"
#include "ferrule/wire/message_header.h"
#include "ferrule/node/control_message.h"
#include "ferrule/node/link_header.h"

namespace ferrule::test {

using RawBytes = std::vector<uint8_t>;

template <class Number>
void append_number(RawBytes& to, Number number) {
  to.resize(to.size() + sizeof(number));
  std::memcpy(to.data() + to.size() - sizeof(number), &number, sizeof(number));
}

/// The header of a frame on the socket, as a peer may write it: right or wrong.
RawBytes raw_frame_header(uint32_t num_bytes, uint16_t num_descriptors, uint8_t kind,
                          uint8_t reserved = 0, uint64_t segment = 0);
/// The node's header behind it.
RawBytes raw_link_header(uint16_t kind, uint32_t num_tail_bytes, uint64_t sequence,
                         node::PortName to, uint16_t reserved = 0);
/// A whole application message: `header` and, behind it, the parameters' bytes.
RawBytes raw_message(const wire::MessageHeader& header, std::span<const uint8_t> params);
/// A struct of the wire format that holds numbers of 32 bits.
RawBytes raw_struct(std::initializer_list<uint32_t> numbers);

/// The other end of a Ferrule connection in the hands of somebody who is no Ferrule: it says what
/// the test writes, and reads without believing anything. Nothing here blocks. What the other side
/// no longer takes, because it closed the connection, is dropped.
///
///   RawPeer peer(path);
///   peer.write_hello();
///   peer.write_frame(garbage);
class RawPeer {
 public:
  /// Connects to the socket `path`.
  explicit RawPeer(const std::string& path);
  explicit RawPeer(UniqueFd socket) : socket_(std::move(socket)) {}

  void write(std::span<const uint8_t> bytes, const std::vector<UniqueFd>& descriptors = {});
  /// A frame of the inline kind with a header that is right.
  void write_frame(std::span<const uint8_t> content, const std::vector<UniqueFd>& descriptors = {});
  void write_control(std::span<const uint8_t> body);
  void write_hello(uint32_t protocol_version = 1);
  void write_event(const node::DepartingEvent& event);
  /// Offers an end of a pipe under a name, and returns the name of the port that plays the other.
  node::PortName write_attachment(const std::string& name);
  void write_attachment(const std::string& name, const node::MovedEnd& end);
  /// `tail` are the route records; `descriptors` travel along.
  void write_message(node::PortName to, uint64_t sequence, std::span<const uint8_t> message,
                     std::span<const uint8_t> tail = {},
                     const std::vector<UniqueFd>& descriptors = {});

  struct ReceivedFrame {
    node::LinkHeader header;
    Buffer body;
  };
  /// The next frame, if all of it is here.
  std::optional<ReceivedFrame> try_read();
  /// The next application message, skipping all other frames.
  std::optional<ReceivedFrame> try_read_message();
  /// The next control message of kind `Kind` (of node::ArrivedControl, or of node::PortEvent),
  /// skipping all other frames.
  template <class Kind>
  std::optional<Kind> try_read_control();
  /// Whether the other side has closed the connection. What it said before is dropped.
  bool is_ended();
  void close() { socket_.reset(); }

  /// A name that nobody else has.
  static node::PortName make_port_name();
  node::ControlCodec codec() const { return node::ControlCodec(kThere); }

  /// Addresses of ports at the other side; those of this side are node::kLocal.
  static constexpr node::LinkId kThere{1};

 private:
  /// Reads what there is. False at the end.
  bool fill();

  UniqueFd socket_;
  RawBytes received_;
};

template <class Kind>
std::optional<Kind> RawPeer::try_read_control() {
  while (std::optional<ReceivedFrame> frame = try_read()) {
    if (frame->header.kind != node::LinkFrameKind::kControl) continue;
    auto control = codec().decode(frame->body);
    if (!control) continue;
    if constexpr (std::is_constructible_v<node::PortEvent, Kind>) {
      auto* event = std::get_if<node::ArrivedEvent>(&*control);
      auto* found = event != nullptr ? std::get_if<Kind>(&event->event) : nullptr;
      if (found != nullptr) return std::move(*found);
    } else {
      if (auto* found = std::get_if<Kind>(&*control)) return std::move(*found);
    }
  }
  return std::nullopt;
}

}  // namespace ferrule::test
