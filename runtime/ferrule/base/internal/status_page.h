// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "ferrule/base/memory.h"
#include "ferrule/base/unique_fd.h"

/// What a process shows of itself, to whoever launched it and to those who may look at it: the
/// calls its threads are in, and how many ends of pipes and links to others it has. A process that
/// dies can say nothing any more; the page is still there. Whoever reads it takes it for what it
/// is, the word of the other process.
///
/// There is one page for the whole process, as there is one end of it, whichever runtime a call
/// came through. Until there is one, everything here does nothing. Thread-safe.
namespace ferrule::status {

/// Written by a process that shows its status. Whoever reads another number here cannot know what
/// stands in the rest.
inline constexpr uint32_t kFormat = 1;
/// Threads that can be in calls at a time and be seen in them.
inline constexpr size_t kNumThreads = 15;

/// Names that are cut if need be, and end with a zero.
struct CallText {
  char interface_name[80];
  char method[40];
};

inline constexpr uint32_t kSecondText = 1;  ///< of `ThreadStatus::place`: which text counts
inline constexpr uint32_t kInside = 2;      ///< and whether the call is still in progress

/// The call that a thread is in, or was in last. There are two texts so that one is always whole,
/// wherever the process is stopped.
struct ThreadStatus {
  uint64_t order;  ///< which of all calls it was; 0: none yet
  uint32_t place;
  uint32_t unused;
  CallText texts[2];
};

/// What is counted, of all runtimes in the process.
enum class Count : uint8_t { kPipeEnds, kLinks };
inline constexpr size_t kNumCounts = 2;

/// The memfd's name, by which it is found among the descriptors of a process.
inline constexpr const char* kMemoryName = "ferrule-status";

struct Page {
  uint32_t format;
  uint32_t unused[57];
  uint64_t counts[kNumCounts];
  uint64_t last_order;
  ThreadStatus threads[kNumThreads];
};
static_assert(sizeof(Page) == 4096, "the smallest page there is");

/// From now on this process shows its status in `memory`, which is a zeroed `Page`. Only the first
/// time; the page stays mapped until the process ends, as no thread says that it will call no more,
/// and `descriptor` stays open for those who may look at this process.
void show_in(MemoryRef memory, UniqueFd descriptor);

/// Null until there is one.
inline std::atomic<Page*> shown_page{nullptr};

/// Notes that this thread begins a call. Both names have static storage.
void note_call(Page& page, std::string_view interface_name, const char* method) noexcept;

inline void note_call(std::string_view interface_name, const char* method) noexcept {
  if (Page* const shown = shown_page.load(std::memory_order_acquire)) {
    note_call(*shown, interface_name, method);
  }
}

/// Lives while a call is brought to its implementation. When it goes the thread is where it was
/// before: in another call, if that one waits, or in none.
class CallScope {
 public:
  CallScope() noexcept {
    if (shown_page.load(std::memory_order_acquire) != nullptr) remember();
  }
  CallScope(const CallScope&) = delete;
  CallScope& operator=(const CallScope&) = delete;
  ~CallScope() {
    if (is_shown_) restore();
  }

 private:
  void remember() noexcept;
  void restore() noexcept;

  bool is_shown_ = false;
  std::string_view interface_name_;  // of the call before
  const char* method_ = nullptr;     // null: there was none
};

void add(Count count, int difference) noexcept;

/// One more of something, as long as this lives.
template <Count kWhat>
class Counted {
 public:
  Counted() noexcept { add(kWhat, 1); }
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;
  ~Counted() { add(kWhat, -1); }
};

}  // namespace ferrule::status
