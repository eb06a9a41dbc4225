// SPDX-License-Identifier: Apache-2.0
#include "ferrule/bindings/sync_group.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <iterator>
#include <mutex>
#include <utility>

#include <boost/asio/execution/context.hpp>
#include <boost/asio/execution_context.hpp>
#include <boost/asio/query.hpp>

#include "ferrule/bindings/endpoint.h"

namespace ferrule::bindings {
namespace {

/// For executors whose pipes are served by other threads.
class Sleep final : public SyncWait {
 public:
  void wait(Clock::TimePoint until) override {
    std::unique_lock<Mutex> lock(mutex_);
    const auto is_awake = [this] { return std::exchange(is_awake_, false); };
    if (until == Clock::kNever) {
      condition_.wait(lock, is_awake);
    } else {
      condition_.wait_until(lock, until, is_awake);
    }
  }
  void wake() noexcept override {
    {
      const MutexLock lock(mutex_);
      is_awake_ = true;
    }
    condition_.notify_one();
  }

 private:
  Mutex mutex_;
  std::condition_variable condition_;
  bool is_awake_ = false;
};

uint64_t next_number() noexcept {
  static std::atomic<uint64_t> last{0};
  return ++last;
}

/// The groups of one execution context.
class SyncGroups final : public boost::asio::execution_context::service {
 public:
  using key_type = SyncGroups;
  inline static boost::asio::execution_context::id id;

  explicit SyncGroups(boost::asio::execution_context& context) : service(context) {}

  std::shared_ptr<SyncGroup> find_or_make(const boost::asio::any_io_executor& executor) {
    const MutexLock lock(mutex_);
    std::erase_if(entries_, [](const Entry& entry) { return entry.group.expired(); });
    for (const Entry& entry : entries_) {
      if (entry.executor != executor) continue;
      if (auto group = entry.group.lock()) return group;
    }
    auto group = std::make_shared<SyncGroup>();
    entries_.push_back({executor, group});
    return group;
  }

 private:
  struct Entry {
    boost::asio::any_io_executor executor;
    std::weak_ptr<SyncGroup> group;
  };
  void shutdown() override { entries_.clear(); }

  Mutex mutex_;
  std::vector<Entry> entries_;
};

}  // namespace

std::shared_ptr<SyncGroup> SyncGroup::of(const boost::asio::any_io_executor& executor) {
  auto& context = boost::asio::query(executor, boost::asio::execution::context);
  return boost::asio::use_service<SyncGroups>(context).find_or_make(executor);
}

SyncGroup::SyncGroup() : number_(next_number()), sleep_(std::make_shared<Sleep>()) {}

void SyncGroup::add(Endpoint& endpoint) {
  endpoint.set_place_in_group(endpoints_.size());
  endpoints_.push_back(&endpoint);
}

void SyncGroup::remove(Endpoint& endpoint) {
  const size_t place = endpoint.place_in_group();
  endpoints_[place] = endpoints_.back();
  endpoints_[place]->set_place_in_group(place);
  endpoints_.pop_back();
}

size_t SyncGroup::num_open_calls() const {
  size_t num_calls = 0;
  for (const Endpoint* const endpoint : endpoints_) num_calls += endpoint->num_open_calls_on_pipe();
  return num_calls;
}

void SyncGroup::pause_receivers() {
  for (Endpoint* const endpoint : endpoints_) {
    if (endpoint->is_receiver()) endpoint->set_paused(true);
  }
}

std::string SyncGroup::describe_kept_requests() const {
  std::string names;
  for (const Endpoint* const endpoint : endpoints_) {
    if (!endpoint->has_kept_requests()) continue;
    names += (names.empty() ? "" : ", ") + std::string(endpoint->interface_name());
  }
  return names;
}

std::vector<std::weak_ptr<Endpoint>> SyncGroup::all() const {
  std::vector<std::weak_ptr<Endpoint>> all;
  all.reserve(endpoints_.size());
  for (Endpoint* const endpoint : endpoints_) all.push_back(endpoint->weak_from_this());
  return all;
}

bool SyncGroup::take_over(Endpoint& endpoint) noexcept {
  if (depth_.load() == 0) return false;
  std::shared_ptr<SyncWait> current;
  {
    const MutexLock lock(mutex_);
    if (depth_.load() == 0) return false;
    signalled_.push_back(endpoint.weak_from_this());
    current = current_;
  }
  if (current) current->wake();
  return true;
}

SyncGroup::Scope::Scope(SyncGroup& group, bool is_interruptible)
    : group_(group), was_interruptible_(std::exchange(group.is_interruptible_, is_interruptible)) {
  // What is inside a wait that may not be interrupted may not be interrupted, either.
  group_.is_interruptible_ = was_interruptible_ && is_interruptible;
  // From here on no pipe of this executor is handled elsewhere, so what is there must be looked at.
  group_.depth_.fetch_add(1);
  auto all = group_.all();
  const MutexLock lock(group_.mutex_);
  group_.signalled_ = std::move(all);
}

SyncGroup::Scope::~Scope() {
  group_.is_interruptible_ = was_interruptible_;
  std::vector<std::weak_ptr<Endpoint>> seen;
  {
    const MutexLock lock(group_.mutex_);
    auto& signalled = group_.signalled_;
    std::move(signalled.begin(), signalled.end(), std::back_inserter(group_.seen_));
    signalled.clear();
    if (group_.depth_.fetch_sub(1) == 1) {
      seen = std::exchange(group_.seen_, {});
    } else {
      // Those inside may have left requests that whoever is outside of them can serve.
      signalled = std::exchange(group_.seen_, {});
    }
  }
  for (const auto& weak : seen) {
    if (const auto endpoint = weak.lock()) endpoint->wake();
  }
}

/// Those that are signalled meanwhile have to wait for the next time, so that a peer that never
/// stops does not keep the one who waits from looking at the clock.
void SyncGroup::Scope::serve() {
  std::vector<std::weak_ptr<Endpoint>> signalled;
  {
    const MutexLock lock(group_.mutex_);
    signalled.swap(group_.signalled_);
  }
  for (std::weak_ptr<Endpoint>& weak : signalled) {
    const auto endpoint = weak.lock();
    if (!endpoint) continue;
    if (endpoint->mark_seen()) {
      const MutexLock lock(group_.mutex_);
      group_.seen_.push_back(std::move(weak));
    }
    endpoint->serve_synchronous(group_.is_interruptible_);
  }
}

void SyncGroup::Scope::wait(Clock::TimePoint until) {
  auto wait = group_.installed_.lock();
  if (!wait) wait = group_.sleep_;
  {
    const MutexLock lock(group_.mutex_);
    if (!group_.signalled_.empty()) return;
    group_.current_ = wait;
  }
  wait->wait(until);
  const MutexLock lock(group_.mutex_);
  group_.current_ = nullptr;
}

}  // namespace ferrule::bindings
