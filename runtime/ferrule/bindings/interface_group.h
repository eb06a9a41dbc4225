// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

#include "ferrule/base/buffer.h"
#include "ferrule/base/error.h"
#include "ferrule/base/result.h"
#include "ferrule/wire/interface_ends.h"
#include "ferrule/wire/interface_id_list.h"
#include "ferrule/wire/message.h"
#include "ferrule/bindings/associated_end.h"

namespace ferrule::bindings {

class Endpoint;

/// The associated ends that came with one message, until its decoder takes them. Those that are
/// left over are closed when this is destroyed. Move-only.
class ArrivedEnds final : public wire::InterfaceEnds {
 public:
  ArrivedEnds() = default;
  ArrivedEnds(ArrivedEnds&&) noexcept = default;
  ArrivedEnds& operator=(ArrivedEnds&&) noexcept = default;
  ~ArrivedEnds() = default;

  void add(uint32_t id, std::unique_ptr<AssociatedEnd> end);
  Result<uint32_t> send_end(std::unique_ptr<wire::InterfaceEnd> end) override;
  std::unique_ptr<wire::InterfaceEnd> take_end(uint32_t id) override;

 private:
  struct Arrived {
    uint32_t id;
    std::unique_ptr<AssociatedEnd> end;
  };
  std::vector<Arrived> ends_;  // in the order of the message
};

/// The associated interfaces of one pipe: which ids are open, and whose they are. Made by the
/// endpoint of the pipe's own interface when there is the first one to know; lives as long as that
/// or any end does. When the pipe goes, all interfaces on it go.
///
/// Ids are made by both sides, told apart by their top bit, which the side with the remote of the
/// pipe's own interface sets. An id is forgotten when both sides have closed it, and each tells the
/// other exactly once. Executor-bound.
class InterfaceGroup final : public std::enable_shared_from_this<InterfaceGroup> {
 public:
  /// Borrows `primary`, until `lose_pipe`.
  InterfaceGroup(Endpoint& primary, bool has_remote) noexcept;

  const boost::asio::any_io_executor& executor() const noexcept { return executor_; }
  /// Null once the pipe is lost.
  Endpoint* primary() const noexcept { return primary_; }
  /// Whether calls to `id` can be handled at once.
  bool is_bound(uint32_t id) const;
  bool empty() const noexcept { return entries_.empty(); }
  /// Calls of all its interfaces that are not answered yet.
  size_t num_open_calls() const;

  // ---- out ----
  /// Gives `end` an id; the other end of its pair becomes the end of that id here.
  Result<uint32_t> send_end(std::unique_ptr<wire::InterfaceEnd> end);
  /// The message for which ids were given has left, or will not leave.
  void on_message_sent();
  void on_message_failed();
  Result<void> send(uint32_t id, wire::Message message);
  Buffer allocate(size_t num_bytes) const;

  // ---- in ----
  enum class Delivery {
    kDone,       ///< handled, or there is nobody to handle it
    kNotBound,   ///< must wait, and everything behind it, until the end is bound
    kForbidden,  ///< the sender has closed this id
  };
  /// `message` is moved from if it was handled.
  Delivery deliver(uint32_t id, wire::Message& message);
  /// Opens the ids that a message brings. False if the sender may not use one of them.
  bool accept(const wire::InterfaceIdList& ids, ArrivedEnds& out);
  /// The peer has closed `id`. False if it may not say so.
  bool on_peer_closed(uint32_t id, const Error& reason);
  /// A message that nobody will read: the ends in it are closed.
  void discard(const wire::Message& message);

  // ---- what ends tell ----
  void on_end_bound(uint32_t id);
  void on_end_gone(uint32_t id, const std::optional<Error>& farewell);
  void fail(std::string_view what);

  /// The pipe is closed; `reason` is for those who are still there.
  void lose_pipe(const Error& reason);

  /// The message that waits for its end to be bound.
  std::optional<wire::Message> stalled;

 private:
  struct Entry {
    AssociatedEnd* end = nullptr;  // null: closed here
    bool is_peer_closed = false;
  };
  static constexpr uint32_t kSideBit = 0x80000000;

  bool is_ours(uint32_t id) const noexcept { return (id & kSideBit) == side_; }
  uint32_t next_id();
  void announce_closed(uint32_t id, const std::optional<Error>& farewell);

  Endpoint* primary_;  // null once the pipe is lost
  const boost::asio::any_io_executor executor_;
  const uint32_t side_;
  uint32_t last_number_ = 0;
  std::unordered_map<uint32_t, Entry> entries_;
  std::vector<uint32_t> new_ids_;  // given to the message that is being written
};

}  // namespace ferrule::bindings
