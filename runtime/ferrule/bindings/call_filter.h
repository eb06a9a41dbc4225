// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace ferrule {

/// What a filter sees of a call: what is known before its arguments are looked at.
struct CallInfo {
  std::string_view interface_name;
  uint32_t method = 0;  ///< its ordinal
  size_t num_bytes = 0;
  bool expects_answer = false;
};

/// Stands before an implementation and sees every call, to authorise or to count:
///
///   receiver.set_filter(std::make_shared<OnlyReaders>());
///
/// Called on the executor of the receiver, from inside which that may be destroyed.
class CallFilter {
 public:
  enum class Verdict : uint8_t {
    kAccept,
    kRefuse,      ///< not handled; a caller who waits is told `Errc::kAccessDenied`
    kBadMessage,  ///< as for a rule of the format: the pipe closes, and the link it came over
  };

  virtual ~CallFilter() = default;
  virtual Verdict before(const CallInfo& /*call*/) { return Verdict::kAccept; }
  /// The implementation has returned; the answer may come later. Not sound is a call whose
  /// arguments broke a rule, which the implementation has not seen.
  virtual void after(const CallInfo& /*call*/, bool /*is_sound*/) {}
};

}  // namespace ferrule
