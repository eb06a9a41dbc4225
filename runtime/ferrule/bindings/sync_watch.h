// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "ferrule/bindings/clock.h"

namespace ferrule {

/// Where synchronous calls of this process wait for each other, each letting no request in or busy
/// with one, the circle is told of in the log at once. Beyond that, after so long, a synchronous
/// call that still waits is told of, once, with all others that wait in this process and with the
/// requests that they keep waiting: of a circle through other processes that is the part that lies
/// here. Zero for neither. From the start 10 s in a library that was built for debugging, else
/// never. Thread-safe.
void set_sync_patience(Clock::Duration patience) noexcept;

namespace bindings {

class SyncGroup;

/// One wait, as long as it lasts. On the thread that waits.
class SyncWatch {
 public:
  /// `method` is of `interface_name`; both have static storage. `group` is that of the executor
  /// which waits, inside its scope.
  SyncWatch(std::string_view interface_name, const char* method, uint64_t request_id,
            const SyncGroup& group);
  SyncWatch(const SyncWatch&) = delete;
  SyncWatch& operator=(const SyncWatch&) = delete;
  ~SyncWatch();

  /// Everything that came was looked at: the thread is about to sleep, no longer than the time that
  /// comes back. Then call `end_sleep`.
  Clock::TimePoint begin_sleep(Clock::TimePoint until);
  void end_sleep();

  // ---- what becomes of requests; nothing where nobody watches ----
  /// The high half of request ids that no other endpoint in this process uses, so that a request is
  /// known again where it arrives. Zero if nobody watches.
  static uint64_t draw_request_ids() noexcept;
  /// A synchronous request waits at an end that `owner` handles, or is being handled there. True if
  /// it comes from this process; then one of the others has to follow.
  static bool note_kept(uint64_t request_id, const SyncGroup& group, const void* owner);
  static bool note_taken(uint64_t request_id, const SyncGroup& group, const void* owner);
  static void note_answered(uint64_t request_id);
  /// Nothing that `owner` has will be answered.
  static void note_gone(const void* owner);

 private:
  struct Waits;
  static Waits& waits();
  static bool note(uint64_t request_id, const SyncGroup& group, const void* owner, bool is_kept);
  static SyncWatch* innermost(uint64_t group);
  SyncWatch* next_in_circle() const;
  std::string describe_circle();
  void complain();

  const SyncGroup& group_;
  const uint64_t request_id_;
  const bool lets_requests_in_;
  const Clock::Duration patience_;
  Clock::TimePoint due_ = Clock::kNever;
  std::string what_;  // empty where nobody watches

  // Protected by the lock of `waits`.
  bool is_asleep_ = false;
  bool is_told_ = false;
};

}  // namespace bindings
}  // namespace ferrule
