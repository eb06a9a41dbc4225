// SPDX-License-Identifier: Apache-2.0
// The main function of a fuzz target where there is no libFuzzer: runs every seed, then as many
// simple mutations of seeds as asked for, always the same ones.
//
//   TARGET -runs=N FOLDER...

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "fuzz/fuzz_input.h"

namespace {

using Bytes = std::vector<uint8_t>;

std::vector<Bytes> read_seeds(const std::set<std::filesystem::path>& folders) {
  std::set<std::filesystem::path> files;
  for (const auto& folder : folders) {
    for (const auto& entry : std::filesystem::directory_iterator(folder)) files.insert(entry);
  }
  std::vector<Bytes> seeds;
  for (const auto& path : files) {
    std::ifstream file(path, std::ios::binary);
    seeds.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  }
  return seeds;
}

// A block of exactly its size, so that a sanitizer sees what is read beyond.
void run(const Bytes& input) {
  const std::vector<uint8_t> exact(input);
  LLVMFuzzerTestOneInput(exact.data(), exact.size());
}

void mutate(Bytes& bytes, std::mt19937& random) {
  const auto below = [&](size_t limit) { return random() % limit; };
  for (size_t change = 0; change <= below(4); ++change) {
    if (bytes.empty()) bytes.resize(1 + below(64));
    uint8_t& byte = bytes[below(bytes.size())];
    switch (below(4)) {
      case 0:
        byte = static_cast<uint8_t>(byte ^ 1U << below(8));
        break;
      case 1:
        byte = static_cast<uint8_t>(below(3) == 0 ? 255 : below(16));
        break;
      case 2:
        bytes.resize(below(bytes.size() + 1));
        break;
      default:
        bytes.insert(bytes.begin() + static_cast<std::ptrdiff_t>(below(bytes.size())), 0);
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  unsigned long num_runs = 0;
  std::set<std::filesystem::path> folders;
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    if (word.starts_with("-runs=")) {
      num_runs = std::strtoul(argv[i] + 6, nullptr, 10);
    } else if (!word.starts_with("-")) {
      folders.insert(argv[i]);
    }
  }
  const std::vector<Bytes> seeds = read_seeds(folders);
  for (const Bytes& seed : seeds) run(seed);
  std::mt19937 random(1);
  for (unsigned long i = seeds.size(); i < num_runs; ++i) {
    Bytes input = seeds.empty() ? Bytes() : seeds[random() % seeds.size()];
    mutate(input, random);
    run(input);
  }
  std::printf("%zu seeds, %lu runs\n", seeds.size(), num_runs);
}
