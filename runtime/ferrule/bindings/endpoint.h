// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

#include "ferrule/base/error.h"
#include "ferrule/base/result.h"
#include "ferrule/wire/interface_ends.h"
#include "ferrule/wire/message.h"
#include "ferrule/wire/pipe_end.h"
#include "ferrule/wire/received_header.h"
#include "ferrule/bindings/call_deadlines.h"
#include "ferrule/bindings/call_filter.h"
#include "ferrule/bindings/clock.h"
#include "ferrule/bindings/disconnect_handler.h"
#include "ferrule/bindings/idle_watch.h"
#include "ferrule/bindings/interface_group.h"
#include "ferrule/bindings/open_calls.h"
#include "ferrule/bindings/peer_knowledge.h"
#include "ferrule/bindings/pending.h"
#include "ferrule/bindings/reply_handler.h"
#include "ferrule/bindings/reply_table.h"
#include "ferrule/bindings/sync_group.h"
#include "ferrule/bindings/writable_waiter.h"

namespace ferrule::interface_control {
class RunOrClosePipeInput;
}  // namespace ferrule::interface_control

namespace ferrule::pipe_control {
class RunOrClosePipeInput;
}  // namespace ferrule::pipe_control

namespace ferrule::bindings {

class FlushWait;
class IncomingCall;

/// One bound end of an interface: what remotes and receivers have in common, without their types.
/// Sends requests and files who waits for the answers; takes what arrives and brings it to the
/// implementation or to those who wait. The endpoint of a pipe's own interface also brings what is
/// for associated interfaces to their groups.
///
/// Executor-bound: every call, and every handler it runs, is on the executor given at creation,
/// which runs one handler at a time. Owned by its `Remote` or `Receiver`, and for the moment of a
/// call by whoever is calling, so that user code may destroy its end from inside.
class Endpoint final : public wire::PipeEnd::Listener,
                       public std::enable_shared_from_this<Endpoint>,
                       private wire::InterfaceEnds {
  struct Private {};

 public:
  /// Decodes a call and hands it to the implementation. False if it breaks a rule.
  using Dispatch = bool (*)(void* implementation, IncomingCall& call);

  /// `interface_name` has static storage.
  static std::shared_ptr<Endpoint> create(std::unique_ptr<wire::PipeEnd> pipe,
                                          boost::asio::any_io_executor executor,
                                          std::string_view interface_name);
  /// On the pipe that `end` belongs to, or will belong to.
  static std::shared_ptr<Endpoint> create(std::unique_ptr<AssociatedEnd> end,
                                          boost::asio::any_io_executor executor,
                                          std::string_view interface_name);
  Endpoint(Private, std::unique_ptr<wire::PipeEnd> pipe, boost::asio::any_io_executor executor,
           std::string_view interface_name);
  ~Endpoint();

  /// Begins to receive; calls that arrive go to `implementation`. Without one, for a remote, calls
  /// are a breach of the rules.
  /// `version` is that of the implementation's interface.
  void start(void* implementation = nullptr, Dispatch dispatch = nullptr, uint32_t version = 0);

  const boost::asio::any_io_executor& executor() const noexcept { return executor_; }
  /// False once the peer is known to be gone and everything it sent was handled.
  bool is_connected() const noexcept { return pipe_ != nullptr; }

  void set_disconnect_handler(DisconnectHandler handler);

  /// Closes the pipe. Those who still wait for answers are told `Errc::kCancelled`; the disconnect
  /// handler is not called.
  void close();
  /// The same, and tells the other side why: a number and words for its disconnect handler.
  void close_with_reason(uint32_t custom_reason, std::string description);
  /// The pipe's end, given up; null if the pipe is closed. Nobody may wait for an answer, and no
  /// associated interface may be open.
  std::unique_ptr<wire::PipeEnd> release();

  /// For a message of so many bytes.
  Buffer allocate(size_t num_bytes) const;
  uint64_t next_request_id() noexcept { return ++last_request_id_; }
  /// Who gives ids to the associated interfaces in messages of this endpoint.
  wire::InterfaceEnds& interface_ends() noexcept { return *this; }

  /// Sends a one-way message or an answer. An error means the values cannot be sent.
  Result<void> send(Result<wire::Message> message);
  /// Tells the peer that the end of the interface `id` on this pipe was closed, and why.
  void send_closed_event(uint32_t id, const std::optional<Error>& reason);
  /// Sends a whole message of any interface on the pipe.
  Result<void> transmit(wire::Message message);
  /// Sends a request that has to be answered by `deadline`. Returns its id for `await_reply`, or
  /// why it cannot be answered.
  Result<uint64_t> send_request(Result<wire::Message> request,
                                Clock::TimePoint deadline = Clock::kNever);
  /// The same for one that was written elsewhere, without an id.
  Result<uint64_t> send_numbered(Result<wire::Message> request, Clock::TimePoint deadline);
  /// Calls `handler` when the answer to a request is here, now or later. Once for every request
  /// sent.
  void await_reply(uint64_t request_id, ReplyHandler::Pointer handler);
  /// Who waits for this answer gave up: told `why`, from the executor's loop. The service is told,
  /// too; the answer, which still comes, is dropped. Nothing if nobody waits.
  void cancel(uint64_t request_id, Errc why = Errc::kCancelled);
  /// For requests without a deadline of their own; zero for none.
  void set_default_timeout(Clock::Duration timeout) noexcept { default_timeout_ = timeout; }
  /// A deadline for a request that is about to be sent.
  Clock::TimePoint deadline_after(Clock::Duration timeout) {
    return deadlines().clock().after(timeout);
  }
  /// What was learned of the other side so far.
  const PeerKnowledge& peer() const noexcept { return peer_; }
  /// A synchronous request, before it is sent: gives it an id that is known again where it arrives,
  /// if somebody watches.
  void number_sync_request(wire::Message& request);
  /// Instead of `await_reply`: waits here, and brings the answer, or why there is none, to
  /// `handler`, which is borrowed.
  void wait_for_reply(uint64_t request_id, ReplyHandler& handler, bool is_interruptible);
  /// Nobody will call `await_reply` for this request: its answer is dropped.
  void forget_request(uint64_t request_id);
  /// Completes `waiter` once the pipe can be written to, or is closed.
  void wait_writable(std::unique_ptr<WritableWaiter> waiter);

  /// The service will not answer. `flags` say more of why.
  void send_dropped_reply(uint64_t request_id, uint32_t name, uint32_t flags = 0);

  /// See `RemoteEnd`.
  void set_idle_handler(Clock::Duration timeout, std::function<void()> handler);

  /// See `OrderedEnd`. Of a pipe's own interface only.
  void send_flush(MessagePipe flusher);
  void send_pause(MessagePipe flush);
  /// For whoever waits for that.
  void on_flushed();

  // ---- calls that are not answered yet; docs at `Reply` and `Receiver` ----
  void open_call(uint64_t request_id, uint32_t name) { open_calls_.add(request_id, name); }
  /// It is answered, or will not be. False if nobody waits for that any more.
  bool close_call(uint64_t request_id);
  bool is_call_wanted(uint64_t request_id) const noexcept {
    return open_calls_.is_wanted(request_id);
  }
  /// Never null.
  CallSignal signal_of_call(uint64_t request_id);
  size_t num_open_calls() const noexcept { return open_calls_.size(); }
  void set_max_open_calls(size_t max);
  void set_paused(bool is_paused);
  bool is_receiver() const noexcept { return dispatch_ != nullptr; }
  /// With those of the associated interfaces on the pipe.
  size_t num_open_calls_on_pipe() const;
  void set_filter(std::shared_ptr<CallFilter> filter) { filter_ = std::move(filter); }

  /// A one-way call holds values that cannot be sent: closes the pipe, and says why to the log and
  /// the disconnect handler.
  void reject(const Error& reason);
  /// The peer broke a rule: closes the pipe and the link it came over.
  void fail(std::string rule);
  /// The same for a rule of the application's own.
  void report_bad_message(std::string_view what) {
    fail(std::string(interface_name_) + ": " + std::string(what));
  }

  /// Handles what is there, from the executor's loop.
  void drain();
  /// The same, later.
  void wake();

  // ---- for the group of its executor, while that waits ----
  size_t place_in_group() const noexcept { return place_in_group_; }
  void set_place_in_group(size_t place) noexcept { place_in_group_ = place; }
  /// True for the first time since it was drained.
  bool mark_seen() noexcept { return !std::exchange(is_seen_, true); }
  bool has_kept_requests() const noexcept { return has_kept_requests_; }
  std::string_view interface_name() const noexcept { return interface_name_; }
  /// Takes what has arrived and handles what must not wait: answers that somebody waits for inside
  /// a call and, where that is allowed, synchronous requests. Keeps the rest in order.
  void serve_synchronous(bool is_interruptible);

 private:
  void on_pipe_signal(wire::PipeEnd::SignalSource source) noexcept override;
  void handle(wire::Message message);
  void handle_own(const wire::ReceivedHeader& header, wire::Message message, ArrivedEnds ends);
  void handle_reply(const wire::ReceivedHeader& header, wire::Decoder& decoder,
                    wire::Message& message, ArrivedEnds& ends);
  void handle_request(const wire::ReceivedHeader& header, wire::Decoder& decoder);
  void handle_control(const wire::ReceivedHeader& header, wire::Decoder& decoder);
  bool answer_run(const wire::ReceivedHeader& header, wire::Decoder& decoder);
  bool obey(wire::Decoder& decoder);
  void stop_waiting();
  void send_pipe_order(pipe_control::RunOrClosePipeInput input);
  void drop_flusher(MessagePipe flusher);
  void pause_until_flushed(MessagePipe flush);
  void on_idle_order(const interface_control::RunOrClosePipeInput& input);
  void watch_idleness(int64_t timeout_in_microseconds);
  void acknowledge_message();
  static Result<wire::Message> make_order(interface_control::RunOrClosePipeInput input);
  void send_order(interface_control::RunOrClosePipeInput input);
  void discard_answer(uint64_t request_id, uint32_t name);
  bool dispatch_call(IncomingCall& call);
  bool filter_call(const wire::ReceivedHeader& header, wire::Decoder& decoder, IncomingCall& call);
  CallDeadlines& deadlines();
  void expire_calls();
  void send_cancel(uint64_t request_id);
  struct SyncCall;
  bool handle_now(wire::Message& message, bool is_interruptible);
  bool take_sync_answer(const wire::ReceivedHeader& header, wire::Message& message);
  void serve_kept();
  void watch_request(uint64_t request_id);
  void forget_watched(uint64_t request_id);
  void leave_sync_group();
  void note_end_of_interface(const wire::ReceivedHeader& header, const wire::Message& message);
  bool can_serve(uint32_t interface_id) const;
  std::optional<error_code> error_of_wait(const SyncCall& call, Clock::TimePoint deadline);
  wire::PipeEnd::TakeStatus take_next(wire::Message& message);
  void send_waiting_cancels();
  void ask_peer();
  void learn_of_peer(const wire::ReceivedHeader& header, const wire::Message& message);
  bool must_wait() const noexcept {
    return is_paused_ || flush_wait_ != nullptr || open_calls_.size() >= max_open_calls_;
  }
  /// Those who handle them hear of it from the executor's loop.
  void cancel_open_calls();
  void handle_associated(const wire::ReceivedHeader& header, wire::Message message);
  void handle_pipe_control(const wire::ReceivedHeader& header, wire::Message& message);
  bool handle_peer_closed(uint32_t id, std::optional<Error> reason);
  bool is_stalled() const noexcept { return group_ != nullptr && group_->stalled.has_value(); }

  Result<uint32_t> send_end(std::unique_ptr<wire::InterfaceEnd> end) override;
  std::unique_ptr<wire::InterfaceEnd> take_end(uint32_t id) override;
  /// Of the pipe; null where there was no need for one yet, or no pipe.
  InterfaceGroup* find_group() const noexcept {
    return associated_ != nullptr ? associated_->group() : group_.get();
  }
  InterfaceGroup* find_or_make_group();
  void close_pipe(const Error& reason);
  void disconnect(const Error& reason);
  void fail_all(error_code error);
  void complete_writable_waiters(error_code error);

  std::unique_ptr<wire::PipeEnd> pipe_;    // null once closed
  AssociatedEnd* associated_ = nullptr;    // what pipe_ is, if it is an interface on another's pipe
  std::shared_ptr<InterfaceGroup> group_;  // shared with the ends of associated interfaces
  const boost::asio::any_io_executor executor_;
  const std::string_view interface_name_;
  void* implementation_ = nullptr;
  Dispatch dispatch_ = nullptr;
  uint32_t version_ = 0;
  ReplyTable replies_;
  Clock::Duration default_timeout_{0};
  std::unique_ptr<CallDeadlines> deadlines_;     // null until a call has one
  std::unique_ptr<IdleListener> idle_listener_;  // null where nobody wants to know
  std::unique_ptr<IdleWatch> idle_watch_;        // null until the other side wants to know
  PeerKnowledge peer_;
  OpenCalls open_calls_;
  size_t max_open_calls_ = static_cast<size_t>(-1);
  bool is_paused_ = false;
  bool is_watched_ = false;                // `SyncWatch` knows of a request here
  std::shared_ptr<FlushWait> flush_wait_;  // shared with its handlers; null if none is waited for
  std::shared_ptr<CallFilter> filter_;     // shared with the call it looks at
  std::vector<std::unique_ptr<WritableWaiter>> writable_waiters_;
  uint64_t last_request_id_ = 0;
  DisconnectHandler disconnect_handler_;
  std::optional<Error> peer_reason_;  // why the peer is about to close the pipe

  // Requests whose caller has not said yet who waits: `co_await` comes after the call. Few; the
  // answers to some of them may be here already.
  struct HeldReply {
    wire::Message message;
    ArrivedEnds ends;
  };
  struct SyncCall {
    uint32_t interface_id;
    uint64_t request_id;
    std::optional<HeldReply> reply;
    bool is_lost = false;  // the other end of the interface was closed
  };
  struct Unclaimed {
    uint64_t request_id;
    uint32_t name;
    std::optional<HeldReply> reply;
    error_code error;  // given up already
    Clock::TimePoint deadline;
  };
  Unclaimed* find_unclaimed(uint64_t request_id) noexcept;
  void erase(Unclaimed& unclaimed);
  std::vector<Unclaimed> unclaimed_;

  // Of a pipe's own endpoint only:
  std::shared_ptr<SyncGroup> sync_group_;  // shared with all pipes of the executor
  bool is_in_group_ = false;
  size_t place_in_group_ = 0;
  bool is_seen_ = false;
  bool is_peer_gone_ = false;          // as far as a wait has seen
  std::vector<SyncCall*> sync_calls_;  // on the stack of those who wait
  std::deque<wire::Message> kept_;     // arrived during a wait, and not handled yet
  size_t num_kept_bytes_ = 0;
  bool has_kept_requests_ = false;
};

}  // namespace ferrule::bindings
