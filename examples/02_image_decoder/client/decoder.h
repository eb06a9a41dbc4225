// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include <boost/asio/awaitable.hpp>

#include "ferrule/ferrule.h"

#include "image.idl.h"

namespace client {

/// What one call to the decoder gave, and what it took.
struct DecodedPicture {
  image::Bitmap bitmap;
  std::chrono::nanoseconds time{};
  uint64_t socket_bytes = 0;
  uint64_t shared_bytes = 0;
};

/// A decoder in a process of its own, which is started for the first picture, and again for the
/// next one after it died. It may be in the hands of whoever made the last file, so its answers are
/// checked. Executor-bound; the process ends with this object.
class Decoder {
 public:
  /// Borrows the runtime; `program` is the path of image_decoder_service.
  Decoder(ferrule::Runtime& runtime, std::string program)
      : runtime_(runtime), program_(std::move(program)) {}

  /// The decoder dies during the next call.
  void kill_in_next_call() { kills_next_ = true; }

  /// The picture in `file`, or a line that says why there is none. One call at a time.
  boost::asio::awaitable<ferrule::Expected<DecodedPicture, std::string>> decode(
      ferrule::UniqueFd file);

 private:
  std::optional<std::string> start();
  void kill_once_the_call_is_out();
  boost::asio::awaitable<std::string> bury();

  ferrule::Runtime& runtime_;
  const std::string program_;
  bool kills_next_ = false;
  ferrule::ChildProcess process_;
  ferrule::Remote<image::ImageDecoder> remote_;
};

}  // namespace client
