// SPDX-License-Identifier: Apache-2.0
//
// Who waits for whom, for those who debug. An executor that waits in a synchronous call sleeps; its
// innermost call is the one that counts. The request of that call has an id that is used once in
// this process, so an endpoint that gets it, over whatever pipes and sockets, knows who sent it.
// From the call an arrow leads to the executor that has the request, if
//
//   it is being handled there     the answer has to come from there
//   it is kept waiting there      and that executor's innermost call lets no requests in
//
// and if that executor sleeps, too. Each looks, right before it falls asleep, where the arrows
// lead: if back to itself, they wait for each other. Whoever closes a circle sleeps last, so none
// is missed. An answer takes its arrow away before it leaves.
//
// A kept request alone is certain: nothing can happen on that executor. One that is being handled
// can still be answered by a synchronous request that somebody else makes to an executor in the
// circle, if that lets it in. That such a program means to is unlikely, and this is a line in the
// log.
//
// Other processes see no part of this, and a peer that repeats ids can make us write a line.
#include "ferrule/bindings/sync_watch.h"

#include <algorithm>
#include <atomic>
#include <unordered_map>

#include "ferrule/base/log.h"
#include "ferrule/base/mutex.h"
#include "ferrule/base/name128.h"
#include "ferrule/bindings/sync_group.h"

namespace ferrule {
namespace {

#ifdef NDEBUG
constexpr Clock::Duration kPatience{0};
#else
constexpr Clock::Duration kPatience = std::chrono::seconds(10);
#endif

std::atomic<Clock::Duration> patience{kPatience};

/// The high halves of ids that were drawn: above the first, and not above the last. Zero if none.
std::atomic<uint64_t> first_ids{0};
std::atomic<uint64_t> last_ids{0};

/// Requests of this process that are at an end of this process. A peer may make some up.
constexpr size_t kMaxNotedRequests = 4096;

}  // namespace

void set_sync_patience(Clock::Duration new_patience) noexcept { patience = new_patience; }

namespace bindings {

struct SyncWatch::Waits {
  struct Note {
    uint64_t holder;  // the group where the request is
    const void* owner;
    bool is_kept;
  };

