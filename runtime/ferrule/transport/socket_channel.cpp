// SPDX-License-Identifier: Apache-2.0
// These rules keep a call at one sendmsg and one recvmsg on each side, and many at fewer:
//
// - A thread that sends writes to the socket itself, at once; only what the socket does not take
//   waits in the queue for the executor.
// - While the executor dispatches a batch it is corked: what its own thread sends (replies, mostly)
//   gathers in the queue and leaves in one call when the batch is done.
// - In other handlers of the executor the first frame leaves at once, and what follows gathers
//   until the handlers that are ready have run. Who sent much in the last turn gathers from the
//   first frame on, until something arrives.
// - What gathers leaves early when it is much, or when the handler takes its time.
// - Other threads never gather, and what they send takes along what has gathered, so the order of
//   all frames is that of `send`.
//
// When the connection breaks while sending, nobody is told there: the socket is shut down, the
// reader first delivers all that the peer had sent, finds the end, and reports. So there is one
// place from which the end is announced, on the executor, after the last frame.
#include "ferrule/transport/socket_channel.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <utility>

#include <boost/asio/post.hpp>

#include "ferrule/base/check.h"
#include "ferrule/platform/unix_socket.h"
#include "ferrule/transport/executor_turn.h"
#include "ferrule/transport/socket_poller.h"

