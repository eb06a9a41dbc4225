// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <type_traits>
#include <utility>

#include <boost/system/error_code.hpp>

namespace ferrule {

using error_code = boost::system::error_code;

/// Why a Ferrule operation failed. Arrives as a `boost::system::error_code` of `error_category()`.
enum class Errc {
  kDisconnected = 1,   ///< the other end of the pipe or its process is gone
  kBadMessage,         ///< the peer broke a rule of the wire format or of the protocol
  kInvalidArgument,    ///< a value cannot be sent: unset non-nullable handle, unknown enum value
  kMessageTooLarge,    ///< the encoded message would exceed `kMaxMessageBytes`
  kTimedOut,           ///< a deadline passed first
  kCancelled,          ///< the caller gave up
  kReplyDropped,       ///< the service destroyed its `Reply` without answering
  kHandshakeFailed,    ///< the peer does not speak Ferrule, or another version of it
  kAccessDenied,       ///< a policy refused the peer or the interface
  kLaunchFailed,       ///< a child process could not be started
  kResourceExhausted,  ///< a limit on ports, bytes or descriptors was met
  kNotFound,           ///< no such endpoint, program or attachment
  kWouldBlock,         ///< the reader has to catch up first
};

/// The category of `Errc`, named "ferrule".
const boost::system::error_category& error_category() noexcept;

inline error_code make_error_code(Errc code) noexcept {
  return {static_cast<int>(code), error_category()};
}

/// An error code with the story behind it: what was tried, on what, and which rule or system call
/// refused. A value: copy it, compare its code, pass it up unchanged.
class Error {
 public:
  Error(error_code code, std::string message) : code_(code), message_(std::move(message)) {}
  Error(Errc code, std::string message) : Error(make_error_code(code), std::move(message)) {}

  /// The current `errno` as an error; `what` names the call or object, e.g. "connect(/run/x.sock)".
  static Error from_errno(std::string what);
  static Error from_errno(int number, std::string what);

  const error_code& code() const noexcept { return code_; }
  const std::string& message() const noexcept { return message_; }

 private:
  error_code code_;
  std::string message_;
};

}  // namespace ferrule

template <>
struct boost::system::is_error_code_enum<ferrule::Errc> : std::true_type {};
