// SPDX-License-Identifier: Apache-2.0
// Bytes and descriptors from a socket, cut into frames. An input is a row of
//
//   number of bytes (2), number of descriptors (1), bytes
//
// each sent by one sendmsg and received at once.

#include <cstdlib>
#include <fcntl.h>
#include <sys/socket.h>
#include <utility>
#include <vector>

#include "ferrule/base/unique_fd.h"
#include "ferrule/platform/socket_message.h"
#include "ferrule/transport/frame_reader.h"

#include "fuzz/fuzz_input.h"

namespace ferrule::test {
namespace {

constexpr size_t kMaxFrameBytes = size_t{1} << 20;
constexpr size_t kMaxDescriptors = 8;

std::pair<UniqueFd, UniqueFd> make_sockets() {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends) != 0) std::abort();
  return {UniqueFd(ends[0]), UniqueFd(ends[1])};
}

// False if the peer's buffer is full.
bool send(const UniqueFd& socket, std::span<const uint8_t> bytes, size_t num_descriptors) {
  static const UniqueFd null_device(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  iovec part{const_cast<uint8_t*>(bytes.data()), bytes.size()};
  alignas(cmsghdr) char control[CMSG_SPACE(kMaxDescriptors * sizeof(int))] = {};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  if (num_descriptors > 0) {
    message.msg_control = control;
    message.msg_controllen = CMSG_SPACE(num_descriptors * sizeof(int));
    cmsghdr* const header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(num_descriptors * sizeof(int));
    for (size_t i = 0; i < num_descriptors; ++i) {
      const int fd = null_device.get();
      std::memcpy(CMSG_DATA(header) + i * sizeof(fd), &fd, sizeof(fd));
    }
  }
  return ::sendmsg(socket.get(), &message, MSG_NOSIGNAL) >= 0;
}

// False after an error.
bool read_frames(transport::FrameReader& reader, const UniqueFd& socket) {
  using Status = transport::FrameReader::ReceiveStatus;
  for (;;) {
    const auto status = reader.receive(socket);
    if (!status) return false;
    if (*status == Status::kNothing || *status == Status::kEnd) return true;
    for (;;) {
      const auto frame = reader.next();
      if (!frame) return false;
      if (!*frame) break;
      if ((*frame)->content.size() != (*frame)->header.num_bytes) std::abort();
      if ((*frame)->descriptors.size() != (*frame)->header.num_descriptors) std::abort();
      uint8_t sum = 0;
      for (const uint8_t byte : (*frame)->content.bytes()) sum = static_cast<uint8_t>(sum ^ byte);
      [[maybe_unused]] volatile uint8_t used = sum;
    }
  }
}

}  // namespace
}  // namespace ferrule::test

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace ferrule::test;
  FuzzInput input(data, size);
  auto [ours, theirs] = make_sockets();
  ferrule::transport::FrameReader reader(kMaxFrameBytes);
  while (!input.empty()) {
    const size_t num_bytes = input.number<uint16_t>();
    const size_t num_descriptors = input.below(kMaxDescriptors + 1);
    const auto bytes = input.take(num_bytes);
    if (bytes.empty()) continue;
    if (!send(theirs, bytes, num_descriptors) || !read_frames(reader, ours)) break;
  }
  return 0;
}
