// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "ferrule/base/buffer.h"
#include "ferrule/base/result.h"
#include "ferrule/node/outbox.h"
#include "ferrule/node/port_events.h"

namespace ferrule::node {

/// The first thing either side says.
struct Greeting {
  uint32_t protocol_version = 0;
};

/// An end that arrives by itself.
struct ArrivedAttachment {
  std::string name;
  MovedEnd end;
};

/// An event and the port it is for.
struct ArrivedEvent {
  PortName to;
  PortEvent event;
};

using ArrivedControl = std::variant<Greeting, ArrivedAttachment, ArrivedEvent, Introduction,
                                    IntroductionAnswer, PortProbe>;

/// Writes and reads what the nodes at both ends of one link tell each other (idl/ferrule/node.idl),
/// and translates addresses on the way: what is "here" for the one is "over the link" for the
/// other.
class ControlCodec {
 public:
  explicit ControlCodec(LinkId link) : link_(link) {}

  Buffer encode(const Greeting& greeting) const;
  Buffer encode(const DepartingAttachment& attachment) const;
  Buffer encode(const DepartingEvent& event) const;
  Buffer encode(const Introduction& introduction) const;
  Buffer encode(const IntroductionAnswer& answer) const;
  Buffer encode(const PortProbe& probe) const;
  /// The records of a message's handles, as the bytes of a frame's tail.
  std::vector<uint8_t> encode_records(std::span<const CarriedHandle> handles) const;

  /// Errors name the rule.
  Result<ArrivedControl> decode(const Buffer& bytes) const;
  /// Handles with the descriptors filled in, in order; as many of them as the records say.
  Result<std::vector<CarriedHandle>> decode_records(const Buffer& bytes,
                                                    std::vector<UniqueFd> descriptors) const;

 private:
  LinkId link_;
};

}  // namespace ferrule::node
