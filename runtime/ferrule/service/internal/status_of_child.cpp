// SPDX-License-Identifier: Apache-2.0
#include "ferrule/service/internal/status_of_child.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "ferrule/base/internal/status_page.h"
#include "ferrule/platform/mapping.h"
#include "ferrule/platform/memfd.h"

namespace ferrule {

std::string LastCall::to_text() const {
  return (is_in_progress ? "in " : "after ") + interface_name + "." + method;
}

namespace service {
namespace {

template <size_t N>
std::string to_printable(const char (&bytes)[N]) {
  std::string text(bytes, ::strnlen(bytes, N - 1));
  // What is printed to a terminal must not be able to command it.
  std::replace_if(
      text.begin(), text.end(), [](char byte) { return byte < ' ' || byte > '~'; }, '?');
  return text;
}

struct SeenCall {
  uint64_t order = 0;
  LastCall call;
};

std::optional<SeenCall> see(const status::ThreadStatus& thread) {
  constexpr uint32_t kKnown = status::kSecondText | status::kInside;
  if (thread.order == 0 || (thread.place & ~kKnown) != 0) return std::nullopt;
  const status::CallText& text = thread.texts[thread.place & status::kSecondText];
  SeenCall seen{thread.order,
                {to_printable(text.interface_name), to_printable(text.method),
                 (thread.place & status::kInside) != 0}};
  if (seen.call.interface_name.empty() || seen.call.method.empty()) return std::nullopt;
  return seen;
}

Result<UniqueFd> make_page() {
  auto memfd = platform::create_memfd(status::kMemoryName, sizeof(status::Page));
  if (!memfd) return memfd;
  // A page that nobody made is made by reading it, which kills if there is no memory left.
  if (auto made = platform::allocate_pages(*memfd, sizeof(status::Page)); !made) {
    return std::move(made).error();
  }
  if (auto sealed = platform::seal_memfd(*memfd, platform::Seals::kFixedSize); !sealed) {
    return std::move(sealed).error();
  }
  return memfd;
}

// A process that cannot show its status goes on without.
void show_in(UniqueFd memfd) {
  auto memory = platform::map_memfd(memfd, sizeof(status::Page), {});
  if (memory) status::show_in(*std::move(memory), std::move(memfd));
}

}  // namespace

Result<StatusOfChild> StatusOfChild::make(UniqueFd& descriptor) {
  auto memfd = make_page();
  if (!memfd) return std::move(memfd).error();
  auto memory = platform::map_memfd(*memfd, sizeof(status::Page),
                                    {.kind = platform::MappingKind::kSharedReadOnly});
  if (!memory) return std::move(memory).error();
  descriptor = *std::move(memfd);
  return StatusOfChild(*std::move(memory));
}

std::vector<LastCall> StatusOfChild::last_calls() const {
  if (!memory_) return {};
  status::Page page;
  std::memcpy(&page, memory_->data(), sizeof(page));
  return calls_shown_in(page);
}

std::vector<LastCall> calls_shown_in(const status::Page& page) {
  if (page.format != status::kFormat) return {};
  std::vector<SeenCall> seen;
  for (const status::ThreadStatus& thread : page.threads) {
    if (auto call = see(thread)) seen.push_back(*std::move(call));
  }
  // What is in progress first, and then by time.
  std::stable_sort(seen.begin(), seen.end(), [](const SeenCall& a, const SeenCall& b) {
    return std::pair(a.call.is_in_progress, a.order) > std::pair(b.call.is_in_progress, b.order);
  });
  std::vector<LastCall> calls;
  for (SeenCall& one : seen) {
    if (calls.empty() || one.call.is_in_progress) calls.push_back(std::move(one.call));
  }
  return calls;
}

void show_status(int number) {
  auto memfd = platform::adopt_inherited_memory(number);
  if (!memfd) return;
  const auto status = platform::inspect_memfd(*memfd);
  if (status && status->is_fixed_size && status->num_bytes == sizeof(status::Page)) {
    show_in(*std::move(memfd));
  } else {
    static_cast<void>(memfd->release());  // somebody else's
  }
}

void show_own_status() {
  if (status::shown_page.load(std::memory_order_acquire) != nullptr) return;
  if (auto memfd = make_page()) show_in(*std::move(memfd));
}

}  // namespace service
}  // namespace ferrule
