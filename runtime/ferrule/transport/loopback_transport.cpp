// SPDX-License-Identifier: Apache-2.0
#include "ferrule/transport/loopback_transport.h"

#include <algorithm>
#include <cstring>
#include <deque>
#include <optional>
#include <vector>

#include <boost/asio/post.hpp>

#include "ferrule/base/check.h"

namespace ferrule::transport {
namespace {

// As a frame arrives: body and tail in one piece that belongs to the receiver alone.
void join(Frame& frame) {
  frame.body.make_private();
  if (frame.tail.empty()) return;
  Buffer whole = Buffer::allocate(frame.num_bytes());
  if (!frame.body.empty()) std::memcpy(whole.data(), frame.body.data(), frame.body.size());
  std::memcpy(whole.data() + frame.body.size(), frame.tail.data(), frame.tail.size());
  frame.body = std::move(whole);
  frame.tail.clear();
}

Error peer_closed() { return {Errc::kDisconnected, "the peer closed the connection"}; }

}  // namespace

/// What has come for one end, and the end's listener.
class LoopbackTransport::Inbox : public std::enable_shared_from_this<Inbox> {
 public:
  explicit Inbox(std::optional<boost::asio::any_io_executor> executor)
      : executor_(std::move(executor)) {}

  void start(Listener& listener) {
    FERRULE_CHECK(listener_ == nullptr);
    listener_ = &listener;
    schedule();
  }

  void put(Frame frame) {
    {
      MutexLock lock(mutex_);
      if (end_) return;
      frames_.push_back(std::move(frame));
    }
    schedule();
  }

  /// Nothing comes after what is here. `discards`: nor that.
  void end(Error reason, bool discards) {
    std::deque<Frame> discarded;
    {
      MutexLock lock(mutex_);
      if (!end_) end_ = std::move(reason);
      if (discards) discarded.swap(frames_);
    }
    schedule();
  }

  size_t deliver(size_t max_frames) {
    if (listener_ == nullptr) return 0;
    std::vector<Frame> batch = take(max_frames);
    for (Frame& frame : batch) {
      ++num_received_;
      if (observer_) observer_(frame);
      listener_->on_frame(std::move(frame));
      if (listener_ == nullptr) return batch.size();
    }
    if (!batch.empty()) listener_->on_batch_end();
    if (std::optional<Error> reason = finished(); reason && listener_ != nullptr) {
      std::exchange(listener_, nullptr)->on_transport_closed(*reason);
    }
    return batch.size();
  }

  void set_observer(std::function<void(const Frame&)> observer) { observer_ = std::move(observer); }
  void forget_listener() { listener_ = nullptr; }

  size_t num_waiting() const {
    MutexLock lock(mutex_);
    return frames_.size();
  }
  uint64_t num_received() const { return num_received_; }

 private:
  std::vector<Frame> take(size_t max_frames) {
    MutexLock lock(mutex_);
    const auto count = static_cast<std::ptrdiff_t>(std::min(max_frames, frames_.size()));
    std::vector<Frame> batch(std::move_iterator(frames_.begin()),
                             std::move_iterator(frames_.begin() + count));
    frames_.erase(frames_.begin(), frames_.begin() + count);
    return batch;
  }

  std::optional<Error> finished() const {
    MutexLock lock(mutex_);
    return frames_.empty() ? end_ : std::nullopt;
  }

  void schedule() {
    if (!executor_) return;
    boost::asio::post(*executor_, [weak = weak_from_this()] {
      if (auto self = weak.lock()) self->deliver(SIZE_MAX);
    });
  }

  const std::optional<boost::asio::any_io_executor> executor_;
  Listener* listener_ = nullptr;  // I/O-bound
  std::function<void(const Frame&)> observer_;
  std::atomic<uint64_t> num_received_{0};

  mutable Mutex mutex_;
  std::deque<Frame> frames_;
  std::optional<Error> end_;
};

LoopbackTransport::Ends LoopbackTransport::make_pair() {
  auto left = std::make_shared<Inbox>(std::nullopt);
  auto right = std::make_shared<Inbox>(std::nullopt);
  return {std::unique_ptr<LoopbackTransport>(new LoopbackTransport(left, right)),
          std::unique_ptr<LoopbackTransport>(new LoopbackTransport(right, left))};
}

LoopbackTransport::Ends LoopbackTransport::make_pair(boost::asio::any_io_executor left,
                                                     boost::asio::any_io_executor right) {
  auto left_inbox = std::make_shared<Inbox>(std::move(left));
  auto right_inbox = std::make_shared<Inbox>(std::move(right));
  return {std::unique_ptr<LoopbackTransport>(new LoopbackTransport(left_inbox, right_inbox)),
          std::unique_ptr<LoopbackTransport>(new LoopbackTransport(right_inbox, left_inbox))};
}

LoopbackTransport::LoopbackTransport(std::shared_ptr<Inbox> own, std::shared_ptr<Inbox> peer)
    : own_(std::move(own)), peer_(std::move(peer)) {}

LoopbackTransport::~LoopbackTransport() { close(); }

size_t LoopbackTransport::deliver(size_t max_frames) {
  // The listener may destroy this end from inside.
  const std::shared_ptr<Inbox> inbox = own_;
  return inbox->deliver(max_frames);
}

size_t LoopbackTransport::num_waiting() const { return own_->num_waiting(); }

void LoopbackTransport::set_observer(std::function<void(const Frame&)> observer) {
  own_->set_observer(std::move(observer));
}

void LoopbackTransport::start(Listener& listener) { own_->start(listener); }

void LoopbackTransport::send(Frame frame) {
  join(frame);
  num_sent_.fetch_add(1, std::memory_order_relaxed);
  peer_->put(std::move(frame));
}

void LoopbackTransport::abort(Error reason) {
  peer_->end(peer_closed(), false);
  own_->end(std::move(reason), true);
}

void LoopbackTransport::close() {
  own_->forget_listener();
  own_->end(peer_closed(), true);
  peer_->end(peer_closed(), false);
}

TransportCounters LoopbackTransport::counters() const {
  TransportCounters counters;
  counters.frames_sent = num_sent_.load(std::memory_order_relaxed);
  counters.frames_received = own_->num_received();
  return counters;
}

}  // namespace ferrule::transport
