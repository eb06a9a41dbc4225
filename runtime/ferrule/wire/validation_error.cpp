// SPDX-License-Identifier: Apache-2.0
#include "ferrule/wire/validation_error.h"

namespace ferrule::wire {

std::string_view to_string(ValidationError error) noexcept {
  switch (error) {
    case ValidationError::kNone:
      return "NONE";
    case ValidationError::kMisalignedObject:
      return "MISALIGNED_OBJECT";
    case ValidationError::kIllegalMemoryRange:
      return "ILLEGAL_MEMORY_RANGE";
    case ValidationError::kUnexpectedStructHeader:
      return "UNEXPECTED_STRUCT_HEADER";
    case ValidationError::kUnexpectedArrayHeader:
      return "UNEXPECTED_ARRAY_HEADER";
    case ValidationError::kIllegalHandle:
      return "ILLEGAL_HANDLE";
    case ValidationError::kUnexpectedInvalidHandle:
      return "UNEXPECTED_INVALID_HANDLE";
    case ValidationError::kIllegalPointer:
      return "ILLEGAL_POINTER";
    case ValidationError::kUnexpectedNullPointer:
      return "UNEXPECTED_NULL_POINTER";
    case ValidationError::kIllegalInterfaceId:
      return "ILLEGAL_INTERFACE_ID";
    case ValidationError::kUnexpectedInvalidInterfaceId:
      return "UNEXPECTED_INVALID_INTERFACE_ID";
    case ValidationError::kMessageHeaderInvalidFlags:
      return "MESSAGE_HEADER_INVALID_FLAGS";
    case ValidationError::kMessageHeaderMissingRequestId:
      return "MESSAGE_HEADER_MISSING_REQUEST_ID";
    case ValidationError::kMessageHeaderUnknownMethod:
      return "MESSAGE_HEADER_UNKNOWN_METHOD";
    case ValidationError::kDifferentSizedArraysInMap:
      return "DIFFERENT_SIZED_ARRAYS_IN_MAP";
    case ValidationError::kUnknownUnionTag:
      return "UNKNOWN_UNION_TAG";
    case ValidationError::kUnknownEnumValue:
      return "UNKNOWN_ENUM_VALUE";
    case ValidationError::kDeserializationFailed:
      return "DESERIALIZATION_FAILED";
    case ValidationError::kMaxRecursionDepth:
      return "MAX_RECURSION_DEPTH";
  }
  return "UNKNOWN_ERROR";
}

std::string to_string(const DecodeFailure& failure) {
  std::string text;
  if (!failure.field_path.empty()) text = "field " + failure.field_path + ": ";
  text += to_string(failure.error);
  if (!failure.detail.empty()) text.append(" (").append(failure.detail).append(")");
  return text + " at byte " + std::to_string(failure.offset);
}

}  // namespace ferrule::wire
