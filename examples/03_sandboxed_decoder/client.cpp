// SPDX-License-Identifier: Apache-2.0
// Launches a picture decoder in a sandbox, lets it attack its surroundings in one way after the
// other, and has it decode a picture after each: whatever happened, there is a decoder that works.
//   sandboxed_decoder_client [PRESET]      the sandbox; "none" shows what it is good for
#include <cstring>
#include <exception>
#include <fcntl.h>
#include <filesystem>
#include <functional>
#include <iostream>
#include <netinet/in.h>
#include <optional>
#include <string>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "ferrule/ferrule.h"

#include "decoder_host.h"
#include "picture/png_encoder.h"

namespace {

namespace asio = boost::asio;
constexpr auto kToken = asio::as_tuple(asio::use_awaitable);
constexpr std::chrono::milliseconds kPatience{1000};

using Remote = ferrule::Remote<attack::Attacker>;

/// A way out, and how it is tried. Nothing comes back if it costs the decoder its life.
struct Attack {
  const char* name;
  std::function<asio::awaitable<std::optional<int32_t>>(Remote&)> run;
};

/// The answer to an attack, or nothing if the decoder did not live to give it.
asio::awaitable<std::optional<int32_t>> answer_of(auto call) {
  const auto [error, answer] = co_await std::move(call);
  if (error) co_return std::nullopt;
  co_return answer;
}

std::vector<Attack> all_attacks(uint16_t port, const std::string& file) {
  const auto self = static_cast<int32_t>(::getpid());
  return {
      {"read /etc/passwd",
       [](Remote& it) { return answer_of(it->ReadFile("/etc/passwd", kToken)); }},
      {"write a file", [file](Remote& it) { return answer_of(it->WriteFile(file, kToken)); }},
      {"connect to loopback", [port](Remote& it) { return answer_of(it->Connect(port, kToken)); }},
      {"start a program",
       [](Remote& it) { return answer_of(it->StartProgram("/bin/true", kToken)); }},
      {"fork", [](Remote& it) { return answer_of(it->Fork(kToken)); }},
      {"signal this program",
       [self](Remote& it) { return answer_of(it->SignalProcess(self, kToken)); }},
      {"debug this program",
       [self](Remote& it) { return answer_of(it->DebugProcess(self, kToken)); }},
      {"take 8 GiB",
       [](Remote& it) { return answer_of(it->TakeMemory(uint64_t{8} << 30, kToken)); }},
      {"crash",
       [](Remote& it) -> asio::awaitable<std::optional<int32_t>> {
         static_cast<void>(co_await it->Crash(kToken));
         co_return std::nullopt;
       }},
      {"hang",
       [](Remote& it) -> asio::awaitable<std::optional<int32_t>> {
         it->Hang([](ferrule::error_code) {});
         co_return std::nullopt;  // nobody waits for that one
       }},
  };
}

/// A port that listens, so that a connection would be made.
class Listener {
 public:
  Listener() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t num_bytes = sizeof(address);
    ::bind(socket_.get(), reinterpret_cast<const sockaddr*>(&address), num_bytes);
    ::listen(socket_.get(), 1);
    ::getsockname(socket_.get(), reinterpret_cast<sockaddr*>(&address), &num_bytes);
    port_ = ntohs(address.sin_port);
  }
  uint16_t port() const { return port_; }

 private:
  ferrule::UniqueFd socket_;
  uint16_t port_ = 0;
};

struct Score {
  int num_attacks = 0;
  int num_successes = 0;
  int num_pictures = 0;
};

ferrule::UniqueFd small_picture() {
  const picture::EncodedPng png = picture::encode_png({64, 64, std::vector<uint8_t>(64 * 64 * 4)});
  ferrule::UniqueFd file(::memfd_create("picture", MFD_CLOEXEC));
  if (!png || ::write(file.get(), png->data(), png->size()) < 0) return {};
  return file;
}

asio::awaitable<void> decode_one(DecoderHost& host, Score& score) {
  co_await host.until_ready();
  const auto [error, bitmap] = co_await host.decoder()->Decode(small_picture(), kToken);
  if (!error && bitmap && bitmap->width == 64) ++score.num_pictures;
}

asio::awaitable<void> attack_one(DecoderHost& host, const Attack& attack, Score& score) {
  ++score.num_attacks;
  co_await host.until_ready();
  const std::optional<int32_t> answer = co_await attack.run(host.attacker());
  std::cout << "  " << attack.name << ": " << std::flush;
  if (!answer) {
    const std::string end = co_await host.until_dead(kPatience);
    std::cout << end << '\n';
    // It has become another program, which had nothing to do.
    if (end == ferrule::ExitStatus{}.to_text()) ++score.num_successes;
  } else if (*answer != 0) {
    std::cout << "refused, " << ::strerrordesc_np(*answer) << '\n';
  } else {
    std::cout << "succeeded\n";
    ++score.num_successes;
  }
}

asio::awaitable<void> run(DecoderHost& host, Score& score) {
  co_await host.until_ready();
  std::cout << "layers around the decoder:\n" << to_text(host.report());
  co_await decode_one(host, score);
  const Listener listener;
  const std::string file = std::filesystem::temp_directory_path() / "sandboxed-decoder-was-here";
  std::cout << "attacks from inside:\n";
  for (const Attack& attack : all_attacks(listener.port(), file)) {
    co_await attack_one(host, attack, score);
    co_await decode_one(host, score);
  }
  std::error_code ignored;
  std::filesystem::remove(file, ignored);
  std::cout << score.num_attacks << " attacks, "
            << (score.num_successes == 0 ? "none" : std::to_string(score.num_successes))
            << " succeeded; " << score.num_pictures << " pictures decoded by " << host.num_starts()
            << " processes\n";
}

}  // namespace

int main(int argc, char** argv) {
  const std::string preset = argc > 1 ? argv[1] : "decoder";
  if (auto policy = ferrule::sandbox::Policy::preset(preset); !policy) {
    std::cerr << "sandboxed_decoder_client: " << policy.error().message() << '\n';
    return 2;
  }
  asio::io_context io;
  ferrule::Runtime runtime(io.get_executor());
  const auto here = std::filesystem::read_symlink("/proc/self/exe").parent_path();
  DecoderHost host(runtime, here / "sandboxed_decoder_service", preset);
  if (auto started = host.start(); !started) {
    std::cerr << "sandboxed_decoder_client: " << started.error().message() << '\n';
    return 1;
  }
  Score score;
  asio::co_spawn(io, run(host, score), [&io](const std::exception_ptr& failure) {
    if (failure) std::rethrow_exception(failure);
    io.stop();
  });
  io.run();
  return score.num_successes == 0 ? 0 : 1;
}
