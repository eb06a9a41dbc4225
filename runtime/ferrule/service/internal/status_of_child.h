// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

#include "ferrule/base/memory.h"
#include "ferrule/base/result.h"
#include "ferrule/base/unique_fd.h"
#include "ferrule/service/last_call.h"

namespace ferrule::status {
struct Page;
}

namespace ferrule::service {

/// What a page says, or as much of it as can be true. `page` is a copy, or nobody writes to it now.
std::vector<LastCall> calls_shown_in(const status::Page& page);

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

/// In any other: in a page of its own, for those who look at this process. Once.
void show_own_status();

}  // namespace ferrule::service
