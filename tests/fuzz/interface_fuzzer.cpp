// SPDX-License-Identifier: Apache-2.0
// Messages to the generated code of interfaces: linked with a glue (tests/support/wire_glue.py). An
// input is
//
//   interface (1 byte), is it a response (1), number of handles (1), which are pipes (1), message
//
// What the decoder reads outside of its message, or allocates beyond reason, the sanitizers see.

#include "fuzz/fuzz_input.h"
#include "support/wire_judge.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace ferrule::test;
  const auto interfaces = judged_interfaces();
  FuzzInput input(data, size);
  const JudgedInterface& interface = interfaces[input.below(interfaces.size())];
  const bool is_response = input.below(2) == 1;
  WireCase message{.name = {}, .message = {}, .handle_kinds = {}, .expected = {}};
  message.message.num_handles = input.below(9);
  const auto pipes = input.number<uint8_t>();
  for (unsigned i = 0; i < 8; ++i) {
    message.handle_kinds.push_back((pipes >> i & 1U) != 0 ? HandleKind::kPipe
                                                          : HandleKind::kDescriptor);
  }
  const auto bytes = input.rest();
  message.message.bytes.assign(bytes.begin(), bytes.end());
  judge(interface, message, is_response, Strictness::kValues);
  return 0;
}
