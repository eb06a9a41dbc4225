// SPDX-License-Identifier: Apache-2.0
#include "ferrule/bindings/co_answer.h"

#include <string>

namespace ferrule::bindings {

void log_thrown(const std::exception_ptr& thrown) noexcept {
  try {
    std::rethrow_exception(thrown);
  } catch (const std::exception& exception) {
    log(LogLevel::kError, std::string("a service's coroutine threw: ") + exception.what());
  } catch (...) {
    log(LogLevel::kError, "a service's coroutine threw something that is no std::exception");
  }
}

}  // namespace ferrule::bindings
