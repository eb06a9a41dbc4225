// SPDX-License-Identifier: Apache-2.0
// Times are those of std::chrono, and a stream carries bytes.
#include <chrono>
#include <iostream>

#include "ferrule/wire/codec/all.h"
#include "ferrule/wire/struct_bytes.h"
#include "ferrule/ferrule.h"

#include "calendar.idl.h"

int main() {
  using namespace std::chrono_literals;
  consumer::Appointment appointment{.begin = std::chrono::system_clock::time_point(1h),
                                    .length = 90min,
                                    .room = ferrule::Uuid::random()};
  const ferrule::Bytes bytes = ferrule::to_bytes(appointment).value();
  const auto read = ferrule::from_bytes<consumer::Appointment>(bytes);
  consumer::Invitation invitation{.appointment = appointment,
                                  .picture = ferrule::BigBuffer::make(100'000).value()};
  std::cout << (read && *read == appointment) << ' ' << invitation.picture.size() << '\n';
}
