// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

#include "ferrule/base/memory.h"
#include "ferrule/base/result.h"
#include "ferrule/base/unique_fd.h"
#include "ferrule/service/last_call.h"

namespace ferrule::service {

/// The page in which a program that is launched shows what it does (`status::Page`), mapped here to
/// be read. The program can write there whatever it likes, whenever it likes: the bytes are copied
/// before they are looked at, every size and number is checked, and of texts only what can be
/// printed is kept. Its size is sealed.
class StatusOfChild {
 public:
  /// Of nobody: there are no calls.
  StatusOfChild() = default;

  /// A new page. `descriptor` is for the program.
  static Result<StatusOfChild> make(UniqueFd& descriptor);

  /// The calls it is in, the last one first; if it is in none, the one that it began last.
  std::vector<LastCall> last_calls() const;

 private:
  explicit StatusOfChild(MemoryRef memory) noexcept : memory_(std::move(memory)) {}

  MemoryRef memory_;  // read-only
};

/// In a program that was launched: begins to show its status in the page under this number, if it
/// is one. Without, the program goes on all the same.
void show_status(int number);

}  // namespace ferrule::service