  Mutex mutex;
  std::vector<SyncWatch*> all;               // in the order in which they began
  std::unordered_map<uint64_t, Note> notes;  // often there before who sent the request waits
};

/// Never destroyed: a thread may wait when the program ends.
SyncWatch::Waits& SyncWatch::waits() {
  static auto* const all = new Waits;
  return *all;
}

SyncWatch::SyncWatch(std::string_view interface_name, const char* method, uint64_t request_id,
                     const SyncGroup& group)
    : group_(group),
      request_id_(request_id),
      lets_requests_in_(group.lets_requests_in()),
      patience_(patience) {
  if (patience_ <= Clock::Duration::zero()) return;
  what_ = std::string(interface_name) + "." + (method != nullptr ? method : "?") +
          (lets_requests_in_ ? "" : " (which lets no requests in)");
  due_ = std::chrono::steady_clock::now() + patience_;
  const MutexLock lock(waits().mutex);
  waits().all.push_back(this);
}

SyncWatch::~SyncWatch() {
  if (what_.empty()) return;
  const MutexLock lock(waits().mutex);
  std::erase(waits().all, this);
}

Clock::TimePoint SyncWatch::begin_sleep(Clock::TimePoint until) {
  if (what_.empty()) return until;
  std::string circle;
  {
    const MutexLock lock(waits().mutex);
    is_asleep_ = true;
    circle = describe_circle();
  }
  if (!circle.empty()) {
    log(LogLevel::kWarning, "synchronous calls wait for each other: " + circle +
                                ". None of them ends but by a deadline or with its pipe.");
  }
  return std::min(until, due_);
}

void SyncWatch::end_sleep() {
  if (what_.empty()) return;
  {
    const MutexLock lock(waits().mutex);
    is_asleep_ = false;
  }
  if (due_ != Clock::kNever && std::chrono::steady_clock::now() >= due_) complain();
}

void SyncWatch::complain() {
  due_ = Clock::kNever;
  std::string text = "a synchronous call has waited for " +
                     std::to_string(std::chrono::ceil<std::chrono::seconds>(patience_).count()) +
                     " s: " + what_ + ".";
  if (const std::string kept = group_.describe_kept_requests(); !kept.empty()) {
    text += " Requests that it keeps waiting are for: " + kept + ".";
  }
  std::vector<std::string> others;
  {
    const MutexLock lock(waits().mutex);
    for (const SyncWatch* const each : waits().all) others.push_back(each->what_);
  }
  std::sort(others.begin(), others.end());
  text += " All that wait in this process:";
  for (const std::string& each : others) text += " " + each + ";";
  text.back() = '.';
  log(LogLevel::kWarning, text + " If they wait for each other, none of them ends.");
}

// ---- arrows; under the lock ---------------------------------------------------------------------

SyncWatch* SyncWatch::innermost(uint64_t group) {
  auto& all = waits().all;
  const auto it = std::find_if(all.rbegin(), all.rend(), [group](const SyncWatch* each) {
    return each->group_.number() == group;
  });
  return it == all.rend() ? nullptr : *it;
}

SyncWatch* SyncWatch::next_in_circle() const {
  const auto note = waits().notes.find(request_id_);
  if (!is_asleep_ || note == waits().notes.end()) return nullptr;
  SyncWatch* const next = innermost(note->second.holder);
  if (next == nullptr || !next->is_asleep_) return nullptr;
  if (note->second.is_kept && next->lets_requests_in_) return nullptr;
  return next;
}

/// Empty if there is none that this is a part of, or it was told of.
std::string SyncWatch::describe_circle() {
  std::vector<SyncWatch*> circle;
  SyncWatch* next = this;
  bool is_told = true;
  do {
    // No more steps than there are calls: it may be another circle that this leads into.
    if (circle.size() > waits().all.size()) return {};
    circle.push_back(next);
    is_told = is_told && next->is_told_;
    next = next->next_in_circle();
    if (next == nullptr) return {};
  } while (next != this);
  if (is_told) return {};
  std::string text;
  for (SyncWatch* const each : circle) {
    each->is_told_ = true;
    text += each->what_ + " -> ";
  }
  return text + what_;
}

// ---- requests -----------------------------------------------------------------------------------

uint64_t SyncWatch::draw_request_ids() noexcept {
  if (patience.load(std::memory_order_relaxed) <= Clock::Duration::zero()) return 0;
  const MutexLock lock(waits().mutex);
  if (last_ids == 0) {
    first_ids = random128().low >> 33 | uint64_t{1} << 31;
    last_ids = first_ids.load();
  }
  return ++last_ids << 32;
}

bool SyncWatch::note(uint64_t request_id, const SyncGroup& group, const void* owner, bool is_kept) {
  const uint64_t ids = request_id >> 32;
  if (ids > last_ids.load(std::memory_order_acquire) || ids <= first_ids) return false;
  const MutexLock lock(waits().mutex);
  if (waits().notes.size() >= kMaxNotedRequests) return false;
  waits().notes[request_id] = {group.number(), owner, is_kept};
  return true;
}

bool SyncWatch::note_kept(uint64_t request_id, const SyncGroup& group, const void* owner) {
  return note(request_id, group, owner, true);
}

bool SyncWatch::note_taken(uint64_t request_id, const SyncGroup& group, const void* owner) {
  return note(request_id, group, owner, false);
}

void SyncWatch::note_answered(uint64_t request_id) {
  const MutexLock lock(waits().mutex);
  waits().notes.erase(request_id);
}

void SyncWatch::note_gone(const void* owner) {
  const MutexLock lock(waits().mutex);
  std::erase_if(waits().notes, [owner](const auto& each) { return each.second.owner == owner; });
}

}  // namespace bindings
}  // namespace ferrule
