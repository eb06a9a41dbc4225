// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>

#include "ferrule/base/error.h"
#include "ferrule/base/mutex.h"
#include "ferrule/base/unique_fd.h"
#include "ferrule/transport/frame_reader.h"
#include "ferrule/transport/send_queue.h"
#include "ferrule/transport/socket_options.h"
#include "ferrule/transport/transport_counters.h"

namespace ferrule::transport {

/// One end of a connected stream socket: whole frames out and in, of every kind. `SocketTransport`
/// owns it and makes large frames of it; handlers that wait in the executor hold weak references.
///
/// `send` and `abort` are thread-safe. Everything else is I/O-bound.
class SocketChannel : public std::enable_shared_from_this<SocketChannel> {
 public:
  class Listener {
   public:
    /// An error breaks the connection, with this reason.
    virtual Result<void> on_received(ReceivedFrame frame) = 0;
    virtual void on_batch_end() = 0;
    /// Last of all, once, unless `close` came first. The channel is closed by then.
    virtual void on_channel_closed(const Error& reason) = 0;

   protected:
    ~Listener() = default;
  };

  SocketChannel(boost::asio::any_io_executor executor, UniqueFd socket,
                const SocketOptions& options);
  ~SocketChannel();

  void start(Listener& listener);

  enum class Urgency {
    kNormal,     ///< may wait for the end of the batch, or turn, that this thread is in
    kImmediate,  ///< the peer can begin to work on it now
  };
  void send(FrameKind kind, uint64_t segment, Frame frame, Urgency urgency = Urgency::kNormal);

  void abort(Error reason);
  void close();

  // ---- for the poller ----
  bool is_open() const noexcept { return listener_ != nullptr; }
  const UniqueFd& socket() const noexcept { return socket_; }
  /// What waits for the end of a batch or for room in the socket goes now, as far as it can. True
  /// if some is left.
  bool send_queued();
  /// Delivers what is there. May be called from inside a delivery, when all of that was taken.
  void receive_now() { receive_some(); }

  /// Of sockets only: calls, bytes, descriptors. Thread-safe.
  TransportCounters counters() const;

 private:
  /// Why what is queued cannot leave now.
  enum class Obstacle {
    kNone,
    kFullSocket,
    /// This user has more descriptors on their way between processes than the kernel lets him. They
    /// become fewer when somebody receives, of which nobody tells us.
    kDescriptorsInFlight,
  };

  void wait_readable();
  void wait_until_gone(Obstacle obstacle);
  void on_readable();
  /// False if the channel is closed now.
  bool receive_some();
  void on_writable();

  bool dispatch_batch();
  void cork();
  void uncork();
  void on_turn_end();
  template <class Change>
  void flush_after(Change change);
  void fail(Error reason);
  Error reason_of_end() const;

  // Under the lock:
  Obstacle flush_locked(std::vector<OutgoingFrame>& sent);
  Obstacle after_sending_locked(const Result<bool>& was_all_sent);
  bool may_gather_locked(bool& begins_turn);
  bool is_enough_gathered_locked();
  void break_locked(Error reason);

  /// What the executor's thread sends outside of batches.
  enum class Pace {
    kSlow,       ///< the next frame leaves at once
    kFast,       ///< the next one gathers: one left already since something arrived
    kGathering,  ///< so do all until `on_turn_end`, which is posted
  };

  const boost::asio::any_io_executor executor_;
  const size_t max_queued_bytes_;
  std::chrono::nanoseconds (*const coarse_now_)() noexcept;
  const std::shared_ptr<SocketPoller> poller_;        // shared by all channels of the executor
  boost::asio::posix::stream_descriptor descriptor_;  // waits on `socket_`, does not own it
  boost::asio::steady_timer retry_timer_;
  FrameReader reader_;
  Listener* listener_ = nullptr;

  // The send lock, a leaf. It is held across sendmsg, which keeps frames of several threads whole
  // and never blocks. Protects all below; `socket_` changes only on the executor.
  mutable Mutex mutex_;
  UniqueFd socket_;
  SendQueue queue_;
  bool is_waiting_ = false;
  bool is_closed_ = false;
  std::optional<Error> failure_;  // nothing is sent any more; the reader will find the end
  std::thread::id corked_by_;
  Pace pace_ = Pace::kSlow;
  size_t most_gathered_frames_ = 0;            // before some leave early
  std::chrono::nanoseconds gathers_since_{0};  // by the coarse clock
};

}  // namespace ferrule::transport
