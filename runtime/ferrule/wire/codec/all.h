// SPDX-License-Identifier: Apache-2.0
#pragma once

// Everything that generated source files need to write and read their types. Generated headers
// include less: ferrule/wire/generated_struct.h.

#include "ferrule/wire/codec/array.h"
#include "ferrule/wire/codec/bool.h"
#include "ferrule/wire/codec/bytes.h"
#include "ferrule/wire/codec/enum.h"
#include "ferrule/wire/codec/expected.h"
#include "ferrule/wire/codec/handle.h"
#include "ferrule/wire/codec/map.h"
#include "ferrule/wire/codec/mapped.h"
#include "ferrule/wire/codec/nullable.h"
#include "ferrule/wire/codec/number.h"
#include "ferrule/wire/codec/string.h"
#include "ferrule/wire/codec/struct.h"
#include "ferrule/wire/codec/union.h"
#include "ferrule/wire/decoder.h"
#include "ferrule/wire/encoder.h"
#include "ferrule/wire/size_counter.h"
#include "ferrule/wire/struct_reader.h"
#include "ferrule/wire/struct_writer.h"
#include "ferrule/wire/union_reader.h"
#include "ferrule/wire/union_writer.h"
