// SPDX-License-Identifier: Apache-2.0
// Bytes in shared memory, a byte or a descriptor over a Unix socket. Variants:
//
// - fresh: a memfd for each message, its pages allocated at once, filled through a mapping, sealed,
//   passed; mapped and read by the receiver. What a sealed large message can cost at best.
// - pwrite: the same, written instead of mapped. The bytes are there before, and are copied.
// - recycled: memfds that both sides keep mapped and use in turns. Nothing is sealed: the receiver
// has
//   to trust the sender.
#include <cstring>
#include <fcntl.h>
#include <sys/mman.h>

#include "bench/peers/peer.h"
#include "bench/peers/raw_socket.h"

namespace ferrule::bench {
namespace {

constexpr int kSeals = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL;
constexpr size_t kNumRecycled = 4;

class Mapped {
 public:
  Mapped(const UniqueFd& memory, size_t num_bytes, int protection, int flags = 0)
      : num_bytes_(num_bytes),
        data_(::mmap(nullptr, num_bytes, protection, MAP_SHARED | flags, memory.get(), 0)) {
    if (data_ == MAP_FAILED) die("mmap");
  }
  Mapped(const Mapped&) = delete;
  Mapped& operator=(const Mapped&) = delete;
  Mapped(Mapped&& other) noexcept
      : num_bytes_(other.num_bytes_), data_(std::exchange(other.data_, MAP_FAILED)) {}
  Mapped& operator=(Mapped&&) = delete;
  ~Mapped() {
    if (data_ != MAP_FAILED) ::munmap(data_, num_bytes_);
  }
  std::span<uint8_t> bytes() const { return {static_cast<uint8_t*>(data_), num_bytes_}; }

 private:
  size_t num_bytes_;
  void* data_;
};

UniqueFd make_memory(size_t num_bytes, bool allocates) {
  UniqueFd memory(::memfd_create("bench", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  const auto size = static_cast<off_t>(num_bytes);
  const int made =
      allocates ? ::posix_fallocate(memory.get(), 0, size) : ::ftruncate(memory.get(), size);
  if (!memory.is_valid() || made != 0) die("memfd");
  return memory;
}

void send_descriptor(const UniqueFd& socket, const UniqueFd& passed) {
  char byte = 'm';
  iovec piece{&byte, 1};
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
  msghdr message{};
  message.msg_iov = &piece;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof control;
  cmsghdr* header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(sizeof(int));
  const int fd = passed.get();
  std::memcpy(CMSG_DATA(header), &fd, sizeof fd);
  if (::sendmsg(socket.get(), &message, 0) != 1) die("sendmsg");
}

/// Invalid at the end of the stream.
UniqueFd receive_descriptor(const UniqueFd& socket) {
  char byte;
  iovec piece{&byte, 1};
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))];
  msghdr message{};
  message.msg_iov = &piece;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof control;
  if (::recvmsg(socket.get(), &message, MSG_CMSG_CLOEXEC) != 1) return UniqueFd();
  const cmsghdr* header = CMSG_FIRSTHDR(&message);
  if (header == nullptr) return UniqueFd();
  int fd;
  std::memcpy(&fd, CMSG_DATA(header), sizeof fd);
  return UniqueFd(fd);
}

class FreshClient final : public Client {
 public:
  FreshClient(const Job& job, bool writes) : writes_(writes), socket_(connect_to(job.address())) {}

  uint64_t call(std::span<const uint8_t> request) override {
    if (!writes_) {
      return send(request.size(), [&](std::span<uint8_t> out) {
        std::memcpy(out.data(), request.data(), out.size());
      });
    }
    const UniqueFd memory = make_memory(request.size(), false);
    size_t done = 0;
    while (done < request.size()) {
      const ssize_t count = ::pwrite(memory.get(), request.data() + done, request.size() - done,
                                     static_cast<off_t>(done));
      if (count <= 0) die("pwrite");
      done += static_cast<size_t>(count);
    }
    return seal_and_pass(memory);
  }
  uint64_t send_frame(size_t num_bytes, uint64_t first) override {
    if (writes_) return Client::send_frame(num_bytes, first);
    return send(num_bytes, [&](std::span<uint8_t> out) { fill_words(out, first); });
  }

