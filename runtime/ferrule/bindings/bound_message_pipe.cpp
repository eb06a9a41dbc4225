// SPDX-License-Identifier: Apache-2.0
#include "ferrule/bindings/bound_message_pipe.h"

#include <algorithm>
#include <cstring>

#include <boost/asio/dispatch.hpp>

#include "ferrule/base/check.h"
#include "ferrule/wire/message.h"
#include "ferrule/wire/wire_limits.h"

namespace ferrule::bindings {

using wire::PipeEnd;

RawEndpoint::RawEndpoint(std::unique_ptr<PipeEnd> end, boost::asio::any_io_executor executor)
    : end_(std::move(end)), executor_(std::move(executor)) {
  FERRULE_CHECK(end_ != nullptr);
}

void RawEndpoint::read(std::unique_ptr<MessageWaiter> waiter) {
  if (!end_) return waiter->complete(make_error_code(Errc::kDisconnected), {});
  readers_.push_back(std::move(waiter));
  drain();
}

void RawEndpoint::cancel(uint64_t read_id) {
  const auto it = std::find_if(readers_.begin(), readers_.end(),
                               [read_id](const auto& each) { return each->id == read_id; });
  if (it == readers_.end()) return;
  const auto found = std::move(*it);
  readers_.erase(it);
  found->complete(make_error_code(Errc::kCancelled), {});
}

Result<void> RawEndpoint::write(std::span<const uint8_t> bytes, std::vector<wire::Handle> handles) {
  if (bytes.size() > wire::kMaxMessageBytes) {
    return Error(Errc::kMessageTooLarge, "the message is larger than 256 MiB");
  }
  if (handles.size() > wire::kMaxMessageHandles) {
    return Error(Errc::kMessageTooLarge, "the message has more than 1024 handles");
  }
  const bool are_valid = std::all_of(handles.begin(), handles.end(),
                                     [](const wire::Handle& each) { return each.is_valid(); });
  if (!are_valid) return Error(Errc::kInvalidArgument, "a handle of the message is not valid");
  if (!end_) return {};
  Buffer buffer = end_->allocate(bytes.size());
  if (!bytes.empty()) std::memcpy(buffer.data(), bytes.data(), bytes.size());
  return end_->send(wire::Message(std::move(buffer), std::move(handles)));
}

void RawEndpoint::wait_writable(std::unique_ptr<WritableWaiter> waiter) {
  if (!end_) return waiter->complete(make_error_code(Errc::kDisconnected));
  if (end_->is_writable()) return waiter->complete({});
  writers_.push_back(std::move(waiter));
}

void RawEndpoint::close() {
  end_.reset();
  fail_all(make_error_code(Errc::kCancelled));
}

std::unique_ptr<PipeEnd> RawEndpoint::release() {
  FERRULE_CHECK(readers_.empty() && writers_.empty());
  end_->set_listener({});
  return std::move(end_);
}

void RawEndpoint::on_pipe_signal(PipeEnd::SignalSource source) noexcept {
  auto drain_later = [self = shared_from_this()] { self->drain(); };
  if (source == PipeEnd::SignalSource::kTransport) {
    boost::asio::dispatch(executor_, std::move(drain_later));
  } else {
    boost::asio::post(executor_, std::move(drain_later));
  }
}

/// Completions go through executors, so no user code runs in here.
void RawEndpoint::drain() {
  if (!end_) return;
  if (!writers_.empty() && end_->is_writable()) {
    for (const auto& writer : std::exchange(writers_, {})) writer->complete({});
  }
  while (!readers_.empty()) {
    wire::Message message;
    const PipeEnd::TakeStatus status = end_->take(message);
    if (status == PipeEnd::TakeStatus::kEmpty) return;
    if (status == PipeEnd::TakeStatus::kPeerClosed) {
      end_.reset();
      return fail_all(make_error_code(Errc::kDisconnected));
    }
    const auto reader = std::move(readers_.front());
    readers_.pop_front();
    const Buffer& buffer = message.buffer();
    // A small one would keep alive the whole block that it was received into.
    const bool is_small = buffer.size() < wire::kMinReferredBytes;
    reader->complete(
        {}, {is_small ? Bytes::copy_of(buffer.bytes()) : Bytes(buffer.memory(), buffer.bytes()),
             std::move(message.handles())});
  }
  // Nobody reads, but who waits to write must hear that there is nobody to write to.
  if (!writers_.empty() && end_->is_peer_closed()) {
    for (const auto& writer : std::exchange(writers_, {})) {
      writer->complete(make_error_code(Errc::kDisconnected));
    }
  }
}

void RawEndpoint::fail_all(error_code error) {
  for (const auto& reader : std::exchange(readers_, {})) reader->complete(error, {});
  for (const auto& writer : std::exchange(writers_, {})) writer->complete(error);
}

}  // namespace ferrule::bindings
