// SPDX-License-Identifier: Apache-2.0
// How an end learns what became of the other one:
//
//   closed on purpose   a word in shared memory, written behind the last bytes; then the socket
//   ends gone                the socket ends without that word: killed, crashed, or dropped
//   unfinished broke a rule        a position that cannot be; we hang up
//
// In each case what was written before can still be read. A process that was killed had written its
// last position before its socket ended, so whoever looks after seeing that misses nothing.
#include "ferrule/stream/data_pipe_end.h"

#include <string>
#include <utility>

#include <boost/asio/error.hpp>

#include "ferrule/base/check.h"
#include "ferrule/platform/wake_socket.h"
#include "ferrule/stream/data_pipe_mapping.h"

namespace ferrule::stream {

DataPipeEnd::DataPipeEnd(const boost::asio::any_io_executor& executor, UniqueFd signal,
                         UniqueFd memory, bool is_producer)
    : is_producer_(is_producer), descriptor_(executor) {
  open(std::move(signal), std::move(memory));
}

void DataPipeEnd::open(UniqueFd signal, UniqueFd memory) {
  auto mapped = map_data_pipe(signal, memory, is_producer_);
  if (!mapped) {
    failure_ = std::move(mapped).error();
    return;
  }
  mapping_ = std::move(mapped->mapping);
  ring_ = mapped->end;
  memory_ = std::move(memory);
  boost::system::error_code error;
  descriptor_.assign(signal.get(), error);
  if (error) {
    failure_.emplace(error, "the signal of a data pipe");
  } else {
    static_cast<void>(signal.release());  // is the descriptor's now
  }
}

error_code DataPipeEnd::break_rule(const char* rule, const char* detail) {
  if (!failure_) failure_.emplace(Errc::kBadMessage, std::string(rule) + ": " + detail);
  close(false);
  return failure_->code();
}

error_code DataPipeEnd::look(size_t min) {
  if (failure_) return failure_->code();
  if (!is_open()) return boost::asio::error::bad_descriptor;
  // In this order: the bytes that came before the end are seen.
  const bool is_closed = ring_.is_peer_closed();
  const size_t num_bytes = ring_.look();
  if (ring_.is_broken()) {
    return break_rule("DATA_PIPE_POSITION_INVALID", "a position that cannot be");
  }
  if (is_producer_ && is_closed) return boost::asio::error::broken_pipe;
  if (is_producer_ && is_gone_) return Errc::kDisconnected;
  if (num_bytes >= min) return {};
  if (!is_closed && !is_gone_) return Errc::kWouldBlock;
  if (num_bytes > 0) return {};
  return is_closed ? error_code(boost::asio::error::eof) : make_error_code(Errc::kDisconnected);
}

void DataPipeEnd::pass(size_t n) {
  if (n == 0 || !ring_.pass(n)) return;
  if (!platform::ring_bell(descriptor_.native_handle())) is_gone_ = true;
}

Result<std::span<uint8_t>> DataPipeEnd::begin_phase(size_t max) {
  FERRULE_CHECK(!is_waited_for && !is_in_phase());
  const error_code error = look(1);
  if (failure_) return *failure_;
  if (error && error != Errc::kWouldBlock) return Error(error, "the data pipe ended");
  const std::span<uint8_t> bytes = error ? std::span<uint8_t>() : ring_.bytes(max);
  phase_bytes_ = bytes.size();
  return bytes;
}

void DataPipeEnd::end_phase(size_t n) {
  FERRULE_CHECK(is_in_phase() && n <= *phase_bytes_);
  phase_bytes_.reset();
  if (is_open()) pass(n);
}

void DataPipeEnd::on_woken() {
  if (!is_open()) return;
  ring_.wake();
  if (!platform::quiet_bell(descriptor_.native_handle())) is_gone_ = true;
}

void DataPipeEnd::cancel() {
  boost::system::error_code ignored;
  descriptor_.cancel(ignored);
}

void DataPipeEnd::close(bool says_so) {
  if (!is_open()) return;
  if (says_so) ring_.close();
  boost::system::error_code ignored;
  descriptor_.close(ignored);
  memory_.reset();
}

std::pair<UniqueFd, UniqueFd> DataPipeEnd::take_descriptors() {
  if (failure_ || !is_open()) return {};
  ring_.wake();
  return {UniqueFd(descriptor_.release()), std::move(memory_)};
}

}  // namespace ferrule::stream
