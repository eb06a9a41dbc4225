// SPDX-License-Identifier: Apache-2.0
#include "ferrule/base/error.h"

#include <cerrno>

namespace ferrule {
namespace {

class Category final : public boost::system::error_category {
 public:
  const char* name() const noexcept override { return "ferrule"; }

  std::string message(int value) const override {
    switch (static_cast<Errc>(value)) {
      case Errc::kDisconnected:
        return "disconnected";
      case Errc::kBadMessage:
        return "bad message";
      case Errc::kInvalidArgument:
        return "invalid argument";
      case Errc::kMessageTooLarge:
        return "message too large";
      case Errc::kTimedOut:
        return "timed out";
      case Errc::kCancelled:
        return "cancelled";
      case Errc::kReplyDropped:
        return "the service dropped the reply";
      case Errc::kHandshakeFailed:
        return "handshake failed";
      case Errc::kAccessDenied:
        return "access denied";
      case Errc::kLaunchFailed:
        return "launch failed";
      case Errc::kResourceExhausted:
        return "resource exhausted";
      case Errc::kNotFound:
        return "not found";
      case Errc::kWouldBlock:
        return "the reader has to catch up first";
    }
    return "unknown ferrule error";
  }
};

}  // namespace

const boost::system::error_category& error_category() noexcept {
  static const Category category;
  return category;
}

Error Error::from_errno(std::string what) { return from_errno(errno, std::move(what)); }

Error Error::from_errno(int number, std::string what) {
  error_code code(number, boost::system::system_category());
  return {code, std::move(what) + ": " + code.message()};
}

}  // namespace ferrule
