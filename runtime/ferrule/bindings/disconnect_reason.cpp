// SPDX-License-Identifier: Apache-2.0
#include "ferrule/bindings/disconnect_reason.h"

#include <utility>

#include "ferrule/bindings/binding_limits.h"

namespace ferrule {
namespace {

// Categories are constants that are never deleted, so the base class has no virtual destructor, on
// purpose. The warning cannot know.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wnon-virtual-dtor"

class Category final : public boost::system::error_category {
 public:
  const char* name() const noexcept override { return "ferrule.disconnect"; }
  std::string message(int value) const override {
    return "closed with reason " + std::to_string(static_cast<uint32_t>(value));
  }
  /// 0 is a reason as good as others.
  bool failed(int /*value*/) const noexcept override { return true; }
};

#pragma GCC diagnostic pop

bool is_continuation(char byte) { return (static_cast<unsigned char>(byte) & 0xc0U) == 0x80U; }

}  // namespace

const boost::system::error_category& disconnect_category() noexcept {
  static const Category category;
  return category;
}

namespace bindings {

Error to_disconnect_error(uint32_t custom_reason, std::string description) {
  if (description.size() > kMaxReasonBytes) {
    size_t end = kMaxReasonBytes;
    while (end > 0 && is_continuation(description[end])) --end;
    description.resize(end);
  }
  return {error_code(static_cast<int>(custom_reason), disconnect_category()),
          std::move(description)};
}

}  // namespace bindings
}  // namespace ferrule
