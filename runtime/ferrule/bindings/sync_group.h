// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

#include "ferrule/base/mutex.h"
#include "ferrule/bindings/sync_wait.h"

namespace ferrule::bindings {

class Endpoint;

/// The pipes that are bound on one executor, for the time in which it waits for the answer to a
/// synchronous call: then nothing else runs on it, and what arrives must be looked at from inside
/// the wait, since it may be that answer, or a synchronous request that has to be served first.
///
/// It also knows what the end of a program must wait for: the calls that are not answered yet.
///
/// Shared by its endpoints. Executor-bound, but `take_over`.
class SyncGroup {
 public:
  /// That of the executor; made where there is none yet.
  static std::shared_ptr<SyncGroup> of(const boost::asio::any_io_executor& executor);
  SyncGroup();

  /// How to wait, in the place of sleeping. Without its owner the group sleeps again.
  void install(std::weak_ptr<SyncWait> wait) { installed_ = std::move(wait); }
  std::shared_ptr<SyncWait> installed() const { return installed_.lock(); }

  void add(Endpoint& endpoint);
  void remove(Endpoint& endpoint);

  /// Calls to all receivers that are not answered yet.
  size_t num_open_calls() const;
  /// What has not reached its implementation by now waits for `Receiver::resume`.
  void pause_receivers();

  /// The interfaces to which synchronous requests came that wait; empty if none do.
  std::string describe_kept_requests() const;

  /// Of this group alone in this process.
  uint64_t number() const noexcept { return number_; }
  /// Whether the innermost wait serves synchronous requests.
  bool lets_requests_in() const noexcept { return is_interruptible_; }

  /// An endpoint has something to take. True if the executor waits, and so will see to it. On any
  /// thread.
  bool take_over(Endpoint& endpoint) noexcept;

  /// A wait, from its first look to its last. They nest: what is served meanwhile may wait, too.
  class Scope {
   public:
    Scope(SyncGroup& group, bool is_interruptible);
    Scope(const Scope&) = delete;
    Scope& operator=(const Scope&) = delete;
    ~Scope();

    /// Sorts what has arrived on all pipes of the executor: answers to who waits for them,
    /// synchronous requests to their implementations, the rest to those who handle it later.
    void serve();
    /// Until there is something to serve.
    void wait(Clock::TimePoint until);

   private:
    SyncGroup& group_;
    const bool was_interruptible_;
  };

 private:
  std::vector<std::weak_ptr<Endpoint>> all() const;

  const uint64_t number_;
  const std::shared_ptr<SyncWait> sleep_;
  std::weak_ptr<SyncWait> installed_;
  std::vector<Endpoint*> endpoints_;
  bool is_interruptible_ = true;

  std::atomic<int> depth_{0};  // waits inside each other; changes on the executor
  Mutex mutex_;                // a leaf; protects the lists below and the last step to depth 0
  std::vector<std::weak_ptr<Endpoint>> signalled_;  // to be looked at now
  std::vector<std::weak_ptr<Endpoint>> seen_;       // looked at: to be drained when all is over
  std::shared_ptr<SyncWait> current_;               // whom `take_over` wakes
};

}  // namespace ferrule::bindings
