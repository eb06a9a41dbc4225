# SPDX-License-Identifier: Apache-2.0
# The data of micro.idl.
@0xe52b9dc93ac4bbd3;

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("capnp_bench");

struct Call {
  id @0 :UInt64;
  quantity @1 :Int32;
  name @2 :Text;
}

struct Record {
  n00 @0 :Int32;
  n01 @1 :Int32;
  n02 @2 :Int32;
  n03 @3 :Int32;
  n04 @4 :Int32;
  n05 @5 :Int32;
  n06 @6 :Int32;
  n07 @7 :Int32;
  n08 @8 :Int32;
  n09 @9 :Int32;
  n10 @10 :Int32;
  n11 @11 :Int32;
  n12 @12 :Int32;
  n13 @13 :Int32;
  n14 @14 :Int32;
  n15 @15 :Int32;
  n16 @16 :Int32;
  n17 @17 :Int32;
  n18 @18 :Int32;
  n19 @19 :Int32;
  u00 @20 :UInt64;
  u01 @21 :UInt64;
  u02 @22 :UInt64;
  u03 @23 :UInt64;
  u04 @24 :UInt64;
  u05 @25 :UInt64;
  u06 @26 :UInt64;
  u07 @27 :UInt64;
  u08 @28 :UInt64;
  u09 @29 :UInt64;
  d00 @30 :Float64;
  d01 @31 :Float64;
  d02 @32 :Float64;
  d03 @33 :Float64;
  d04 @34 :Float64;
  d05 @35 :Float64;
  d06 @36 :Float64;
  d07 @37 :Float64;
  d08 @38 :Float64;
  d09 @39 :Float64;
  b00 @40 :Bool;
  b01 @41 :Bool;
  b02 @42 :Bool;
  b03 @43 :Bool;
  b04 @44 :Bool;
  s00 @45 :Text;
  s01 @46 :Text;
  s02 @47 :Text;
  s03 @48 :Text;
  s04 @49 :Text;
}

struct Texts {
  texts @0 :List(Text);
}

# There are no maps; this is how the documentation draws one.
struct Table {
  entries @0 :List(Entry);

  struct Entry {
    key @0 :Text;
    value @1 :UInt64;
  }
}
