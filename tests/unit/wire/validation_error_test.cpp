// SPDX-License-Identifier: Apache-2.0
#include "ferrule/wire/validation_error.h"

#include <set>

#include <gtest/gtest.h>

namespace ferrule::wire {
namespace {

TEST(ValidationErrorTest, HasThePublishedNames) {
  EXPECT_EQ(to_string(ValidationError::kMisalignedObject), "MISALIGNED_OBJECT");
  EXPECT_EQ(to_string(ValidationError::kDifferentSizedArraysInMap),
            "DIFFERENT_SIZED_ARRAYS_IN_MAP");
  std::set<std::string_view> names;
  for (int i = 0; i <= 18; ++i) names.insert(to_string(static_cast<ValidationError>(i)));
  EXPECT_EQ(names.size(), 19U);
  EXPECT_FALSE(names.contains("UNKNOWN_ERROR"));
  EXPECT_EQ(to_string(static_cast<ValidationError>(19)), "UNKNOWN_ERROR");
}

TEST(ValidationErrorTest, SaysWhatIsWrongAndWhere) {
  DecodeFailure failure{ValidationError::kIllegalPointer, 64, "a.b[3].c", {}};
  EXPECT_EQ(to_string(failure), "field a.b[3].c: ILLEGAL_POINTER at byte 64");
  failure.field_path.clear();
  failure.detail = "why";
  EXPECT_EQ(to_string(failure), "ILLEGAL_POINTER (why) at byte 64");
}

}  // namespace
}  // namespace ferrule::wire
