// SPDX-License-Identifier: Apache-2.0
// Decodes pictures for whoever started it, until they go. A file may crash it or, should one of the
// libraries have a hole, take it over: it holds nothing but the descriptors it was sent.
#include <iostream>
#include <new>
#include <utility>

#include <boost/asio/io_context.hpp>

#include "ferrule/ferrule.h"

#include "image.idl.h"
#include "picture/decode.h"

namespace {

image::DecodeProblem to_idl(picture::Problem problem) {
  switch (problem) {
    case picture::Problem::kUnreadable:
      return image::DecodeProblem::kUnreadable;
    case picture::Problem::kNoPicture:
      return image::DecodeProblem::kNoPicture;
    case picture::Problem::kDamaged:
      return image::DecodeProblem::kDamaged;
    case picture::Problem::kTooLarge:
      return image::DecodeProblem::kTooLarge;
    case picture::Problem::kUnsupported:
      return image::DecodeProblem::kUnsupported;
  }
  return image::DecodeProblem::kUnsupported;
}

picture::Decoded decode(const ferrule::UniqueFd& file) {
  try {
    return picture::decode_file(file);
  } catch (const std::bad_alloc&) {
    return picture::failure(picture::Problem::kTooLarge, "not enough memory to decode the picture");
  }
}

class Decoder final : public image::ImageDecoder {
  void Decode(ferrule::UniqueFd file,
              ferrule::Reply<ferrule::Expected<image::Bitmap, image::DecodeError>> reply) override {
    picture::Decoded decoded = decode(file);
    if (decoded) {
      reply(
          image::Bitmap{decoded->width, decoded->height, ferrule::Bytes(std::move(decoded->rgba))});
    } else {
      reply(ferrule::Unexpected(
          image::DecodeError{to_idl(decoded.error().problem), decoded.error().message}));
    }
  }
};

}  // namespace

int main() {
  boost::asio::io_context io;
  ferrule::Runtime runtime(io.get_executor());
  auto client = runtime.accept_invitation();
  if (!client) {
    std::cerr << "image_decoder_service: " << client.error().message() << '\n';
    return 1;
  }

  Decoder decoder;
  ferrule::Receiver<image::ImageDecoder> receiver(decoder);
  client->provide<image::ImageDecoder>([&](ferrule::PendingReceiver<image::ImageDecoder> pending) {
    receiver.bind(std::move(pending), io.get_executor());
  });
  client->set_closed_handler([&io] { io.stop(); });
  io.run();
}
