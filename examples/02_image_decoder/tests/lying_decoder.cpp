// SPDX-License-Identifier: Apache-2.0
// A decoder in the hands of an enemy: its answers are well formed and make no sense. Which lie it
// tells, the environment variable LIE says.
#include <cstdlib>
#include <string>

#include <boost/asio/io_context.hpp>

#include "ferrule/ferrule.h"

#include "image.idl.h"

namespace {

class LyingDecoder final : public image::ImageDecoder {
 public:
  explicit LyingDecoder(std::string lie) : lie_(std::move(lie)) {}

 private:
  using Answer = ferrule::Expected<image::Bitmap, image::DecodeError>;

  void Decode(ferrule::UniqueFd, ferrule::Reply<Answer> reply) override {
    if (lie_ == "too few pixels") {
      reply(image::Bitmap{1000, 1000, ferrule::Bytes{1, 2, 3, 4}});
    } else if (lie_ == "no pixels") {
      reply(image::Bitmap{});
    } else if (lie_ == "size beyond numbers") {
      // Four bytes a pixel: 2^66, which is 0 for who does not look.
      reply(image::Bitmap{0x80000000U, 0x80000000U, {}});
    } else if (lie_ == "message that commands the terminal") {
      reply(ferrule::Unexpected(
          image::DecodeError{image::DecodeProblem::kDamaged, "\x1b[2J\nall is well"}));
    }
  }

  const std::string lie_;
};

}  // namespace

int main() {
  boost::asio::io_context io;
  ferrule::Runtime runtime(io.get_executor());
  auto client = runtime.accept_invitation();
  const char* const lie = std::getenv("LIE");  // NOLINT(concurrency-mt-unsafe)
  if (!client || lie == nullptr) return 1;

  LyingDecoder decoder(lie);
  ferrule::Receiver<image::ImageDecoder> receiver(decoder);
  client->provide<image::ImageDecoder>([&](ferrule::PendingReceiver<image::ImageDecoder> pending) {
    receiver.bind(std::move(pending), io.get_executor());
  });
  client->set_closed_handler([&io] { io.stop(); });
  io.run();
}
