// SPDX-License-Identifier: Apache-2.0
// Boost.Asio by its public interface, callbacks, one thread on each side: messages behind their
// length, answers of a word. Both sides read as much as is there, and what they have to say to all
// of that they say at once.
#include <array>
#include <cstring>

#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>

#include "bench/peers/peer.h"

namespace ferrule::bench {
namespace {

namespace asio = boost::asio;
using asio::local::stream_protocol;

constexpr uint64_t kEndOfStream = ~uint64_t{0};
constexpr size_t kBufferBytes = size_t{64} << 10;
constexpr size_t kMessagesPerWrite = 128;

void check(const boost::system::error_code& error) {
  if (!error) return;
  std::fprintf(stderr, "asio: %s\n", error.message().c_str());
  std::_Exit(1);
}

class Session : public std::enable_shared_from_this<Session> {
 public:
  Session(stream_protocol::socket socket, bool is_stream)
      : socket_(std::move(socket)), is_stream_(is_stream), buffer_(kBufferBytes) {}

  void read() {
    socket_.async_read_some(
        asio::buffer(buffer_.data() + end_, buffer_.size() - end_),
        [self = shared_from_this()](const boost::system::error_code& error, size_t num_bytes) {
          if (error) return;
          self->end_ += num_bytes;
          self->handle();
        });
  }

 private:
  void handle() {
    size_t begin = 0;
    size_t wanted = sizeof(uint64_t);
    while (end_ - begin >= sizeof(uint64_t)) {
      uint64_t size;
      std::memcpy(&size, buffer_.data() + begin, sizeof size);
      if (size == kEndOfStream) {
        answers_.push_back(std::exchange(count_, 0));
        begin += sizeof size;
        continue;
      }
      wanted = sizeof size + size;
      if (end_ - begin < wanted) break;
      ++count_;
      const uint64_t sum = sum_words({buffer_.data() + begin + sizeof size, size});
      if (!is_stream_) answers_.push_back(sum);
      begin += wanted;
    }
    std::memmove(buffer_.data(), buffer_.data() + begin, end_ - begin);
    end_ -= begin;
    if (buffer_.size() < wanted) buffer_.resize(wanted);
    if (answers_.empty()) return read();
    asio::async_write(socket_, asio::buffer(answers_),
                      [self = shared_from_this()](const boost::system::error_code& error, size_t) {
                        if (error) return;
                        self->answers_.clear();
                        self->read();
                      });
  }

  stream_protocol::socket socket_;
  const bool is_stream_;
  std::vector<uint8_t> buffer_;
  size_t end_ = 0;
  std::vector<uint64_t> answers_;
  uint64_t count_ = 0;
};

class AsioClient final : public Client {
 public:
  explicit AsioClient(const Job& job) { socket_.connect(stream_protocol::endpoint(job.address())); }

  uint64_t call(std::span<const uint8_t> request) override {
    const uint64_t size = request.size();
    const std::array<asio::const_buffer, 2> pieces{asio::buffer(&size, sizeof size),
                                                   asio::buffer(request.data(), request.size())};
    uint64_t answer = 0;
    bool is_done = false;
    asio::async_write(socket_, pieces, [&](const boost::system::error_code& failed, size_t) {
      check(failed);
      asio::async_read(socket_, asio::buffer(&answer, sizeof answer),
                       [&](const boost::system::error_code& error, size_t) {
                         check(error);
                         is_done = true;
                       });
    });
    run_until(is_done);
    return answer;
  }

  void stream(std::span<const uint8_t> message, uint64_t count) override {
    bool is_done = false;
    uint64_t answer = 0;
    write_some(message, count, [&] {
      asio::async_read(socket_, asio::buffer(&answer, sizeof answer),
                       [&](const boost::system::error_code& error, size_t) {
                         check(error);
                         is_done = true;
                       });
    });
    run_until(is_done);
    if (answer != count) die("messages are missing");
  }

  void fly(std::span<const uint8_t> request, uint64_t count, unsigned num_in_flight) override {
    bool is_done = false;
    uint64_t num_to_send = count;
    uint64_t num_to_receive = count;
    std::vector<uint64_t> answers(num_in_flight);
    size_t num_bytes_rest = 0;  // of an answer that is there in part
    std::function<void(uint64_t)> send = [&](uint64_t room) {
      const uint64_t now = std::min(room, num_to_send);
      num_to_send -= now;
      out_.clear();
      for (uint64_t i = 0; i < now; ++i) append(request);
      asio::async_write(
          socket_, asio::buffer(out_), [&](const boost::system::error_code& failed, size_t) {
            check(failed);
            socket_.async_read_some(asio::buffer(answers),
                                    [&](const boost::system::error_code& error, size_t num_bytes) {
                                      check(error);
                                      num_bytes_rest += num_bytes;
                                      const uint64_t num_answers =
                                          num_bytes_rest / sizeof(uint64_t);
                                      num_bytes_rest %= sizeof(uint64_t);
                                      num_to_receive -= num_answers;
                                      is_done = num_to_receive == 0;
                                      if (!is_done) send(num_answers);
                                    });
          });
    };
    send(num_in_flight);
    run_until(is_done);
  }

 private:
  void run_until(const bool& is_done) {
    io_.restart();
    while (!is_done) io_.run_one();
  }

  void append(std::span<const uint8_t> message) {
    const uint64_t size = message.size();
    const auto* bytes = reinterpret_cast<const uint8_t*>(&size);
    out_.insert(out_.end(), bytes, bytes + sizeof size);
    out_.insert(out_.end(), message.begin(), message.end());
  }

  void write_some(std::span<const uint8_t> message, uint64_t count, std::function<void()> then) {
    out_.clear();
    const uint64_t now = std::min<uint64_t>(count, kMessagesPerWrite);
    for (uint64_t i = 0; i < now; ++i) append(message);
    if (now == count) {
      const auto* bytes = reinterpret_cast<const uint8_t*>(&kEndOfStream);
      out_.insert(out_.end(), bytes, bytes + sizeof kEndOfStream);
    }
    asio::async_write(
        socket_, asio::buffer(out_),
        [this, message, rest = count - now, then](const boost::system::error_code& error, size_t) {
          check(error);
          return rest == 0 ? then() : write_some(message, rest, then);
        });
  }

  asio::io_context io_{1};
  stream_protocol::socket socket_{io_};
  std::vector<uint8_t> out_;
};

class AsioPeer final : public Peer {
 public:
  std::string name() const override { return "Asio"; }
  std::string settings(const Job&) const override {
    return "Boost 1.81, callbacks, one thread a side, up to 64 KiB a read, 128 messages a write";
  }

  void serve(const Job& job, const std::function<void()>& is_ready) override {
    asio::io_context io(1);
    stream_protocol::acceptor acceptor(io, stream_protocol::endpoint(job.address()));
    const std::function<void()> accept = [&] {
      acceptor.async_accept(
          [&](const boost::system::error_code& error, stream_protocol::socket socket) {
            check(error);
            std::make_shared<Session>(std::move(socket), job.workload == "stream")->read();
            accept();
          });
    };
    accept();
    is_ready();
    io.run();
  }
  std::unique_ptr<Client> connect(const Job& job) override {
    return std::make_unique<AsioClient>(job);
  }
};

}  // namespace
}  // namespace ferrule::bench

int main(int argc, char** argv) {
  return ferrule::bench::run_peer(argc, argv, ferrule::bench::AsioPeer());
}
