// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "ferrule/wire/expected.h"

#include "picture/bitmap.h"

namespace picture {

/// Why a file gave no picture.
enum class Problem {
  kUnreadable,   ///< it cannot be read, or is no file
  kNoPicture,    ///< it is neither PNG nor JPEG
  kDamaged,      ///< it is cut off or corrupt
  kTooLarge,     ///< it goes beyond limits.h
  kUnsupported,  ///< a kind of PNG or JPEG that the libraries do not turn into RGBA
};

struct Failure {
  Problem problem = Problem::kDamaged;
  std::string message;
};

using Decoded = ferrule::Expected<Bitmap, Failure>;

inline ferrule::Unexpected<Failure> failure(Problem problem, std::string message) {
  return ferrule::Unexpected<Failure>({problem, std::move(message)});
}

}  // namespace picture
