// SPDX-License-Identifier: Apache-2.0
#include "support/raw_peer.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/un.h>

#include <gtest/gtest.h>

#include "ferrule/platform/socket_message.h"

namespace ferrule::test {
namespace {

constexpr size_t kFrameHeaderBytes = 16;
constexpr uint8_t kInline = 1;

RawBytes joined(RawBytes front, std::span<const uint8_t> back) {
  front.insert(front.end(), back.begin(), back.end());
  return front;
}

}  // namespace

RawBytes raw_frame_header(uint32_t num_bytes, uint16_t num_descriptors, uint8_t kind,
                          uint8_t reserved, uint64_t segment) {
  RawBytes bytes;
  append_number(bytes, num_bytes);
  append_number(bytes, num_descriptors);
  append_number(bytes, kind);
  append_number(bytes, reserved);
  append_number(bytes, segment);
  return bytes;
}

RawBytes raw_link_header(uint16_t kind, uint32_t num_tail_bytes, uint64_t sequence,
                         node::PortName to, uint16_t reserved) {
  RawBytes bytes;
  append_number(bytes, kind);
  append_number(bytes, reserved);
  append_number(bytes, num_tail_bytes);
  append_number(bytes, sequence);
  append_number(bytes, to.high);
  append_number(bytes, to.low);
  return bytes;
}

RawBytes raw_message(const wire::MessageHeader& header, std::span<const uint8_t> params) {
  RawBytes bytes;
  append_number(bytes, header);
  return joined(std::move(bytes), params);
}

RawBytes raw_struct(std::initializer_list<uint32_t> numbers) {
  RawBytes bytes;
  append_number(bytes, static_cast<uint32_t>(8 + (numbers.size() * 4 + 7) / 8 * 8));
  append_number(bytes, uint32_t{0});
  for (const uint32_t number : numbers) append_number(bytes, number);
  bytes.resize((bytes.size() + 7) / 8 * 8);
  return bytes;
}

RawPeer::RawPeer(const std::string& path)
    : socket_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::copy_n(path.c_str(), std::min(path.size(), sizeof(address.sun_path) - 1), address.sun_path);
  EXPECT_EQ(::connect(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)),
            0);
}

void RawPeer::write(std::span<const uint8_t> bytes, const std::vector<UniqueFd>& descriptors) {
  if (bytes.empty()) return;
  const iovec piece{const_cast<uint8_t*>(bytes.data()), bytes.size()};
  const auto sent = platform::send_with_descriptors(socket_, {&piece, 1}, descriptors);
  if (sent) {
    EXPECT_EQ(sent->num_bytes, bytes.size()) << "the socket has room for what one test writes";
  }
}

void RawPeer::write_frame(std::span<const uint8_t> content,
                          const std::vector<UniqueFd>& descriptors) {
  write(joined(raw_frame_header(static_cast<uint32_t>(content.size()),
                                static_cast<uint16_t>(descriptors.size()), kInline),
               content),
        descriptors);
}

void RawPeer::write_control(std::span<const uint8_t> body) {
  write_frame(joined(raw_link_header(2, 0, 0, {}), body));
}

void RawPeer::write_hello(uint32_t protocol_version) {
  write_control(codec().encode(node::Greeting{protocol_version}).bytes());
}

void RawPeer::write_event(const node::DepartingEvent& event) {
  write_control(codec().encode(event).bytes());
}

node::PortName RawPeer::write_attachment(const std::string& name) {
  const node::PortName ours = make_port_name();
  node::MovedEnd end;
  end.origin = make_port_name();
  end.peer = {node::kLocal, ours};
  end.next_to_send = 1;
  end.next_to_receive = 1;
  write_attachment(name, end);
  return ours;
}

void RawPeer::write_attachment(const std::string& name, const node::MovedEnd& end) {
  write_control(codec().encode(node::DepartingAttachment{name, end}).bytes());
}

void RawPeer::write_message(node::PortName to, uint64_t sequence, std::span<const uint8_t> message,
                            std::span<const uint8_t> tail,
                            const std::vector<UniqueFd>& descriptors) {
  const RawBytes header = raw_link_header(1, static_cast<uint32_t>(tail.size()), sequence, to);
  write_frame(joined(joined(header, message), tail), descriptors);
}

bool RawPeer::fill() {
  uint8_t bytes[4096];
  for (;;) {
    const ssize_t count = ::recv(socket_.get(), bytes, sizeof(bytes), 0);
    if (count <= 0) return count < 0 && (errno == EAGAIN || errno == EINTR);
    received_.insert(received_.end(), bytes, bytes + count);
  }
}

std::optional<RawPeer::ReceivedFrame> RawPeer::try_read() {
  fill();
  uint32_t num_bytes = 0;
  if (received_.size() < kFrameHeaderBytes) return std::nullopt;
  std::memcpy(&num_bytes, received_.data(), sizeof(num_bytes));
  if (received_.size() - kFrameHeaderBytes < num_bytes) return std::nullopt;
  Buffer body = Buffer::allocate(num_bytes);
  const auto begin = received_.begin() + kFrameHeaderBytes;
  std::copy_n(begin, num_bytes, body.data());
  received_.erase(received_.begin(), begin + num_bytes);
  const node::LinkHeader header = node::LinkHeader::take_from(body).value();
  return ReceivedFrame{header, std::move(body)};
}

std::optional<RawPeer::ReceivedFrame> RawPeer::try_read_message() {
  while (std::optional<ReceivedFrame> frame = try_read()) {
    if (frame->header.kind == node::LinkFrameKind::kMessage) return frame;
  }
  return std::nullopt;
}

bool RawPeer::is_ended() { return !fill(); }

node::PortName RawPeer::make_port_name() {
  static uint64_t last = 0;
  return {0x7261772070656572, ++last};
}

}  // namespace ferrule::test
