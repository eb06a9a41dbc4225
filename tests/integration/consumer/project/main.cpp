// SPDX-License-Identifier: Apache-2.0
#include <iostream>

#include "greeter.idl.h"

int main() {
  const consumer::Greeting greeting{.text = "hello"};
  const consumer::Greeting same = greeting;
  if (same != greeting) return 1;
  std::cout << greeting.text << ' ' << greeting.num_guests << '\n';
}
