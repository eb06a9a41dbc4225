// SPDX-License-Identifier: Apache-2.0
// One interface in its versions 0 to 3, each compiled on its own. Every version calls every other:
// what both know arrives, what the older one does not know is skipped, and what the newer one is
// not told has its default.

#include <boost/asio/io_context.hpp>

#include <gtest/gtest.h>

#include "ferrule/node/node.h"
#include "ferrule/ferrule.h"

#include "store_v0.idl.h"
#include "store_v1.idl.h"
#include "store_v2.idl.h"
#include "store_v3.idl.h"
#include "support/io_loop.h"

namespace ferrule::versions {

// The newest version's view of an Item, for any version: what it does not have is not set.
struct Seen {
  int32_t id = 0;
  std::optional<std::string> label;
  std::optional<int32_t> weight;
  std::optional<bool> fragile;
  std::optional<std::vector<int32_t>> parts;

  friend bool operator==(const Seen&, const Seen&) = default;
};

template <class Item>
Seen see(const Item& item) {
  Seen seen{.id = item.id, .label = {}, .weight = {}, .fragile = {}, .parts = {}};
  if constexpr (requires { item.label; }) seen.label = item.label;
  if constexpr (requires { item.weight; }) seen.weight = item.weight;
  if constexpr (requires { item.fragile; }) seen.fragile = item.fragile;
  if constexpr (requires { item.parts; }) seen.parts = item.parts;
  return seen;
}

// Everything set, to something that is not the default.
template <class Item>
Item make_item() {
  Item item;
  item.id = 7;
  if constexpr (requires { item.label; }) item.label = "label";
  if constexpr (requires { item.weight; }) item.weight = 12;
  if constexpr (requires { item.fragile; }) item.fragile = false;
  if constexpr (requires { item.parts; }) item.parts = {1, 2, 3};
  return item;
}

struct Stored {
  Seen item;
  int32_t mood = -1;
  std::optional<std::string> note;
  std::optional<int32_t> copies;
  int num_clears = 0;
};

class StoreV0 final : public v0::Store, public Stored {
  void Put(v0::Item new_item, v0::Mood new_mood, Reply<int32_t> reply) override {
    item = see(new_item);
    mood = static_cast<int32_t>(new_mood);
    reply(new_item.id);
  }
};

class StoreV1 final : public v1::Store, public Stored {
  void Put(v1::Item new_item, v1::Mood new_mood, std::optional<std::string> new_note,
           Reply<int32_t> reply) override {
    item = see(new_item);
    mood = static_cast<int32_t>(new_mood);
    note = std::move(new_note);
    reply(new_item.id);
  }
  void Count(Reply<int32_t> reply) override { reply(41); }
};

class StoreV2 final : public v2::Store, public Stored {
  void Put(v2::Item new_item, v2::Mood new_mood, std::optional<std::string> new_note,
           Reply<int32_t, std::optional<v2::Item>> reply) override {
    item = see(new_item);
    mood = static_cast<int32_t>(new_mood);
    note = std::move(new_note);
    reply(new_item.id, make_item<v2::Item>());
  }
  void Count(Reply<int32_t> reply) override { reply(41); }
};

class StoreV3 final : public v3::Store, public Stored {
  void Put(v3::Item new_item, v3::Mood new_mood, std::optional<std::string> new_note,
           std::optional<int32_t> new_copies,
           Reply<int32_t, std::optional<v3::Item>> reply) override {
    item = see(new_item);
    mood = static_cast<int32_t>(new_mood);
    note = std::move(new_note);
    copies = new_copies;
    reply(new_item.id, make_item<v3::Item>());
  }
  void Count(Reply<int32_t> reply) override { reply(41); }
  void Clear() override { ++num_clears; }
};

template <int kVersion>
struct Types;
template <>
struct Types<0> {
  using Store = v0::Store;
  using Item = v0::Item;
  using Mood = v0::Mood;
  using Service = StoreV0;
};
template <>
struct Types<1> {
  using Store = v1::Store;
  using Item = v1::Item;
  using Mood = v1::Mood;
  using Service = StoreV1;
};
template <>
struct Types<2> {
  using Store = v2::Store;
  using Item = v2::Item;
  using Mood = v2::Mood;
  using Service = StoreV2;
};
template <>
struct Types<3> {
  using Store = v3::Store;
  using Item = v3::Item;
  using Mood = v3::Mood;
  using Service = StoreV3;
};

/// What is left of an item that `from` made when `to` sees it.
Seen expected_item(int from, int to) {
  const int both = std::min(from, to);
  Seen seen{.id = 7, .label = {}, .weight = {}, .fragile = {}, .parts = {}};
  if (both >= 1) seen.label = "label";
  if (both >= 2) seen.weight = 12;
  if (to >= 2) seen.fragile = from < 2;  // the default where nobody said otherwise
  if (both >= 3) seen.parts = {1, 2, 3};
  return seen;
}

template <class Pair>
class VersionsTest : public testing::Test {
 protected:
  static constexpr int kClient = Pair::kClient;
  static constexpr int kServer = Pair::kServer;
  using Client = Types<kClient>;
  using Server = Types<kServer>;

