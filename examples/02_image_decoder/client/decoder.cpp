// SPDX-License-Identifier: Apache-2.0
#include "client/decoder.h"

#include <csignal>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "client/printable.h"
#include "picture/bitmap.h"
#include "picture/limits.h"

namespace client {
namespace {

namespace asio = boost::asio;

// A decoder that was taken over could answer anything that is a Bitmap of image.idl.
bool is_consistent(const image::Bitmap& bitmap) {
  return picture::is_allowed_size(bitmap.width, bitmap.height) &&
         bitmap.rgba.size() == uint64_t{bitmap.width} * bitmap.height * picture::kBytesPerPixel;
}

uint64_t socket_bytes(const ferrule::ConnectionCounters& counters) {
  return counters.socket_bytes_sent + counters.socket_bytes_received;
}

uint64_t shared_bytes(const ferrule::ConnectionCounters& counters) {
  return counters.shared_bytes_sent + counters.shared_bytes_received;
}

}  // namespace

asio::awaitable<ferrule::Expected<DecodedPicture, std::string>> Decoder::decode(
    ferrule::UniqueFd file) {
  if (!remote_.is_connected()) {
    if (const auto refusal = start()) co_return ferrule::Unexpected(*refusal);
  }
  if (kills_next_) kill_once_the_call_is_out();
  const ferrule::ConnectionCounters before = process_.connection().counters();
  const auto begin = std::chrono::steady_clock::now();
  auto [error, answer] =
      co_await remote_->Decode(std::move(file), asio::as_tuple(asio::use_awaitable));
  const auto time = std::chrono::steady_clock::now() - begin;

  if (error == ferrule::Errc::kDisconnected) co_return ferrule::Unexpected(co_await bury());
  if (error) co_return ferrule::Unexpected("no answer from the decoder: " + error.message());
  if (!answer) co_return ferrule::Unexpected(to_printable(answer.error().message));
  if (!is_consistent(*answer)) {
    co_return ferrule::Unexpected<std::string>("the decoder sent a bitmap that cannot be");
  }
  const ferrule::ConnectionCounters after = process_.connection().counters();
  co_return DecodedPicture{std::move(answer).value(), time,
                           socket_bytes(after) - socket_bytes(before),
                           shared_bytes(after) - shared_bytes(before)};
}

std::optional<std::string> Decoder::start() {
  remote_.reset();
  auto launched = runtime_.launch({.program = program_});
  if (!launched) return launched.error().message();
  process_ = std::move(launched).value();
  remote_.bind(process_.connection().request<image::ImageDecoder>(), runtime_.executor());
  return std::nullopt;
}

// Stopped first, the decoder cannot have answered before the blow, however small the file: the call
// is open, its descriptor on the way. What is posted here runs when the call has been sent.
void Decoder::kill_once_the_call_is_out() {
  kills_next_ = false;
  ::kill(process_.id(), SIGSTOP);
  asio::post(runtime_.executor(), [id = process_.id()] { ::kill(id, SIGKILL); });
}

// Also for a decoder that still runs but broke a rule: whatever it is by now, it ends here.
asio::awaitable<std::string> Decoder::bury() {
  remote_.reset();
  if (auto killed = process_.kill(); !killed) co_return killed.error().message();
  const auto [error, status] = co_await process_.async_wait(asio::as_tuple(asio::use_awaitable));
  process_ = ferrule::ChildProcess();
  co_return "the decoder is gone: " + (error ? error.message() : status.to_text());
}

}  // namespace client
