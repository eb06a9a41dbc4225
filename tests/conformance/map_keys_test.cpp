// SPDX-License-Identifier: Apache-2.0
// Maps whose keys are unions, or structs with lists, maps and what may be missing in them.
#include <limits>
#include <map>
#include <vector>

#include <gtest/gtest.h>

#include "ferrule/wire/codec/all.h"
#include "ferrule/wire/struct_bytes.h"

#include "map_keys.idl.h"

namespace {

using ferrule::wire::KeyLess;
using keyed::tables::Address;
using keyed::tables::Group;
using keyed::tables::Path;
using keyed::tables::Tables;

/// Values in an order: each comes before all behind it, and is equal to itself alone.
template <class T>
void expect_in_order(const std::vector<T>& values) {
  const KeyLess<T> comes_before;
  for (size_t i = 0; i < values.size(); ++i) {
    for (size_t j = 0; j < values.size(); ++j) {
      EXPECT_EQ(comes_before(values[i], values[j]), i < j) << values[i] << " and " << values[j];
    }
  }
}

TEST(MapKeysTest, UnionsAreOrderedByMemberAndValue) {
  expect_in_order<Address>({Address::make_number(1), Address::make_number(2),
                            Address::make_name(""), Address::make_name("a"),
                            Address::make_name("ab"), Address::make_path({.parts = {"z"}}),
                            Address::make_path({.parts = {"a", "a"}})});
}

TEST(MapKeysTest, StructsAreOrderedByTheirFields) {
  expect_in_order<Path>({{},
                         {.weight = 1},
                         {.weight = std::numeric_limits<double>::quiet_NaN()},
                         {.version = -1},
                         {.version = 0},
                         {.parts = {"b"}},
                         {.parts = {"a", "a"}},
                         {.parts = {"a", "b"}}});
  EXPECT_FALSE(KeyLess<Path>()({.weight = -0.0}, {.weight = 0.0}));
  EXPECT_FALSE(KeyLess<Path>()({.weight = 0.0}, {.weight = -0.0}));
}

TEST(MapKeysTest, StructsThatHoldTheirOwnKindAreOrdered) {
  const Group leaf{.name = "leaf"};
  expect_in_order<Group>({{},
                          {.flags = {{Address::make_number(1), false}}},
                          {.flags = {{Address::make_number(1), true}}},
                          {.flags = {{Address::make_number(2), false}}},
                          {.members = {leaf}},
                          {.members = {{.name = "leaf", .members = {leaf}}}},
                          leaf});
}

Tables some_tables() {
  const Group inner{.name = "inner", .flags = {{Address::make_name("on"), true}}};
  const Group outer{.name = "outer", .members = {inner, inner}};
  Tables tables{.by_address = {{Address::make_name("a"), "one"}, {Address::make_number(7), "two"}},
                .by_path = {{{.parts = {"usr", "lib"}, .version = 3}, 1}, {{}, 2}},
                .by_group = {{inner, 1}, {outer, 2}}};
  tables.hashed_by_address = {{Address::make_number(1), 1}, {Address::make_path({}), 2}};
  tables.hashed_by_group = {{inner, 1}, {outer, 2}};
  return tables;
}

TEST(MapKeysTest, TheyTravelLikeAllOthers) {
  const Tables tables = some_tables();
  const auto bytes = ferrule::wire::to_bytes(tables);
  const auto again = ferrule::wire::from_bytes<Tables>(bytes.value());
  ASSERT_TRUE(again.ok()) << again.error().message();
  EXPECT_EQ(*again, tables);
  EXPECT_EQ(again->by_address.at(Address::make_number(7)), "two");
  EXPECT_EQ(again->hashed_by_address.at(Address::make_path({})), 2);
  EXPECT_EQ(again->by_group.rbegin()->first.members.size(), 2U);
}

TEST(MapKeysTest, AMapInsideAValueTakesPartInAllOfIt) {
  Tables one = some_tables();
  const Tables other = some_tables();
  EXPECT_EQ(std::hash<Tables>()(one), std::hash<Tables>()(other));
  one.by_group.begin()->second = 5;
  EXPECT_NE(one, other);
  EXPECT_NE(to_string(other).find(R"(by_address: {Address{number: 7}: "two")"), std::string::npos)
      << to_string(other);
}

}  // namespace
