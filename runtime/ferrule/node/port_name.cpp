// SPDX-License-Identifier: Apache-2.0
#include "ferrule/node/port_name.h"

#include "ferrule/base/siphash.h"

namespace ferrule::node {

PortNamer::PortNamer() : key_(random128()) {}

PortName PortNamer::make() const {
  const uint64_t word = random128().high;
  return {word, siphash24(key_.high, key_.low, word)};
}

bool PortNamer::made(const PortName& name) const noexcept {
  return siphash24(key_.high, key_.low, name.high) == name.low;
}

}  // namespace ferrule::node