  VersionsTest() {
    auto pipe = make_pipe<typename Server::Store>(*node_);
    receiver_.bind(std::move(pipe.receiver), io_.get_executor());
    remote_.bind(PendingRemote<typename Client::Store>(pipe.remote.take_end()), io_.get_executor());
    remote_.set_disconnect_handler([this] { is_disconnected_ = true; });
  }

  void run() { test::run_ready(io_); }

  // 2 is a mood since version 2.
  auto put(int32_t mood, auto handler) {
    const auto item = make_item<typename Client::Item>();
    const auto how = static_cast<typename Client::Mood>(mood);
    if constexpr (kClient == 0) {
      remote_->Put(item, how, std::move(handler));
    } else if constexpr (kClient < 3) {
      remote_->Put(item, how, "note", std::move(handler));
    } else {
      remote_->Put(item, how, "note", 5, std::move(handler));
    }
    run();
  }

  boost::asio::io_context io_{1};
  const std::shared_ptr<node::Node> node_ = node::Node::create();
  typename Server::Service service_;
  Receiver<typename Server::Store> receiver_{service_};
  Remote<typename Client::Store> remote_;
  bool is_disconnected_ = false;
};

template <int kClientVersion, int kServerVersion>
struct VersionPair {
  static constexpr int kClient = kClientVersion;
  static constexpr int kServer = kServerVersion;
};
using AllPairs =
    testing::Types<VersionPair<0, 0>, VersionPair<0, 1>, VersionPair<0, 2>, VersionPair<0, 3>,
                   VersionPair<1, 0>, VersionPair<1, 1>, VersionPair<1, 2>, VersionPair<1, 3>,
                   VersionPair<2, 0>, VersionPair<2, 1>, VersionPair<2, 2>, VersionPair<2, 3>,
                   VersionPair<3, 0>, VersionPair<3, 1>, VersionPair<3, 2>, VersionPair<3, 3>>;

struct PairName {
  template <class Pair>
  static std::string GetName(int /*index*/) {
    return "client" + std::to_string(Pair::kClient) + "server" + std::to_string(Pair::kServer);
  }
};
TYPED_TEST_SUITE(VersionsTest, AllPairs, PairName);

TYPED_TEST(VersionsTest, ShareWhatBothKnow) {
  constexpr int kFrom = TestFixture::kClient;
  constexpr int kTo = TestFixture::kServer;
  std::optional<int32_t> id;
  std::optional<Seen> stored;
  this->put(1, [&](error_code error, int32_t got, auto... more) {
    EXPECT_FALSE(error) << error.message();
    id = got;
    ((more ? stored = see(*more) : stored), ...);
  });
  EXPECT_EQ(id, 7);
  EXPECT_EQ(this->service_.item, expected_item(kFrom, kTo));
  EXPECT_EQ(this->service_.mood, 1);
  constexpr int kBoth = std::min(kFrom, kTo);
  EXPECT_EQ(this->service_.note, kBoth >= 1 ? std::optional<std::string>("note") : std::nullopt);
  EXPECT_EQ(this->service_.copies, kBoth >= 3 ? std::optional(5) : std::nullopt);
  EXPECT_EQ(stored, kBoth >= 2 ? std::optional(expected_item(kTo, kFrom)) : std::nullopt);
  EXPECT_FALSE(this->is_disconnected_);
}

TYPED_TEST(VersionsTest, ReadUnknownValuesAsTheDefault) {
  this->put(2, [&](error_code error, auto...) { EXPECT_FALSE(error) << error.message(); });
  EXPECT_EQ(this->service_.mood, TestFixture::kServer >= 2 ? 2 : 0);
}

TYPED_TEST(VersionsTest, RefuseMethodsTheyDoNotHave) {
  if constexpr (TestFixture::kClient >= 1) {
    std::optional<error_code> count_error;
    this->remote_->Count([&](error_code error, int32_t count) {
      count_error = error;
      EXPECT_EQ(count, error ? 0 : 41);
    });
    this->run();
    ASSERT_TRUE(count_error);
    EXPECT_EQ(!*count_error, TestFixture::kServer >= 1) << count_error->message();
    EXPECT_EQ(this->is_disconnected_, TestFixture::kServer < 1);
  }
  if constexpr (TestFixture::kClient >= 3) {
    if (this->is_disconnected_) return;
    this->remote_->Clear();
    this->run();
    EXPECT_EQ(this->service_.num_clears, TestFixture::kServer >= 3 ? 1 : 0);
    EXPECT_EQ(this->is_disconnected_, TestFixture::kServer < 3);
  }
}

}  // namespace ferrule::versions
