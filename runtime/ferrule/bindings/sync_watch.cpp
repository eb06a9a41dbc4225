// SPDX-License-Identifier: Apache-2.0
#include "ferrule/bindings/sync_watch.h"

#include <atomic>
#include <set>

#include "ferrule/base/log.h"
#include "ferrule/base/mutex.h"
#include "ferrule/bindings/sync_group.h"

namespace ferrule {
namespace {

#ifdef NDEBUG
constexpr Clock::Duration kPatience{0};
#else
constexpr Clock::Duration kPatience = std::chrono::seconds(10);
#endif

std::atomic<Clock::Duration> patience{kPatience};

/// All that wait in this process. Never destroyed: a thread may wait when the program ends.
struct Waits {
  Mutex mutex;
  std::multiset<std::string> texts;
};
Waits& waits() {
  static auto* const all = new Waits;
  return *all;
}

}  // namespace

void set_sync_patience(Clock::Duration new_patience) noexcept { patience = new_patience; }

namespace bindings {

SyncWatch::SyncWatch(std::string_view interface_name, const char* method, bool is_interruptible)
    : patience_(patience) {
  if (patience_ <= Clock::Duration::zero()) return;
  what_ = std::string(interface_name) + "." + (method != nullptr ? method : "?") +
          (is_interruptible ? "" : " (which lets no requests in)");
  due_ = std::chrono::steady_clock::now() + patience_;
  const MutexLock lock(waits().mutex);
  waits().texts.insert(what_);
}

SyncWatch::~SyncWatch() {
  if (what_.empty()) return;
  const MutexLock lock(waits().mutex);
  waits().texts.erase(waits().texts.find(what_));
}

void SyncWatch::complain_if_due(const SyncGroup& group) {
  if (std::chrono::steady_clock::now() < due_) return;
  due_ = Clock::kNever;
  std::string text = "a synchronous call has waited for " +
                     std::to_string(std::chrono::ceil<std::chrono::seconds>(patience_).count()) +
                     " s: " + what_ + ".";
  if (const std::string kept = group.describe_kept_requests(); !kept.empty()) {
    text += " Requests that it keeps waiting are for: " + kept + ".";
  }
  text += " All that wait in this process:";
  {
    const MutexLock lock(waits().mutex);
    for (const std::string& each : waits().texts) text += " " + each + ";";
  }
  text.back() = '.';
  log(LogLevel::kWarning, text + " If they wait for each other, none of them ends.");
}

}  // namespace bindings
}  // namespace ferrule
