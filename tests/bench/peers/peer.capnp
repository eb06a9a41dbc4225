# SPDX-License-Identifier: Apache-2.0
@0xb7a5d1c86e4f2093;
using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("ferrule::bench::capnp_peer");

interface Worker {
  sum @0 (bytes :Data) -> (sum :UInt64);
  count @1 (bytes :Data) -> stream;
  takeCount @2 () -> (count :UInt64);
}
