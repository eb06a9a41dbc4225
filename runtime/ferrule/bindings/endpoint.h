// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

#include "ferrule/base/error.h"
#include "ferrule/base/result.h"
#include "ferrule/wire/message.h"
#include "ferrule/wire/pipe_end.h"
#include "ferrule/wire/received_header.h"
#include "ferrule/bindings/disconnect_handler.h"
#include "ferrule/bindings/reply_handler.h"
#include "ferrule/bindings/reply_table.h"

namespace ferrule::bindings {

class IncomingCall;

/// One bound end of a typed pipe: what `Remote` and `Receiver` have in common, without their types.
/// Sends requests and files who waits for the answers; takes what arrives and brings it to the
/// implementation or to those who wait.
///
/// Executor-bound: every call, and every handler it runs, is on the executor given at creation,
/// which runs one handler at a time. Owned by its `Remote` or `Receiver`, and for the moment of a
/// call by whoever is calling, so that user code may destroy its end from inside.
class Endpoint final : public wire::PipeEnd::Listener,
                       public std::enable_shared_from_this<Endpoint> {
  struct Private {};

 public:
  /// Decodes a call and hands it to the implementation. False if it breaks a rule.
  using Dispatch = bool (*)(void* implementation, IncomingCall& call);

  /// `interface_name` has static storage.
  static std::shared_ptr<Endpoint> create(std::unique_ptr<wire::PipeEnd> pipe,
                                          boost::asio::any_io_executor executor,
                                          std::string_view interface_name);
  Endpoint(Private, std::unique_ptr<wire::PipeEnd> pipe, boost::asio::any_io_executor executor,
           std::string_view interface_name);
  ~Endpoint();

  /// Begins to receive; calls that arrive go to `implementation`. Without one, for a remote, calls
  /// are a breach of the rules.
  void start(void* implementation = nullptr, Dispatch dispatch = nullptr);

  const boost::asio::any_io_executor& executor() const noexcept { return executor_; }
  /// False once the peer is known to be gone and everything it sent was handled.
  bool is_connected() const noexcept { return pipe_ != nullptr; }

  void set_disconnect_handler(DisconnectHandler handler);

  /// Closes the pipe. Those who still wait for answers are told `Errc::kCancelled`; the disconnect
  /// handler is not called.
  void close();
  /// The pipe's end, given up; null if the pipe is closed. Nobody may wait for an answer.
  std::unique_ptr<wire::PipeEnd> release();

  /// For a message of so many bytes.
  Buffer allocate(size_t num_bytes) const;
  uint64_t next_request_id() noexcept { return ++last_request_id_; }

  /// Sends a one-way message or an answer. An error means the values cannot be sent.
  Result<void> send(Result<wire::Message> message);
  /// Sends a request. Returns its id for `await_reply`, or why it cannot be answered.
  Result<uint64_t> send_request(Result<wire::Message> request);
  /// Calls `handler` when the answer to a request is here, now or later. Once for every request
  /// sent.
  void await_reply(uint64_t request_id, ReplyHandler::Pointer handler);
  /// Nobody will call `await_reply` for this request: its answer is dropped.
  void forget_request(uint64_t request_id);
  /// The service will not answer.
  void send_dropped_reply(uint64_t request_id, uint32_t name);

  /// A one-way call holds values that cannot be sent: closes the pipe, and says why to the log and
  /// the disconnect handler.
  void reject(const Error& reason);
  /// The peer broke a rule: closes the pipe and the link it came over.
  void fail(std::string rule);

 private:
  void on_pipe_signal(wire::PipeEnd::SignalSource source) noexcept override;
  void drain();
  void handle(wire::Message message);
  void handle_reply(const wire::ReceivedHeader& header, wire::Decoder& decoder,
                    wire::Message& message);
  void handle_request(const wire::ReceivedHeader& header, wire::Decoder& decoder);
  void disconnect(const Error& reason);
  void fail_all(error_code error);

  std::unique_ptr<wire::PipeEnd> pipe_;  // null once closed
  const boost::asio::any_io_executor executor_;
  const std::string_view interface_name_;
  void* implementation_ = nullptr;
  Dispatch dispatch_ = nullptr;
  ReplyTable replies_;
  uint64_t last_request_id_ = 0;
  DisconnectHandler disconnect_handler_;

  // Requests whose caller has not said yet who waits: `co_await` comes after the call. Few; the
  // answers to some of them may be here already.
  struct Unclaimed {
    uint64_t request_id;
    uint32_t name;
    std::optional<wire::Message> reply;
  };
  Unclaimed* find_unclaimed(uint64_t request_id) noexcept;
  void erase(Unclaimed& unclaimed);
  std::vector<Unclaimed> unclaimed_;
};

}  // namespace ferrule::bindings
