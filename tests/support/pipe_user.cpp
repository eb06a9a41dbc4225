// SPDX-License-Identifier: Apache-2.0
#include "support/pipe_user.h"

#include <cstring>

#include <boost/asio/post.hpp>

namespace ferrule::test {

using TakeStatus = wire::PipeEnd::TakeStatus;

std::shared_ptr<PipeUser> PipeUser::hold(boost::asio::any_io_executor executor,
                                         std::unique_ptr<wire::PipeEnd> end, Callbacks callbacks) {
  const std::shared_ptr<PipeUser> user(
      new PipeUser(std::move(executor), std::move(end), std::move(callbacks)));
  user->end_->set_listener(user);
  user->on_pipe_signal(wire::PipeEnd::SignalSource::kCall);
  return user;
}

void PipeUser::send(std::string_view text, std::unique_ptr<wire::PipeEnd> end) {
  Buffer buffer = Buffer::allocate(text.size());
  if (!text.empty()) std::memcpy(buffer.data(), text.data(), text.size());
  wire::Message message(std::move(buffer));
  if (end) message.handles().emplace_back(std::move(end));
  if (!end_) return;  // as if it had been sent: nobody will read it
  unsent_.push_back(std::move(message));
  send_unsent();
}

void PipeUser::send_unsent() {
  while (end_ && !unsent_.empty() && end_->send(std::move(unsent_.front()))) unsent_.pop_front();
}

std::unique_ptr<wire::PipeEnd> PipeUser::release() {
  if (end_) end_->set_listener({});
  return std::move(end_);
}

void PipeUser::on_pipe_signal(wire::PipeEnd::SignalSource /*source*/) noexcept {
  boost::asio::post(executor_, [self = shared_from_this()] {
    self->send_unsent();
    self->read();
    if (self->is_writable() && self->callbacks_.on_writable) self->callbacks_.on_writable();
  });
}

void PipeUser::read() {
  wire::Message message;
  // A callback may release the end.
  while (end_) {
    const TakeStatus status = end_->take(message);
    if (status == TakeStatus::kEmpty) return;
    if (status == TakeStatus::kPeerClosed) {
      end_.reset();
      unsent_.clear();
      if (callbacks_.on_closed) callbacks_.on_closed();
      return;
    }
    const auto bytes = message.buffer().bytes();
    std::unique_ptr<wire::PipeEnd> end;
    if (!message.handles().empty()) end = message.handles().front().take_pipe();
    callbacks_.on_message({bytes.begin(), bytes.end()}, std::move(end));
  }
}

}  // namespace ferrule::test