namespace ferrule::transport {
namespace {

// What has gathered leaves early when it is this much, or this old when more comes: the peer may
// begin, and both work at the same time. Of frames it is twice as many from one time to the next,
// for each costs a call, and the peer has something to do by then.
constexpr size_t kLeastGatheredFrames = 32;
constexpr size_t kMostGatheredFrames = 4096;
constexpr size_t kMaxGatheredBytes = size_t{64} << 10;
constexpr std::chrono::milliseconds kMaxGatheringTime{20};

// After so many full blocks others on the executor have their turn.
constexpr int kMaxReceivesPerTurn = 16;

bool is_disconnection(const Error& error) {
  return error.code() == boost::system::errc::broken_pipe ||
         error.code() == boost::system::errc::connection_reset;
}

// Long against a system call, short against what a person notices.
constexpr std::chrono::milliseconds kRetryPeriod{2};

bool are_too_many_in_flight(const Error& error) {
  return error.code() == error_code(ETOOMANYREFS, boost::system::system_category());
}

Error peer_closed(bool is_inside_frame) {
  return {Errc::kDisconnected, is_inside_frame
                                   ? "the peer closed the connection in the middle of a frame"
                                   : "the peer closed the connection"};
}

}  // namespace

SocketChannel::SocketChannel(boost::asio::any_io_executor executor, UniqueFd socket,
                             const SocketOptions& options)
    : executor_(std::move(executor)),
      max_queued_bytes_(options.max_queued_bytes),
      coarse_now_(options.coarse_now),
      poller_(options.poller),
      descriptor_(executor_, socket.get()),
      retry_timer_(executor_),
      reader_(options.max_frame_bytes),
      socket_(std::move(socket)) {}

SocketChannel::~SocketChannel() { close(); }

void SocketChannel::start(Listener& listener) {
  FERRULE_CHECK(listener_ == nullptr);
  if (is_closed_) return;
  listener_ = &listener;
  if (poller_) poller_->add(shared_from_this());
  wait_readable();
}

void SocketChannel::send(FrameKind kind, uint64_t segment, Frame frame, Urgency urgency) {
  OutgoingFrame outgoing(kind, segment, std::move(frame));
  std::vector<OutgoingFrame> sent;  // goes after the lock: it may close descriptors
  Obstacle obstacle = Obstacle::kNone;
  bool begins_turn = false;
  {
    MutexLock lock(mutex_);
    if (is_closed_ || failure_) return;
    const bool gathers = urgency == Urgency::kNormal && may_gather_locked(begins_turn);
    if (queue_.is_empty() && !gathers) {
      const Result<bool> sent_all = queue_.send_or_push(socket_, outgoing);
      obstacle = after_sending_locked(sent_all);
      if (obstacle == Obstacle::kDescriptorsInFlight) queue_.push(std::move(outgoing));
    } else {
      if (gathers && queue_.is_empty()) gathers_since_ = coarse_now_();
      queue_.push(std::move(outgoing));
      if (!gathers || is_enough_gathered_locked()) obstacle = flush_locked(sent);
    }
    if (queue_.num_bytes() > max_queued_bytes_) {
      break_locked(Error(Errc::kResourceExhausted, "SEND_QUEUE_FULL: the peer does not read"));
    }
  }
  if (begins_turn) {
    boost::asio::post(executor_, [weak = weak_from_this()] {
      if (auto self = weak.lock()) self->on_turn_end();
    });
  }
  if (obstacle == Obstacle::kNone) return;
  boost::asio::post(executor_, [weak = weak_from_this(), obstacle] {
    if (auto self = weak.lock()) self->wait_until_gone(obstacle);
  });
}

bool SocketChannel::may_gather_locked(bool& begins_turn) {
  if (corked_by_ == std::this_thread::get_id()) return true;
  if (!is_in_turn_of(executor_)) return false;
  const Pace before = std::exchange(pace_, pace_ == Pace::kSlow ? Pace::kFast : Pace::kGathering);
  begins_turn = before == Pace::kFast;
  if (begins_turn) most_gathered_frames_ = kLeastGatheredFrames;
  return before != Pace::kSlow;
}

bool SocketChannel::is_enough_gathered_locked() {
  if (queue_.num_frames() >= most_gathered_frames_) {
    most_gathered_frames_ = std::min(2 * most_gathered_frames_, kMostGatheredFrames);
    return true;
  }
  return queue_.num_bytes() > kMaxGatheredBytes ||
         coarse_now_() - gathers_since_ >= kMaxGatheringTime;
}

SocketChannel::Obstacle SocketChannel::flush_locked(std::vector<OutgoingFrame>& sent) {
  // Whoever waits already will go on with everything.
  if (is_waiting_ || is_closed_ || failure_) return Obstacle::kNone;
  return after_sending_locked(queue_.flush(socket_, sent));
}

SocketChannel::Obstacle SocketChannel::after_sending_locked(const Result<bool>& was_all_sent) {
  Obstacle obstacle = Obstacle::kNone;
  if (was_all_sent.ok()) {
    if (!*was_all_sent) obstacle = Obstacle::kFullSocket;
  } else if (are_too_many_in_flight(was_all_sent.error())) {
    obstacle = Obstacle::kDescriptorsInFlight;
  } else {
    break_locked(was_all_sent.error());
  }
  is_waiting_ = obstacle != Obstacle::kNone;
  return obstacle;
}

void SocketChannel::break_locked(Error reason) {
  if (is_closed_ || failure_) return;
  failure_ = is_disconnection(reason) ? peer_closed(false) : std::move(reason);
  platform::shut_down(socket_);
}

void SocketChannel::abort(Error reason) {
  {
    MutexLock lock(mutex_);
    break_locked(std::move(reason));
  }
  // Not waiting until all that arrived is delivered: the peer is not to be trusted any more.
  boost::asio::post(executor_, [weak = weak_from_this()] {
    auto self = weak.lock();
    if (self && self->listener_ != nullptr) self->fail(self->reason_of_end());
  });
}

void SocketChannel::close() {
  std::vector<OutgoingFrame> sent;
  std::deque<OutgoingFrame> lost;
  UniqueFd socket;
  listener_ = nullptr;
  {
    MutexLock lock(mutex_);
    if (is_closed_) return;
    flush_locked(sent);
    is_closed_ = true;
    lost = queue_.take_all();
    socket = std::move(socket_);
  }
  // Ends the waits; their handlers find the channel closed or gone.
  descriptor_.release();
  retry_timer_.cancel();
}

void SocketChannel::fail(Error reason) {
  Listener* listener = listener_;
  close();
  if (listener != nullptr) listener->on_channel_closed(reason);
}

void SocketChannel::wait_readable() {
  descriptor_.async_wait(boost::asio::posix::descriptor_base::wait_read,
                         [weak = weak_from_this()](const error_code& error) {
                           auto self = weak.lock();
                           if (self && !error) self->on_readable();
                         });
}

void SocketChannel::wait_until_gone(Obstacle obstacle) {
  if (is_closed_ || obstacle == Obstacle::kNone) return;
  auto on_wake = [weak = weak_from_this()](const error_code& error) {
    auto self = weak.lock();
    if (self && !error) self->on_writable();
  };
  if (obstacle == Obstacle::kFullSocket) {
    descriptor_.async_wait(boost::asio::posix::descriptor_base::wait_write, std::move(on_wake));
  } else {
    retry_timer_.expires_after(kRetryPeriod);
    retry_timer_.async_wait(std::move(on_wake));
  }
}

/// Makes `change` under the lock, and sends what waits.
template <class Change>
void SocketChannel::flush_after(Change change) {
  std::vector<OutgoingFrame> sent;
  Obstacle obstacle = Obstacle::kNone;
  {
    MutexLock lock(mutex_);
    change();
    obstacle = flush_locked(sent);
  }
  wait_until_gone(obstacle);
}

void SocketChannel::on_writable() {
  flush_after([this] { is_waiting_ = false; });
}

bool SocketChannel::send_queued() {
  std::vector<OutgoingFrame> sent;
  const MutexLock lock(mutex_);
  // What this thread sends from here on is for somebody whom it waits for.
  corked_by_ = {};
  if (is_closed_ || failure_ || queue_.is_empty()) return false;
  const Result<bool> was_all_sent = queue_.flush(socket_, sent);
  if (!was_all_sent && !are_too_many_in_flight(was_all_sent.error())) {
    break_locked(was_all_sent.error());
  }
  return !queue_.is_empty();
}

void SocketChannel::on_readable() {
  if (receive_some()) wait_readable();
}

bool SocketChannel::receive_some() {
  if (listener_ == nullptr) return false;
  using Status = FrameReader::ReceiveStatus;
  for (int i = 0; i < kMaxReceivesPerTurn; ++i) {
    Result<Status> status = reader_.receive(socket_);
    if (!status) {
      Error error = std::move(status).error();
      fail(is_disconnection(error) ? peer_closed(reader_.is_inside_frame()) : std::move(error));
      return false;
    }
    if (*status == Status::kEnd) {
      fail(reason_of_end());
      return false;
    }
    if (*status == Status::kNothing) break;
    if (!dispatch_batch()) return false;
    if (*status == Status::kDrained) break;
  }
  return true;
}

Error SocketChannel::reason_of_end() const {
  MutexLock lock(mutex_);
  return failure_ ? *failure_ : peer_closed(reader_.is_inside_frame());
}

bool SocketChannel::dispatch_batch() {
  cork();
  bool has_frames = false;
  std::optional<Error> broken;
  while (!broken) {
    Result<std::optional<ReceivedFrame>> frame = reader_.next();
    if (!frame) {
      broken = std::move(frame).error();
      break;
    }
    if (!*frame) break;
    has_frames = true;
    Result<void> received = listener_->on_received(*std::move(*frame));
    if (listener_ == nullptr) return false;
    if (!received) broken = std::move(received).error();
  }
  if (has_frames) listener_->on_batch_end();
  if (listener_ == nullptr) return false;
  uncork();
  if (!broken) return true;
  fail(*std::move(broken));
  return false;
}

void SocketChannel::cork() {
  MutexLock lock(mutex_);
  corked_by_ = std::this_thread::get_id();
  most_gathered_frames_ = kLeastGatheredFrames;
  if (pace_ == Pace::kFast) pace_ = Pace::kSlow;
}

void SocketChannel::uncork() {
  flush_after([this] { corked_by_ = {}; });
}

void SocketChannel::on_turn_end() {
  flush_after([this] { pace_ = queue_.num_frames() > 1 ? Pace::kFast : Pace::kSlow; });
}

TransportCounters SocketChannel::counters() const {
  TransportCounters counters;
  counters.num_send_calls = queue_.num_calls();
  counters.socket_bytes_sent = queue_.num_bytes_sent();
  counters.descriptors_sent = queue_.num_descriptors_sent();
  counters.num_receive_calls = reader_.num_calls();
  counters.socket_bytes_received = reader_.num_bytes();
  counters.descriptors_received = reader_.num_descriptors();
  const MutexLock lock(mutex_);
  counters.socket_bytes_queued = queue_.num_bytes();
  return counters;
}

}  // namespace ferrule::transport
