// SPDX-License-Identifier: Apache-2.0
#include "ferrule/sandbox/policy.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ferrule/sandbox/policy_text.h"

namespace ferrule::sandbox {
namespace {

using ::testing::HasSubstr;

TEST(PolicyTest, IsAValue) {
  const Policy renderer = Policy::renderer();
  Policy other = renderer;
  EXPECT_EQ(other, renderer);
  other.allow_read("/usr/share/fonts");
  EXPECT_NE(other, renderer);
  EXPECT_TRUE(other.allows_files());
  EXPECT_FALSE(renderer.allows_files());
}

TEST(PolicyTest, HasPresetsByName) {
  for (const std::string_view name : Policy::preset_names()) {
    const Result<Policy> policy = Policy::preset(name);
    ASSERT_TRUE(policy);
    EXPECT_EQ(policy->name(), name);
  }
  const Result<Policy> unknown = Policy::preset("cage");
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().code(), Errc::kNotFound);
  EXPECT_THAT(unknown.error().message(), HasSubstr("renderer"));
}

TEST(PolicyTest, WantsNothingInNoneAndEveryLayerInTheOthers) {
  EXPECT_FALSE(Policy::none().is_any_layer_wanted());
  for (const Policy& policy : {Policy::utility(), Policy::renderer(), Policy::decoder()}) {
    for (const Layer layer : all_layers()) {
      EXPECT_NE(policy.need(layer), Need::kOff) << policy.name() << " " << to_name(layer);
    }
  }
  EXPECT_EQ(Policy::network().need(Layer::kNetNamespace), Need::kOff);
}

TEST(PolicyTest, SwitchesTheNetworkWithItsLayer) {
  EXPECT_EQ(Policy::renderer().allow_network().need(Layer::kNetNamespace), Need::kOff);
  EXPECT_EQ(Policy::network().no_network().need(Layer::kNetNamespace), Need::kRequire);
  EXPECT_EQ(Policy::renderer().no_network().need(Layer::kNetNamespace), Need::kPrefer)
      << "it was off already";
}

TEST(PolicyTest, KnowsWhichOfTwoIsStricter) {
  EXPECT_TRUE(is_at_least_as_strict(Policy::decoder(), Policy::renderer()));
  EXPECT_FALSE(is_at_least_as_strict(Policy::renderer(), Policy::decoder()));
  EXPECT_TRUE(is_at_least_as_strict(Policy::utility(), Policy::network()));
  EXPECT_FALSE(is_at_least_as_strict(Policy::network(), Policy::utility()));
  for (const std::string_view name : Policy::preset_names()) {
    const Policy policy = Policy::preset(name).value();
    EXPECT_TRUE(is_at_least_as_strict(policy, policy));
    EXPECT_TRUE(is_at_least_as_strict(policy, Policy::none()));
    for (const Layer layer : all_layers()) {
      Policy weaker = policy;
      weaker.without(layer);
      EXPECT_EQ(is_at_least_as_strict(weaker, policy), policy.need(layer) == Need::kOff);
    }
  }
  Policy reads = Policy::renderer();
  reads.allow_read("/usr/share/fonts");
  EXPECT_FALSE(is_at_least_as_strict(reads, Policy::renderer()));
  EXPECT_TRUE(is_at_least_as_strict(Policy::renderer(), reads));
  Policy larger = Policy::decoder();
  larger.memory_limit(uint64_t{2} << 30);
  EXPECT_FALSE(is_at_least_as_strict(larger, Policy::decoder()));
}

// --- as text
// --------------------------------------------------------------------------------------

TEST(PolicyTextTest, ComesBackAsItWas) {
  for (const std::string_view name : Policy::preset_names()) {
    Policy policy = Policy::preset(name).value();
    policy.set_name("my own")
        .allow_read("/a path/with # and %")
        .allow_write("/line\nlayer seccomp off");
    policy.allow_call("getcpu").cpu_limit(7).file_size_limit(8).process_limit(9);
    const Result<Policy> parsed = parse_policy(to_text(policy));
    ASSERT_TRUE(parsed) << parsed.error().message();
    EXPECT_EQ(*parsed, policy) << to_text(policy);
  }
}

TEST(PolicyTextTest, ReadsWhatPeopleWrite) {
  const Result<Policy> policy = parse_policy(
      "# for fonts\n\npreset renderer\r\n  read   /usr/share/fonts # all of them\n"
      "memory 512M\nlayer user-namespace require\nthreads deny\ncall getcpu");
  ASSERT_TRUE(policy) << policy.error().message();
  Policy expected = Policy::renderer();
  expected.allow_read("/usr/share/fonts").memory_limit(512 << 20).require(Layer::kUserNamespace);
  expected.allow_threads(false).allow_call("getcpu");
  EXPECT_EQ(*policy, expected);
}

struct WrongText {
  const char* text;
  const char* message;
};

TEST(PolicyTextTest, SaysWhichLineIsWrong) {
  for (const auto& [text, message] : {
           WrongText{"", "line 0: there is no line \"preset NAME\""},
           {"memory 1", "line 1: the first line must be \"preset NAME\""},
           {"preset cage", "line 1: no sandbox is named \"cage\""},
           {"preset none\npreset none", "line 2: a second \"preset\""},
           {"preset none\nmemory", "line 2: \"memory\" needs a value"},
           {"preset none\nmemory much", "line 2: expected a number"},
           {"preset none\nmemory 1T", "line 2: expected a number"},
           {"preset none\nmemory 99999999999G", "line 2: expected a number"},
           {"preset none\nmemory -1", "line 2: expected a number"},
           {"preset none\nmemory 1 2", "line 2: more words than \"memory\" takes"},
           {"preset none\nread etc", "line 2: a path starts with \"/\""},
           {"preset none\nread /%zz", "line 2: \"%\" stands before two"},
           {"preset none\nread /%2", "line 2: \"%\" stands before two"},
           {"preset none\nnetwork yes", "line 2: expected \"allow\" or \"deny\""},
           {"preset none\nlayer glass off", "line 2: there is no layer \"glass\""},
           {"preset none\nlayer seccomp", "line 2: a layer is \"off\""},
           {"preset none\nnonsense 1", "line 2: unknown word \"nonsense\""},
       }) {
    const Result<Policy> policy = parse_policy(text);
    ASSERT_FALSE(policy) << text;
    EXPECT_EQ(policy.error().code(), Errc::kInvalidArgument);
    EXPECT_THAT(policy.error().message(), HasSubstr(message)) << text;
  }
  EXPECT_FALSE(parse_policy("preset none\n" + std::string(kMaxPolicyBytes, ' ')));
}

}  // namespace
}  // namespace ferrule::sandbox