 private:
  template <class Fill>
  uint64_t send(size_t num_bytes, Fill fill) {
    const UniqueFd memory = make_memory(num_bytes, true);
    {
      const Mapped mapped(memory, num_bytes, PROT_READ | PROT_WRITE, MAP_POPULATE);
      fill(mapped.bytes());
    }
    return seal_and_pass(memory);
  }
  uint64_t seal_and_pass(const UniqueFd& memory) {
    if (::fcntl(memory.get(), F_ADD_SEALS, kSeals) != 0) die("seal");
    send_descriptor(socket_, memory);
    uint64_t answer;
    if (!read_word(socket_, answer)) die("the server is gone");
    return answer;
  }

  const bool writes_;
  const UniqueFd socket_;
};

class RecycledClient final : public Client {
 public:
  explicit RecycledClient(const Job& job) : socket_(connect_to(job.address())) {
    for (size_t i = 0; i < kNumRecycled; ++i) {
      const UniqueFd memory = make_memory(job.num_bytes, true);
      send_descriptor(socket_, memory);
      mappings_.emplace_back(memory, job.num_bytes, PROT_READ | PROT_WRITE, MAP_POPULATE);
    }
  }

  uint64_t call(std::span<const uint8_t> request) override {
    std::memcpy(next().data(), request.data(), request.size());
    return tell();
  }
  uint64_t send_frame(size_t /*num_bytes*/, uint64_t first) override {
    fill_words(next(), first);
    return tell();
  }

 private:
  std::span<uint8_t> next() { return mappings_[next_ % kNumRecycled].bytes(); }
  uint64_t tell() {
    const uint8_t which = static_cast<uint8_t>(next_++ % kNumRecycled);
    write_all(socket_, {&which, 1});
    uint64_t answer;
    if (!read_word(socket_, answer)) die("the server is gone");
    return answer;
  }

  const UniqueFd socket_;
  std::vector<Mapped> mappings_;
  size_t next_ = 0;
};

class MemfdPeer final : public Peer {
 public:
  std::string name() const override { return "raw memfd"; }
  std::string settings(const Job& job) const override {
    if (job.variant == "recycled") return "4 memfds, mapped once by both sides, not sealed";
    return job.variant == "pwrite" ? "a memfd a message: pwrite, seal, pass, map"
                                   : "a memfd a message: fallocate, map, fill, seal, pass, map";
  }

  void serve(const Job& job, const std::function<void()>& is_ready) override {
    const UniqueFd listener = listen_at(job.address());
    is_ready();
    const UniqueFd socket = accept_from(listener);
    if (job.variant == "recycled") {
      serve_recycled(job, socket);
    } else {
      serve_fresh(job, socket);
    }
    ::pause();
  }
  std::unique_ptr<Client> connect(const Job& job) override {
    if (job.workload == "stream" || job.workload == "flight" || job.num_bytes == 0) {
      throw Unsupported();
    }
    if (job.variant == "recycled") return std::make_unique<RecycledClient>(job);
    return std::make_unique<FreshClient>(job, job.variant == "pwrite");
  }

 private:
  static void serve_fresh(const Job& job, const UniqueFd& socket) {
    for (;;) {
      const UniqueFd memory = receive_descriptor(socket);
      if (!memory.is_valid()) return;
      if ((::fcntl(memory.get(), F_GET_SEALS) & kSeals) != kSeals) die("not sealed");
      const Mapped mapped(memory, job.num_bytes, PROT_READ, MAP_POPULATE);
      write_word(socket, sum_words(mapped.bytes()));
    }
  }
  static void serve_recycled(const Job& job, const UniqueFd& socket) {
    std::vector<Mapped> mappings;
    for (size_t i = 0; i < kNumRecycled; ++i) {
      mappings.emplace_back(receive_descriptor(socket), job.num_bytes, PROT_READ, MAP_POPULATE);
    }
    uint8_t which;
    while (read_all(socket, {&which, 1})) {
      write_word(socket, sum_words(mappings[which % kNumRecycled].bytes()));
    }
  }
};

}  // namespace
}  // namespace ferrule::bench

int main(int argc, char** argv) {
  return ferrule::bench::run_peer(argc, argv, ferrule::bench::MemfdPeer());
}
