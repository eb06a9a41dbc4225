// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <cstring>
#include <deque>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "ferrule/wire/message.h"
#include "ferrule/wire/message_header.h"
#include "ferrule/wire/pipe_end.h"

#include "calculator.idl.h"

namespace ferrule::test {

/// A pipe whose other end is the test: it sees what was sent and says what arrives.
class FakePipe {
 public:
  using SignalSource = wire::PipeEnd::SignalSource;

  /// The end for the bindings. Once.
  std::unique_ptr<wire::PipeEnd> take_end() { return std::make_unique<End>(state_); }

  /// Puts a message where the bindings take it, without telling them.
  void put(wire::Message message) { state_->incoming.push_back(std::move(message)); }
  void signal(SignalSource source = SignalSource::kTransport) {
    if (const auto listener = state_->listener.lock()) listener->on_pipe_signal(source);
  }
  void arrive(wire::Message message) {
    put(std::move(message));
    signal();
  }
  void close_peer() {
    state_->is_peer_closed = true;
    signal();
  }

  std::vector<wire::Message>& sent() { return state_->sent; }
  wire::MessageHeader sent_header(size_t index) const { return header_of(state_->sent.at(index)); }
  /// What was reported as bad.
  const std::vector<std::string>& reported() const { return state_->reported; }
  bool is_closed() const { return state_->is_closed; }
  size_t num_waiting() const { return state_->incoming.size(); }
  /// Looks at what is sent.
  void set_observer(std::function<void(const wire::MessageHeader&)> observer) {
    state_->observer = std::move(observer);
  }
  void fail_next_send(Error error) { state_->next_error = std::move(error); }

  static wire::MessageHeader header_of(const wire::Message& message) {
    wire::MessageHeader header;
    std::memcpy(&header, message.buffer().data(), sizeof(header));
    return header;
  }

 private:
  struct State {
    std::deque<wire::Message> incoming;
    std::vector<wire::Message> sent;
    std::vector<std::string> reported;
    std::weak_ptr<wire::PipeEnd::Listener> listener;
    std::optional<Error> next_error;
    std::function<void(const wire::MessageHeader&)> observer;
    bool is_peer_closed = false;
    bool is_closed = false;
  };

  class End final : public wire::PipeEnd {
   public:
    explicit End(std::shared_ptr<State> state) : state_(std::move(state)) {}
    ~End() override { state_->is_closed = true; }

    Result<void> send(wire::Message&& message) override {
      if (auto error = std::exchange(state_->next_error, std::nullopt)) return *std::move(error);
      if (state_->observer) state_->observer(header_of(message));
      state_->sent.push_back(std::move(message));
      return {};
    }
    TakeStatus take(wire::Message& message) override {
      if (state_->incoming.empty()) {
        return state_->is_peer_closed ? TakeStatus::kPeerClosed : TakeStatus::kEmpty;
      }
      message = std::move(state_->incoming.front());
      state_->incoming.pop_front();
      return TakeStatus::kMessage;
    }
    void set_listener(std::weak_ptr<Listener> listener) override {
      state_->listener = std::move(listener);
      const auto alive = state_->listener.lock();
      if (alive && (!state_->incoming.empty() || state_->is_peer_closed)) {
        alive->on_pipe_signal(SignalSource::kCall);
      }
    }
    Buffer allocate(size_t num_bytes) override { return Buffer::allocate(num_bytes); }
    void report_bad_message(std::string_view what) override { state_->reported.emplace_back(what); }
    bool is_peer_closed() const override { return state_->is_peer_closed; }

   private:
    const std::shared_ptr<State> state_;
  };

  const std::shared_ptr<State> state_ = std::make_shared<State>();
};

/// A message whose payload is a struct of numbers of 32 bits, an even count of them.
inline wire::Message make_message(const wire::MessageHeader& header,
                                  std::initializer_list<uint32_t> numbers) {
  const auto num_struct_bytes = static_cast<uint32_t>(8 + numbers.size() * sizeof(uint32_t));
  Buffer buffer = Buffer::allocate(sizeof(header) + num_struct_bytes);
  std::memcpy(buffer.data(), &header, sizeof(header));
  const uint32_t struct_header[] = {num_struct_bytes, 0};
  std::memcpy(buffer.data() + sizeof(header), struct_header, sizeof(struct_header));
  size_t at = sizeof(header) + sizeof(struct_header);
  for (const uint32_t number : numbers) {
    std::memcpy(buffer.data() + at, &number, sizeof(number));
    at += sizeof(number);
  }
  return wire::Message(std::move(buffer));
}

inline constexpr uint32_t kAdd = 0;

inline wire::Message make_request(uint64_t request_id, uint32_t a, uint32_t b,
                                  uint32_t flags = wire::kExpectsResponse, uint32_t name = kAdd) {
  wire::MessageHeader header;
  header.name = name;
  header.flags = flags;
  header.request_id = request_id;
  return make_message(header, {a, b});
}

inline wire::Message make_answer(uint64_t request_id, uint32_t sum,
                                 uint32_t flags = wire::kIsResponse) {
  return make_request(request_id, sum, 0, flags);
}

/// A calculator that does what the test says.
class TestCalculator final : public sample::Calculator {
 public:
  std::function<void(int32_t a, int32_t b, Reply<int32_t> reply)> on_add =
      [](int32_t a, int32_t b, Reply<int32_t> reply) { reply(a + b); };
  std::vector<PendingRemote<sample::Observer>> observers;

 private:
  void Add(int32_t a, int32_t b, Reply<int32_t> reply) override {
    // A copy: the test may replace the function, or destroy it, from inside.
    const auto add = on_add;
    add(a, b, std::move(reply));
  }
  void Watch(PendingRemote<sample::Observer> observer) override {
    observers.push_back(std::move(observer));
  }
};

}  // namespace ferrule::test
