// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include <boost/asio/cancellation_signal.hpp>

namespace ferrule::bindings {

/// Told when the caller gives a call up. Shared by the table below and whoever waits on its slot.
using CallSignal = std::shared_ptr<boost::asio::cancellation_signal>;

/// The calls that one receiver has not answered yet, by request id: which of them were given up,
/// and who wants to know. A hash table in two arrays that only grow, so a call allocates nothing;
/// the hash has a key, since the ids are the peer's. Where a peer uses an id twice, either call may
/// be meant. Executor-bound.
class OpenCalls {
 public:
  /// A call of the method `name`.
  void add(uint64_t request_id, uint32_t name);
  /// It was answered. False if nobody waited for that any more.
  bool remove(uint64_t request_id);
  /// Open, and not given up.
  bool is_wanted(uint64_t request_id) const noexcept;
  /// Made when it is first asked for. Null for a call that is not open.
  CallSignal signal_of(uint64_t request_id);
  /// Marks the call, if it is open. Its signal, if there is one, is for the caller to emit.
  CallSignal cancel(uint64_t request_id);

  struct Call {
    uint64_t request_id = 0;
    uint32_t name = 0;
    uint32_t next = 0;  // in its chain, or in the list of free places
    bool is_cancelled = false;
    CallSignal signal;
  };
  /// All of them, which are open no more.
  std::vector<Call> take_all();

  size_t size() const noexcept { return size_; }

 private:
  static constexpr uint32_t kNone = 0xffffffff;

  size_t chain_of(uint64_t request_id) const noexcept;
  /// Where it is, or kNone.
  uint32_t find(uint64_t request_id) const noexcept;
  void grow();

  uint64_t key_ = 0;  // 0: not drawn yet
  uint32_t shift_ = 64;
  std::vector<uint32_t> chains_;  // a power of two; places in calls_
  std::vector<Call> calls_;
  uint32_t free_ = kNone;
  size_t size_ = 0;
};

}  // namespace ferrule::bindings
