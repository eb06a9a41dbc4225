// SPDX-License-Identifier: Apache-2.0
// Decodes pictures for whoever launched it, and does on request what an attacker would do. Nothing
// in here says a word about sandboxes: taking the invitation locks the process.
#include <array>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <iostream>
#include <netinet/in.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

#include <boost/asio/io_context.hpp>

#include "ferrule/ferrule.h"

#include "attack.idl.h"
#include "image.idl.h"
#include "picture/decode.h"

namespace {

using ferrule::Reply;
using ferrule::UniqueFd;

int32_t to_answer(long result) { return result < 0 ? errno : 0; }

class Decoder final : public image::ImageDecoder {
  void Decode(UniqueFd file,
              Reply<ferrule::Expected<image::Bitmap, image::DecodeError>> reply) override {
    picture::Decoded decoded = picture::decode_file(file);
    if (!decoded) {
      return reply(ferrule::Unexpected(
          image::DecodeError{image::DecodeProblem::kDamaged, decoded.error().message}));
    }
    reply(image::Bitmap{decoded->width, decoded->height, ferrule::Bytes(std::move(decoded->rgba))});
  }
};

class Attacker final : public attack::Attacker {
  void ReadFile(std::string path, Reply<int32_t> reply) override {
    reply(to_answer(UniqueFd(::open(path.c_str(), O_RDONLY | O_CLOEXEC)).get()));
  }
  void WriteFile(std::string path, Reply<int32_t> reply) override {
    reply(to_answer(UniqueFd(::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600)).get()));
  }
  void Connect(uint16_t port, Reply<int32_t> reply) override {
    const UniqueFd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    reply(to_answer(
        ::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address))));
  }
  void StartProgram(std::string path, Reply<int32_t> reply) override {
    std::array<char*, 2> arguments{path.data(), nullptr};
    reply(to_answer(::execv(path.c_str(), arguments.data())));
  }
  void Fork(Reply<int32_t> reply) override {
    const pid_t child = ::fork();
    if (child == 0) ::_exit(0);
    reply(to_answer(child));
  }
  void SignalProcess(int32_t process, Reply<int32_t> reply) override {
    reply(to_answer(::kill(process, 0)));
  }
  void DebugProcess(int32_t process, Reply<int32_t> reply) override {
    reply(to_answer(::ptrace(PTRACE_SEIZE, process, nullptr, nullptr)));
  }
  void TakeMemory(uint64_t num_bytes, Reply<int32_t> reply) override {
    void* const memory = ::mmap(nullptr, num_bytes, PROT_READ | PROT_WRITE,
                                MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    reply(memory == MAP_FAILED ? errno : 0);
  }
  void Crash(Reply<> reply) override {
    const volatile int* const nowhere = nullptr;
    if (*nowhere == 0) reply();  // NOLINT: that is the point
  }
  void Hang(Reply<> /*reply*/) override {
    for (volatile bool is_hanging = true; is_hanging;) continue;
  }
};

}  // namespace

int main() {
  boost::asio::io_context io;
  ferrule::Runtime runtime(io.get_executor());
  // What a real service loads (tables, fonts) it loads here. From the next line on it is locked.
  auto client = runtime.accept_invitation();
  if (!client) {
    std::cerr << "sandboxed_decoder_service: " << client.error().message() << '\n';
    return 1;
  }
  Decoder decoder;
  ferrule::Receiver<image::ImageDecoder> decoder_receiver(decoder);
  client->provide<image::ImageDecoder>([&](ferrule::PendingReceiver<image::ImageDecoder> pending) {
    decoder_receiver.bind(std::move(pending), io.get_executor());
  });
  Attacker attacker;
  ferrule::Receiver<attack::Attacker> attacker_receiver(attacker);
  client->provide<attack::Attacker>([&](ferrule::PendingReceiver<attack::Attacker> pending) {
    attacker_receiver.bind(std::move(pending), io.get_executor());
  });
  client->set_closed_handler([&io] { io.stop(); });
  io.run();
}
