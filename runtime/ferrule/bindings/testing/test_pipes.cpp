// SPDX-License-Identifier: Apache-2.0
#include "ferrule/bindings/testing/test_pipes.h"

#include <algorithm>
#include <cstdint>
#include <deque>
#include <limits>
#include <string_view>

#include "ferrule/base/mutex.h"
#include "ferrule/wire/message.h"

namespace ferrule::testing {

using wire::PipeEnd;

/// One direction: what was sent and not read, and what is to go wrong.
struct PipeFaults::State {
  Mutex mutex;
  std::deque<wire::Message> messages;
  std::weak_ptr<PipeEnd::Listener> listener;  // of the reader
  size_t num_sent = 0;
  size_t num_to_drop = 0;
  size_t num_to_destroy = 0;
  size_t num_before_end = std::numeric_limits<size_t>::max();
  size_t num_reports = 0;
  bool is_held = false;
  bool is_closed = false;  // nothing more comes

  void signal(PipeEnd::SignalSource source) {
    std::shared_ptr<PipeEnd::Listener> alive;
    {
      const MutexLock lock(mutex);
      alive = listener.lock();
    }
    if (alive) alive->on_pipe_signal(source);
  }
};

namespace {

class TestEnd final : public PipeEnd {
 public:
  using State = PipeFaults::State;
  TestEnd(std::shared_ptr<State> out, std::shared_ptr<State> in)
      : out_(std::move(out)), in_(std::move(in)) {}
  ~TestEnd() override {
    {
      const MutexLock lock(out_->mutex);
      out_->is_closed = true;
    }
    out_->signal(SignalSource::kCall);
    std::deque<wire::Message> unread;  // goes outside the lock: it may close other ends
    const MutexLock lock(in_->mutex);
    in_->listener.reset();
    unread.swap(in_->messages);
  }

  Result<void> send(wire::Message&& message) override {
    message.buffer().complete();
    wire::Message lost;
    {
      const MutexLock lock(out_->mutex);
      if (out_->is_closed) return {};
      ++out_->num_sent;
      if (out_->num_to_drop > 0) {
        --out_->num_to_drop;
        lost = std::move(message);
      } else {
        if (out_->num_to_destroy > 0) {
          --out_->num_to_destroy;
          const auto bytes = message.buffer().mutable_bytes();
          std::fill(bytes.begin(), bytes.end(), uint8_t{0xff});
        }
        out_->messages.push_back(std::move(message));
      }
      if (--out_->num_before_end == 0) out_->is_closed = true;
    }
    out_->signal(SignalSource::kCall);
    return {};
  }

  TakeStatus take(wire::Message& message) override {
    const MutexLock lock(in_->mutex);
    if (in_->is_held) return TakeStatus::kEmpty;
    if (in_->messages.empty()) {
      return in_->is_closed ? TakeStatus::kPeerClosed : TakeStatus::kEmpty;
    }
    message = std::move(in_->messages.front());
    in_->messages.pop_front();
    return TakeStatus::kMessage;
  }

  void set_listener(std::weak_ptr<Listener> listener) override {
    {
      const MutexLock lock(in_->mutex);
      in_->listener = std::move(listener);
      if (in_->messages.empty() && !in_->is_closed) return;
    }
    in_->signal(SignalSource::kCall);
  }

  Buffer allocate(size_t num_bytes) override { return Buffer::allocate(num_bytes); }
  void report_bad_message(std::string_view /*what*/) override {
    const MutexLock lock(in_->mutex);
    ++in_->num_reports;
  }
  bool is_peer_closed() const override {
    const MutexLock lock(in_->mutex);
    return in_->is_closed;
  }

 private:
  const std::shared_ptr<State> out_;
  const std::shared_ptr<State> in_;
};

}  // namespace

PipeFaults::PipeFaults() : state_(std::make_shared<State>()) {}
PipeFaults::~PipeFaults() = default;

void PipeFaults::drop_next(size_t num_messages) {
  const MutexLock lock(state_->mutex);
  state_->num_to_drop = num_messages;
}

void PipeFaults::destroy_next(size_t num_messages) {
  const MutexLock lock(state_->mutex);
  state_->num_to_destroy = num_messages;
}

void PipeFaults::disconnect_after(size_t num_messages) {
  {
    const MutexLock lock(state_->mutex);
    state_->num_before_end = num_messages;
    state_->is_closed = state_->is_closed || num_messages == 0;
  }
  state_->signal(PipeEnd::SignalSource::kCall);
}

void PipeFaults::hold() {
  const MutexLock lock(state_->mutex);
  state_->is_held = true;
}

void PipeFaults::release() {
  {
    const MutexLock lock(state_->mutex);
    state_->is_held = false;
  }
  state_->signal(PipeEnd::SignalSource::kCall);
}

size_t PipeFaults::num_sent() const {
  const MutexLock lock(state_->mutex);
  return state_->num_sent;
}

size_t PipeFaults::num_bad_message_reports() const {
  const MutexLock lock(state_->mutex);
  return state_->num_reports;
}

std::pair<std::unique_ptr<PipeEnd>, std::unique_ptr<PipeEnd>> TestPipes::make_pipe_ends() {
  return make_ends(PipeFaults(), PipeFaults());
}

std::pair<std::unique_ptr<PipeEnd>, std::unique_ptr<PipeEnd>> TestPipes::make_ends(
    const PipeFaults& forth, const PipeFaults& back) {
  return {std::make_unique<TestEnd>(forth.state_, back.state_),
          std::make_unique<TestEnd>(back.state_, forth.state_)};
}

}  // namespace ferrule::testing
