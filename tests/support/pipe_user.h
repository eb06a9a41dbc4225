// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include <boost/asio/any_io_executor.hpp>

#include "ferrule/wire/message.h"
#include "ferrule/wire/pipe_end.h"

namespace ferrule::test {

/// Holds an end of a pipe on an executor, without types: texts out, texts and ends in.
class PipeUser final : public wire::PipeEnd::Listener,
                       public std::enable_shared_from_this<PipeUser> {
 public:
  struct Callbacks {
    std::function<void(std::string text, std::unique_ptr<wire::PipeEnd> end)> on_message;
    std::function<void()> on_closed;
    std::function<void()> on_writable;  ///< all that was sent is in the pipe, and more fits
  };

  static std::shared_ptr<PipeUser> hold(boost::asio::any_io_executor executor,
                                        std::unique_ptr<wire::PipeEnd> end, Callbacks callbacks);

  /// Sends a message, at once or, if the reader's window is full, when there is room. Is lost, with
  /// the end inside, if the pipe is closed.
  void send(std::string_view text, std::unique_ptr<wire::PipeEnd> end = nullptr);
  bool is_open() const { return end_ != nullptr; }
  bool is_writable() const { return end_ && unsent_.empty() && end_->is_writable(); }
  /// Whether `release` would lose nothing that was sent.
  bool has_sent_all() const { return unsent_.empty(); }
  /// Gives the end away. What has arrived and was not handled stays in it.
  std::unique_ptr<wire::PipeEnd> release();

  void on_pipe_signal(wire::PipeEnd::SignalSource source) noexcept override;

 private:
  PipeUser(boost::asio::any_io_executor executor, std::unique_ptr<wire::PipeEnd> end,
           Callbacks callbacks)
      : executor_(std::move(executor)), end_(std::move(end)), callbacks_(std::move(callbacks)) {}

  void send_unsent();
  void read();

  const boost::asio::any_io_executor executor_;
  std::unique_ptr<wire::PipeEnd> end_;
  const Callbacks callbacks_;
  std::deque<wire::Message> unsent_;
};

}  // namespace ferrule::test
