// SPDX-License-Identifier: Apache-2.0
#include "unit/wire/sample_types.h"

#include "ferrule/wire/codec/all.h"

namespace ferrule::test {

Everything make_everything() {
  Everything all;
  all.name = "n\xc3\xa4me";
  all.alias = "";
  all.data = {1, 2, 3, 4, 5};
  all.numbers = {-1, 0, 300};
  all.bits = {true, false, true, true, false, false, false, false, true};
  all.pair = {1.5, -2};
  all.colors = {Color::kBlue, std::nullopt, Color::kRed};
  all.points = {{"a", {{1, 2}, {3, 4}}}, {"b", {}}, {"c", {{5, 6}}}};
  all.answers = {{7, true}, {8, std::nullopt}, {-9, false}};
  all.shapes = {Shape{Point{1, 2}}, std::nullopt, Shape{Box<Shape>(Shape{"deep"})}, Shape{true}};
  all.shape.value = Box<Shape>(Shape{Box<Shape>()});
  all.chain = Node{1, Node{2, Node{3, nullptr}}};
  all.grown = Grown{5, "text", std::vector<int32_t>{1, 2, 3}, false};
  all.shade = Shade::kDark;
  return all;
}

}  // namespace ferrule::test

namespace ferrule::wire {

using namespace ferrule::test;

// --- Point
// -----------------------------------------------------------------------------------------

void StructTraits<Point>::measure(SizeCounter& size, const Point&) { size.add_object(16); }

void StructTraits<Point>::encode(Encoder& encoder, const Point& value) {
  StructWriter writer(encoder, 16, 0);
  writer.write(0, value.x);
  writer.write(4, value.y);
}

bool StructTraits<Point>::decode(Decoder& decoder, size_t at, Point& out) {
  static constexpr StructVersion kVersions[] = {{0, 16}};
  StructReader reader(decoder, at, kVersions);
  return reader.ok() && reader.read(0, out.x, "x") && reader.read(4, out.y, "y");
}

// --- Packed
// ----------------------------------------------------------------------------------------

void StructTraits<Packed>::measure(SizeCounter& size, const Packed&) { size.add_object(32); }

void StructTraits<Packed>::encode(Encoder& encoder, const Packed& value) {
  StructWriter writer(encoder, 32, 0);
  writer.write(0, value.a);
  writer.write(8, value.b);
  writer.write(2, value.c);
  writer.write_bool(1, 0, value.d);
  writer.write(4, value.e);
  writer.write(16, value.f);
  writer.write_bool(1, 1, value.g);
}

bool StructTraits<Packed>::decode(Decoder& decoder, size_t at, Packed& out) {
  static constexpr StructVersion kVersions[] = {{0, 32}};
  StructReader reader(decoder, at, kVersions);
  return reader.ok() && reader.read(0, out.a, "a") && reader.read(8, out.b, "b") &&
         reader.read(2, out.c, "c") && reader.read_bool(1, 0, out.d) &&
         reader.read(4, out.e, "e") && reader.read(16, out.f, "f") && reader.read_bool(1, 1, out.g);
}

// --- Maybe
// -----------------------------------------------------------------------------------------

void StructTraits<Maybe>::measure(SizeCounter& size, const Maybe&) { size.add_object(24); }

void StructTraits<Maybe>::encode(Encoder& encoder, const Maybe& value) {
  StructWriter writer(encoder, 24, 0);
  writer.write_nullable_bool(0, 0, 0, 1, value.a);
  writer.write_nullable(0, 2, 4, value.b);
  writer.write_nullable(0, 3, 8, value.c);
}

bool StructTraits<Maybe>::decode(Decoder& decoder, size_t at, Maybe& out) {
  static constexpr StructVersion kVersions[] = {{0, 24}};
  StructReader reader(decoder, at, kVersions);
  return reader.ok() && reader.read_nullable_bool(0, 0, 0, 1, out.a) &&
         reader.read_nullable(0, 2, 4, out.b, "b") && reader.read_nullable(0, 3, 8, out.c, "c");
}

// --- Grown
// -----------------------------------------------------------------------------------------

void StructTraits<Grown>::measure(SizeCounter& size, const Grown& value) {
  size.add_object(32);
  wire::measure(size, value.b);
  wire::measure(size, value.c);
}

void StructTraits<Grown>::encode(Encoder& encoder, const Grown& value) {
  StructWriter writer(encoder, 32, 3);
  writer.write(0, value.a);
  writer.write(8, value.b);
  writer.write(16, value.c);
  writer.write_bool(4, 0, value.d);
}

bool StructTraits<Grown>::decode(Decoder& decoder, size_t at, Grown& out) {
  static constexpr StructVersion kVersions[] = {{0, 16}, {1, 24}, {3, 32}};
  StructReader reader(decoder, at, kVersions);
  return reader.ok() && reader.read(0, out.a, "a") &&
         (!reader.has(1) || reader.read(8, out.b, "b")) &&
         (!reader.has(3) || reader.read(16, out.c, "c")) &&
         (!reader.has(3) || reader.read_bool(4, 0, out.d));
}

// --- Node
// ------------------------------------------------------------------------------------------

void StructTraits<Node>::measure(SizeCounter& size, const Node& value) {
  size.add_object(24);
  wire::measure(size, value.next);
}

void StructTraits<Node>::encode(Encoder& encoder, const Node& value) {
  StructWriter writer(encoder, 24, 0);
  writer.write(0, value.value);
  writer.write(8, value.next);
}

bool StructTraits<Node>::decode(Decoder& decoder, size_t at, Node& out) {
  static constexpr StructVersion kVersions[] = {{0, 24}};
  StructReader reader(decoder, at, kVersions);
  return reader.ok() && reader.read(0, out.value, "value") && reader.read(8, out.next, "next");
}

// --- Descriptors
// -----------------------------------------------------------------------------------

void StructTraits<Descriptors>::measure(SizeCounter& size, const Descriptors& value) {
  size.add_object(48);
  wire::measure(size, value.first);
  wire::measure(size, value.more);
}

// `second` falls into the hole between a and b: its place comes before that of `first`, its turn
// after.
void StructTraits<Descriptors>::encode(Encoder& encoder, Descriptors&& value) {
  StructWriter writer(encoder, 48, 0);
  writer.write(0, value.a);
  writer.write(8, value.b);
  writer.write(16, std::move(value.first));
  writer.write(4, std::move(value.second));
  writer.write(32, std::move(value.more));
}

bool StructTraits<Descriptors>::decode(Decoder& decoder, size_t at, Descriptors& out) {
  static constexpr StructVersion kVersions[] = {{0, 48}};
  StructReader reader(decoder, at, kVersions);
  return reader.ok() && reader.read(0, out.a, "a") && reader.read(8, out.b, "b") &&
         reader.read(16, out.first, "first") && reader.read(4, out.second, "second") &&
         reader.read(32, out.more, "more");
}

// --- Shape
// -----------------------------------------------------------------------------------------

void UnionTraits<Shape>::measure(SizeCounter& size, const Shape& value) {
  switch (value.value.index()) {
    case 1:
      return wire::measure(size, std::get<1>(value.value));
    case 2:
      return wire::measure(size, std::get<2>(value.value));
    case 3:
      return measure_nested(size, std::get<3>(value.value));
    default:
      return;
  }
}

void UnionTraits<Shape>::encode(Encoder& encoder, size_t at, const Shape& value) {
  UnionWriter writer(encoder, at, static_cast<uint32_t>(value.value.index()));
  switch (value.value.index()) {
    case 0:
      return writer.write(std::get<0>(value.value));
    case 1:
      return writer.write(std::get<1>(value.value));
    case 2:
      return writer.write(std::get<2>(value.value));
    case 3:
      return writer.write_nested(std::get<3>(value.value));
    case 4:
      return writer.write_bool(std::get<4>(value.value));
    default:
      return writer.write(std::get<5>(value.value));
  }
}

bool UnionTraits<Shape>::decode(Decoder& decoder, size_t at, Shape& out) {
  UnionReader reader(decoder, at);
  if (!reader.ok()) return false;
  switch (reader.tag()) {
    case 0:
      return reader.read(out.value.emplace<0>(), "number");
    case 1:
      return reader.read(out.value.emplace<1>(), "text");
    case 2:
      return reader.read(out.value.emplace<2>(), "point");
    case 3:
      return reader.read_nested(out.value.emplace<3>(), "shape");
    case 4:
      return reader.read_bool(out.value.emplace<4>());
    case 5:
      return reader.read(out.value.emplace<5>(), "color");
    default:
      return reader.unknown_tag();
  }
}

// --- Open
// ------------------------------------------------------------------------------------------

void UnionTraits<Open>::measure(SizeCounter&, const Open&) {}

void UnionTraits<Open>::encode(Encoder& encoder, size_t at, Open&& value) {
  UnionWriter writer(encoder, at, static_cast<uint32_t>(value.value.index()));
  if (value.value.index() == 0) return writer.write(std::get<0>(value.value));
  writer.write(std::get<1>(std::move(value.value)));
}

bool UnionTraits<Open>::decode(Decoder& decoder, size_t at, Open& out) {
  UnionReader reader(decoder, at);
  if (!reader.ok()) return false;
  switch (reader.tag()) {
    case 0:
      return reader.read(out.value.emplace<0>(), "number");
    case 1:
      return reader.read(out.value.emplace<1>(), "descriptor");
    default:
      out.value.emplace<0>();
      return true;
  }
}

// --- Everything
// ------------------------------------------------------------------------------------

void StructTraits<Everything>::measure(SizeCounter& size, const Everything& value) {
  size.add_object(128);
  wire::measure(size, value.name);
  wire::measure(size, value.alias);
  wire::measure(size, value.data);
  wire::measure(size, value.numbers);
  wire::measure(size, value.bits);
  wire::measure(size, value.pair);
  wire::measure(size, value.colors);
  wire::measure(size, value.points);
  wire::measure(size, value.answers);
  wire::measure(size, value.shapes);
  wire::measure(size, value.shape);
  wire::measure(size, value.chain);
  wire::measure(size, value.grown);
}

void StructTraits<Everything>::encode(Encoder& encoder, const Everything& value) {
  StructWriter writer(encoder, 128, 0);
  writer.write(0, value.name);
  writer.write(8, value.alias);
  writer.write(16, value.data);
  writer.write(24, value.numbers);
  writer.write(32, value.bits);
  writer.write(40, value.pair);
  writer.write(48, value.colors);
  writer.write(56, value.points);
  writer.write(64, value.answers);
  writer.write(72, value.shapes);
  writer.write(80, value.shape);
  writer.write(96, value.chain);
  writer.write(104, value.grown);
  writer.write(112, value.shade);
}

bool StructTraits<Everything>::decode(Decoder& decoder, size_t at, Everything& out) {
  static constexpr StructVersion kVersions[] = {{0, 128}};
  StructReader reader(decoder, at, kVersions);
  return reader.ok() && reader.read(0, out.name, "name") && reader.read(8, out.alias, "alias") &&
         reader.read(16, out.data, "data") && reader.read(24, out.numbers, "numbers") &&
         reader.read(32, out.bits, "bits") && reader.read(40, out.pair, "pair") &&
         reader.read(48, out.colors, "colors") && reader.read(56, out.points, "points") &&
         reader.read(64, out.answers, "answers") && reader.read(72, out.shapes, "shapes") &&
         reader.read(80, out.shape, "shape") && reader.read(96, out.chain, "chain") &&
         reader.read(104, out.grown, "grown") && reader.read(112, out.shade, "shade");
}

}  // namespace ferrule::wire
