// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "ferrule/wire/bytes.h"
#include "ferrule/wire/traits.h"

#include "idl_mapped/mapped_types.h"
#include "mapped.idl.h"

template <>
struct ferrule::MappingTraits<my::Rect> {
  static int32_t x(const my::Rect& rect) { return rect.left; }
  static int32_t y(const my::Rect& rect) { return rect.top; }
  static uint32_t width(const my::Rect& rect) { return rect.width; }
  static uint32_t height(const my::Rect& rect) { return rect.height; }
  static bool is_filled(const my::Rect& rect) { return rect.is_filled; }
  static std::optional<double> weight(const my::Rect& rect) { return rect.weight; }
  static std::optional<std::string_view> name(const my::Rect& rect) { return rect.name; }
  static std::span<const uint8_t> pixels(const my::Rect& rect) { return rect.pixels; }
  static std::span<const int32_t> points(const my::Rect& rect) { return rect.points; }
  static my::Level level(const my::Rect& rect) { return rect.level; }

  static bool read(mapped::Rect plain, my::Rect& out) {
    if (plain.width > 1000 || plain.height > 1000) return false;
    out = {.left = plain.x,
           .top = plain.y,
           .width = plain.width,
           .height = plain.height,
           .is_filled = plain.is_filled,
           .weight = plain.weight,
           .name = std::move(plain.name),
           .pixels = {plain.pixels.begin(), plain.pixels.end()},
           .points = std::move(plain.points),
           .level = plain.level};
    return true;
  }
};

template <>
struct ferrule::MappingTraits<my::Level> {
  static mapped::Level to_plain(my::Level level) {
    return level == my::Level::low ? mapped::Level::kLow : mapped::Level::kHigh;
  }
  static bool read(mapped::Level plain, my::Level& out) {
    out = plain == mapped::Level::kLow ? my::Level::low : my::Level::high;
    return plain != mapped::Level::kBroken;
  }
};

template <>
struct ferrule::MappingTraits<my::Shape> {
  static mapped::Shape::Tag which(const my::Shape& shape) {
    return static_cast<mapped::Shape::Tag>(shape.value.index());
  }
  static bool nothing(const my::Shape& shape) { return std::get<0>(shape.value); }
  static const my::Rect& rect(const my::Shape& shape) { return std::get<1>(shape.value); }
  static std::string_view path(const my::Shape& shape) { return std::get<2>(shape.value); }
  static std::span<const my::Shape> inside(const my::Shape& shape) {
    return std::get<3>(shape.value);
  }

  static bool read(mapped::Shape plain, my::Shape& out) {
    switch (plain.which()) {
      case mapped::Shape::Tag::nothing:
        out.value = plain.get_nothing();
        return true;
      case mapped::Shape::Tag::rect:
        out.value = std::move(plain.get_rect());
        return true;
      case mapped::Shape::Tag::path:
        out.value = std::move(plain.get_path());
        return !std::get<2>(out.value).empty();
      case mapped::Shape::Tag::inside:
        out.value = std::move(plain.get_inside());
        return true;
    }
    return false;
  }
};

template <>
struct ferrule::MappingTraits<my::Blob> {
  static ferrule::Bytes to_plain(const my::Blob& blob) {
    return ferrule::Bytes::copy_of(blob.text);
  }
  static bool read(ferrule::Bytes plain, my::Blob& out) {
    out.text = plain.as_string_view();
    return plain.size() < 10;
  }
};

template <>
struct ferrule::MappingTraits<my::Code> {
  static int32_t to_plain(my::Code code) { return code.digits; }
  static bool read(int32_t plain, my::Code& out) {
    out.digits = plain;
    return plain >= 100 && plain < 1000;
  }
};
