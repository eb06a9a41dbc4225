// SPDX-License-Identifier: Apache-2.0
#include "ferrule/types/error_value.h"

#include <string>

namespace ferrule {

common::Error to_value(const Error& error) {
  return {.category = error.code().category().name(),
          .value = error.code().value(),
          .message = error.message()};
}

Error from_value(const common::Error& value) {
  for (const boost::system::error_category* known :
       {&error_category(), &boost::system::system_category(), &boost::system::generic_category()}) {
    // 0 is no error anywhere.
    if (value.value == 0) break;
    if (value.category == known->name()) return {error_code(value.value, *known), value.message};
  }
  return {Errc::kBadMessage,
          value.category + ' ' + std::to_string(value.value) + ": " + value.message};
}

}  // namespace ferrule
