// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "ferrule/base/buffer.h"
#include "ferrule/base/result.h"
#include "ferrule/wire/required_context.h"

namespace ferrule::wire {

class Message;

/// How much one end of a pipe holds for its reader before its writer must wait.
struct Window {
  uint64_t num_messages = 16384;
  uint64_t num_bytes = uint64_t{256} << 20;

  friend bool operator==(const Window&, const Window&) = default;
};

/// Seam 1: one end of a message pipe. What is sent into one end comes out of the other, whole, in
/// order and once, wherever the two ends are. The bindings above hold ends; the node below makes
/// them and moves them between processes.
///
/// Thread-safe. Destroying an end closes it: the other side reads all that was sent, then learns
/// that this side is gone.
class PipeEnd {
 public:
  /// Where a signal comes from, which decides whether messages may be handled right inside it.
  enum class SignalSource {
    kTransport,  ///< the executor's loop: nothing of the user's is on the stack
    kCall,       ///< somebody's `send` or `set_listener`, who does not expect callbacks: post
  };

  /// Who wants to know that an end has something to take.
  class Listener {
   public:
    /// There may be messages to take, or the peer is gone, or an end that could not be written to
    /// can be. Called on any thread, without a lock, once a batch; a wake-up may be spurious.
    virtual void on_pipe_signal(SignalSource source) noexcept = 0;

   protected:
    ~Listener() = default;
  };

  enum class TakeStatus {
    kMessage,     ///< `message` holds the next one
    kEmpty,       ///< nothing now; the listener will be told
    kPeerClosed,  ///< everything was read and nothing will come
  };

  PipeEnd() = default;
  PipeEnd(const PipeEnd&) = delete;
  PipeEnd& operator=(const PipeEnd&) = delete;
  virtual ~PipeEnd() = default;

  /// Sends a whole message: bytes, descriptors and pipe ends. Sending to a peer that is gone is not
  /// an error: the message disappears. Errors: `Errc::kWouldBlock` if the other side's window is
  /// full; the message is left as it is and the listener is called when there is room. Else nothing
  /// was sent and the handles are closed.
  virtual Result<void> send(Message&& message) = 0;

  /// False once most of the other side's window is used up: a good writer waits then, before he is
  /// refused. The listener is called when there is room.
  virtual bool is_writable() { return true; }

  /// How much of what the other side sends waits here unread before that side must wait. One
  /// message may go beyond. What was promised before stays promised. At least 1 message and 1 byte;
  /// what is too large is cut down to what the node allows.
  virtual void set_window(const Window& /*window*/) {}

  virtual TakeStatus take(Message& message) = 0;

  /// Replaces the listener; null stops the calls. After it returns no call to the old one begins,
  /// though one may still be running on another thread. Signals at once if there is something to
  /// take.
  virtual void set_listener(std::weak_ptr<Listener> listener) = 0;

  /// Memory for a message of `num_bytes` on its way from here: shared memory where the message is
  /// large and its reader is in another process, else the heap. Contents are not initialised.
  virtual Buffer allocate(size_t num_bytes) = 0;

  /// The peer broke a rule: the link that last brought a message to this pipe is closed and charged
  /// with it. `what` names the rule and the place.
  virtual void report_bad_message(std::string_view what) = 0;

  /// From now on this end goes only to processes that were granted what it requires; nothing where
  /// it was said before.
  virtual void restrict_to(const RequiredContext& /*required*/) {}

  /// True once the other end is known to be gone; messages may still wait here.
  virtual bool is_peer_closed() const = 0;
};

/// Makes pipes. A `Runtime` is one.
class PipeFactory {
 public:
  /// The two ends of a new pipe, both in this process.
  virtual std::pair<std::unique_ptr<PipeEnd>, std::unique_ptr<PipeEnd>> make_pipe_ends() = 0;

 protected:
  ~PipeFactory() = default;
};

}  // namespace ferrule::wire
