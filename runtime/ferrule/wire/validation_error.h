// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace ferrule::wire {

/// The rules of the wire format that a message can break (docs/wire-format.md says when each is
/// raised). The names are those of the published mojom validator.
enum class ValidationError : uint8_t {
  kNone,
  kMisalignedObject,
  kIllegalMemoryRange,
  kUnexpectedStructHeader,
  kUnexpectedArrayHeader,
  kIllegalHandle,
  kUnexpectedInvalidHandle,
  kIllegalPointer,
  kUnexpectedNullPointer,
  kIllegalInterfaceId,
  kUnexpectedInvalidInterfaceId,
  kMessageHeaderInvalidFlags,
  kMessageHeaderMissingRequestId,
  kMessageHeaderUnknownMethod,
  kDifferentSizedArraysInMap,
  kUnknownUnionTag,
  kUnknownEnumValue,
  kDeserializationFailed,
  kMaxRecursionDepth,
};

/// "MISALIGNED_OBJECT" and so on; "NONE" for kNone.
std::string_view to_string(ValidationError error) noexcept;

/// The first rule a message broke, and where. A value.
struct DecodeFailure {
  ValidationError error = ValidationError::kNone;
  /// Of the pointer, handle, enum or object at fault, from the start of the message.
  size_t offset = 0;
  /// Such as "a.b[3].c"; empty where the fault is not in a field.
  std::string field_path;
  /// What a C++ type did not like about sound bytes, for kDeserializationFailed; else empty.
  std::string_view detail;
};

/// "field a.b[3].c: UNEXPECTED_NULL_POINTER at byte 64".
std::string to_string(const DecodeFailure& failure);

}  // namespace ferrule::wire
