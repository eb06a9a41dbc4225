// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>

#include "ferrule/base/buffer.h"
#include "ferrule/base/error.h"
#include "ferrule/transport/frame.h"
#include "ferrule/transport/transport_counters.h"

namespace ferrule::transport {

/// Seam 2: carries frames between two processes, in order, whole, once, until it closes. A socket
/// or, in tests, a queue. How large frames travel (inline, in a shared arena, in a sealed memfd) is
/// decided here and seen by nobody else.
class Transport {
 public:
  /// Who receives. All calls come on the transport's own executor (I/O-bound), one after the other,
  /// without a lock.
  class Listener {
   public:
    /// A frame arrived. Its bytes belong to us and can no longer be changed by the peer.
    virtual void on_frame(Frame frame) = 0;
    /// All frames of one read were delivered: now wake those who wait for them.
    virtual void on_batch_end() = 0;
    /// The connection is gone, for the reason given. Called exactly once, last of all, unless
    /// `close` was called first. The listener may destroy the transport from inside this call.
    virtual void on_transport_closed(const Error& reason) = 0;

   protected:
    ~Listener() = default;
  };

  Transport() = default;
  Transport(const Transport&) = delete;
  Transport& operator=(const Transport&) = delete;
  virtual ~Transport() = default;

  /// Begins to receive. Called once. The listener is borrowed until `close` or
  /// `on_transport_closed`.
  virtual void start(Listener& listener) = 0;

  /// Sends now if nothing is queued, else queues. Thread-safe. Never blocks and never calls the
  /// listener: a failure arrives later as `on_transport_closed`. Frames after a failure or `close`
  /// disappear.
  virtual void send(Frame frame) = 0;

  /// Memory for a frame whose message has `num_bytes`, with `kHeadroomBytes` before it: shared with
  /// the peer if that is how it would travel. Thread-safe. Not initialised.
  virtual Buffer allocate(size_t num_bytes) = 0;

  /// Breaks the connection: `on_transport_closed` follows on the executor, with this reason.
  /// Thread-safe; the first call counts. For whoever finds, on any thread, that the peer broke a
  /// rule. Frames that had arrived may still be delivered before.
  virtual void abort(Error reason) = 0;

  /// Closes the connection; what is queued and cannot be sent at once is lost. The listener is not
  /// called any more once this returns, when called on the executor. I/O-bound.
  virtual void close() = 0;

  /// What crossed so far; zeros where nobody counts. Thread-safe.
  virtual TransportCounters counters() const { return {}; }
};

}  // namespace ferrule::transport
