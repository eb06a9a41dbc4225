// SPDX-License-Identifier: Apache-2.0
// A call costs a few stores here: each thread has a place of its own in the page, so nothing is
// locked, and a text is written only if it is another one than before, which is seen by where the
// names lie. What the compiler must not reorder is stored through atomics; that the text is there
// before the mark that says so is all that counts for a reader, who comes when the process is gone.
#include "ferrule/base/internal/status_page.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <utility>

namespace ferrule::status {
namespace {

std::atomic<uint32_t> taken_places{0};  // a bit for each thread of the page

/// What there is, also before anybody is shown it.
std::atomic<uint64_t> counts[kNumCounts]{};

/// What this thread wrote last. Of its place nothing is read back.
struct Here {
  ThreadStatus* place = nullptr;
  std::string_view interface_name;
  const char* method = nullptr;
  uint32_t text = 0;
  bool is_inside = false;
  bool is_ending = false;  // its place was given back for good
};
constinit thread_local Here here;

/// Gives the place back when its thread ends.
struct PlaceOwner {
  uint32_t bit = 0;
  PlaceOwner() = default;
  PlaceOwner(const PlaceOwner&) = delete;
  PlaceOwner& operator=(const PlaceOwner&) = delete;
  ~PlaceOwner() {
    here.place = nullptr;
    here.is_ending = true;
    taken_places.fetch_and(~bit, std::memory_order_release);
  }
};

/// Where all places are taken the thread goes unseen.
bool take_place(Page& page) noexcept {
  if (here.is_ending) return false;
  for (size_t i = 0; i < kNumThreads; ++i) {
    const uint32_t bit = uint32_t{1} << i;
    if ((taken_places.fetch_or(bit, std::memory_order_acquire) & bit) != 0) continue;
    thread_local PlaceOwner owner;
    owner.bit = bit;
    here.place = &page.threads[i];
    here.method = nullptr;
    return true;
  }
  return false;
}

template <size_t N>
void copy_text(char (&to)[N], std::string_view text) noexcept {
  const size_t size = std::min(text.size(), N - 1);
  std::memcpy(to, text.data(), size);
  to[size] = '\0';
}

template <class T>
void store(T& to, T value) noexcept {
  std::atomic_ref<T>(to).store(value, std::memory_order_release);
}

}  // namespace

void show_in(MemoryRef memory, UniqueFd descriptor) {
  if (memory->size() < sizeof(Page)) return;
  using Kept = std::pair<MemoryRef, UniqueFd>;
  static std::atomic<const Kept*> kept{nullptr};  // for ever
  auto mine = std::make_unique<const Kept>(std::move(memory), std::move(descriptor));
  const Kept* first = nullptr;
  if (!kept.compare_exchange_strong(first, mine.get())) return;
  Page* const shown = reinterpret_cast<Page*>(mine.release()->first->data());
  for (size_t i = 0; i < kNumCounts; ++i) {
    store(shown->counts[i], counts[i].load(std::memory_order_relaxed));
  }
  store(shown->format, kFormat);
  shown_page.store(shown, std::memory_order_release);
}

void note_call(Page& page, std::string_view interface_name, const char* method) noexcept {
  if (here.place == nullptr && !take_place(page)) return;
  ThreadStatus& place = *here.place;
  if (here.method != method || here.interface_name.data() != interface_name.data()) {
    here.text ^= kSecondText;
    CallText& text = place.texts[here.text];
    copy_text(text.interface_name, interface_name);
    copy_text(text.method, method);
    here.interface_name = interface_name;
    here.method = method;
  }
  here.is_inside = true;
  // No more than a hint which of several threads was the last: two may take the same number.
  const std::atomic_ref<uint64_t> last(page.last_order);
  const uint64_t order = last.load(std::memory_order_relaxed) + 1;
  last.store(order, std::memory_order_relaxed);
  store(place.order, order);
  store(place.place, here.text | kInside);
}

void add(Count count, int difference) noexcept {
  const size_t i = static_cast<size_t>(count);
  const uint64_t added = static_cast<uint64_t>(int64_t{difference});
  counts[i].fetch_add(added, std::memory_order_relaxed);
  if (Page* const shown = shown_page.load(std::memory_order_acquire)) {
    std::atomic_ref<uint64_t>(shown->counts[i]).fetch_add(added, std::memory_order_relaxed);
  }
}

void CallScope::remember() noexcept {
  is_shown_ = true;
  if (!here.is_inside) return;
  interface_name_ = here.interface_name;
  method_ = here.method;
}

void CallScope::restore() noexcept {
  if (here.place == nullptr) return;
  if (method_ != nullptr) return note_call(interface_name_, method_);
  here.is_inside = false;
  store(here.place->place, here.text);
}

}  // namespace ferrule::status
