// SPDX-License-Identifier: Apache-2.0
#include "ferrule/service/internal/output_capture.h"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <unistd.h>
#include <utility>

namespace ferrule::service {
namespace {

/// A program that writes without pause must leave others their turn.
constexpr size_t kMaxReadsPerTurn = 16;

}  // namespace

OutputCapture::~OutputCapture() {
  if (waiter_.is_open()) static_cast<void>(waiter_.release());
}

void OutputCapture::start(UniqueFd pipe, Listener listener) {
  pipe_ = std::move(pipe);
  listener_ = std::move(listener);
  ::fcntl(pipe_.get(), F_SETFL, O_NONBLOCK);
  error_code error;
  waiter_.assign(pipe_.get(), error);
  if (!error) wait();
}

void OutputCapture::wait() {
  waiter_.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                     [weak = weak_from_this()](error_code error) {
                       const auto self = weak.lock();
                       if (self && !error && self->read_some(kMaxReadsPerTurn)) self->wait();
                     });
}

void OutputCapture::drain() {
  // A pipe holds no more than this in so many reads; what others still write is not waited for.
  if (pipe_) static_cast<void>(read_some(kMaxReadsPerTurn));
}

bool OutputCapture::read_some(size_t most_reads) {
  std::array<char, 4096> bytes{};
  for (size_t i = 0; i < most_reads && pipe_; ++i) {
    const ssize_t count = ::read(pipe_.get(), bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && errno == EAGAIN) return true;
    if (count <= 0) {
      if (waiter_.is_open()) static_cast<void>(waiter_.release());
      pipe_.reset();
      return false;
    }
    const std::string_view piece(bytes.data(), static_cast<size_t>(count));
    text_ += piece;
    if (text_.size() > kMaxKeptOutputBytes) text_.erase(0, text_.size() - kMaxKeptOutputBytes);
    if (listener_) listener_(piece);
  }
  return pipe_.is_valid();
}

}  // namespace ferrule::service
