// SPDX-License-Identifier: Apache-2.0
#include "ferrule/wire/utf8.h"

#include <string>

#include <gtest/gtest.h>

namespace ferrule::wire {
namespace {

TEST(Utf8Test, TakesTheFirstAndLastCharacterOfEveryLength) {
  for (const char* text :
       {"", "a", "\x7f", "\xc2\x80", "\xdf\xbf", "\xe0\xa0\x80", "\xef\xbf\xbf", "\xf0\x90\x80\x80",
        "\xf4\x8f\xbf\xbf", "\xed\x9f\xbf", "\xee\x80\x80"}) {
    EXPECT_TRUE(is_valid_utf8(text)) << text;
  }
  EXPECT_TRUE(is_valid_utf8(std::string_view("a\0b", 3)));
}

TEST(Utf8Test, RefusesLongFormsSurrogatesAndFragments) {
  for (const char* text : {"\x80", "\xbf", "\xc0\x80", "\xc1\xbf", "\xc2",
                           "\xc2"
                           "a",
                           "\xe0\x80\x80", "\xe0\x9f\xbf", "\xe1\x80", "\xed\xa0\x80",
                           "\xed\xbf\xbf", "\xf0\x80\x80\x80", "\xf0\x8f\xbf\xbf", "\xf1\x80\x80",
                           "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff",
                           "\xe1\x80"
                           "a",
                           "\xf1\x80\x80"
                           "a"}) {
    EXPECT_FALSE(is_valid_utf8(text)) << text;
  }
}

// The fast way looks at many characters at a time: a fault must be seen wherever it stands.
TEST(Utf8Test, FindsAFaultAtEveryPlaceOfALongText) {
  for (size_t length = 1; length < 80; ++length) {
    std::string text(length, 'x');
    EXPECT_TRUE(is_valid_utf8(text));
    for (size_t i = 0; i < length; ++i) {
      text[i] = '\xff';
      EXPECT_FALSE(is_valid_utf8(text)) << i << " of " << length;
      text[i] = 'x';
    }
    EXPECT_TRUE(is_valid_utf8(text + "\xc3\xa4" + text));
  }
}

// Exactly what the standard says about every pair and triple of lead and second byte.
TEST(Utf8Test, KnowsTheSecondByteOfEveryLead) {
  for (unsigned lead = 0x80; lead < 0x100; ++lead) {
    for (unsigned second = 0; second < 0x100; ++second) {
      const std::string start{static_cast<char>(lead), static_cast<char>(second)};
      const bool follows = second >= 0x80 && second < 0xc0;
      EXPECT_EQ(is_valid_utf8(start), lead >= 0xc2 && lead < 0xe0 && follows);
      const bool in_range =
          follows && (lead != 0xe0 || second >= 0xa0) && (lead != 0xed || second < 0xa0);
      EXPECT_EQ(is_valid_utf8(start + "\x80"), lead >= 0xe0 && lead < 0xf0 && in_range)
          << lead << " " << second;
    }
  }
}

}  // namespace
}  // namespace ferrule::wire
