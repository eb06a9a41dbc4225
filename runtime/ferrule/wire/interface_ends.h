// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>

#include "ferrule/base/result.h"

namespace ferrule::wire {

/// One end of an associated interface on its way through a message. Only the bindings know more.
class InterfaceEnd {
 public:
  InterfaceEnd() = default;
  InterfaceEnd(const InterfaceEnd&) = delete;
  InterfaceEnd& operator=(const InterfaceEnd&) = delete;
  virtual ~InterfaceEnd() = default;
};

/// Where the ends of associated interfaces get their ids when they leave, and what the ids that
/// arrive stand for. Encoders and decoders of messages borrow one.
class InterfaceEnds {
 public:
  /// `end` leaves with the message that is being written. Its id; an error if it cannot.
  virtual Result<uint32_t> send_end(std::unique_ptr<InterfaceEnd> end) = 0;
  /// The end that came under `id` with the message that is being read, once; else null.
  virtual std::unique_ptr<InterfaceEnd> take_end(uint32_t id) = 0;

 protected:
  ~InterfaceEnds() = default;
};

}  // namespace ferrule::wire
