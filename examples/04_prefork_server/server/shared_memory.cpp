// SPDX-License-Identifier: Apache-2.0
#include "server/shared_memory.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace prefork {
namespace {

using ferrule::Errc;
using ferrule::Error;
using ferrule::Result;
using ferrule::UniqueFd;

constexpr int kFixedSize = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL;
constexpr size_t kMaxConfigurationBytes = 4096;

Result<UniqueFd> make_memory(const char* name, size_t num_bytes) {
  UniqueFd memory(::memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING));
  if (!memory || ::ftruncate(memory.get(), static_cast<off_t>(num_bytes)) != 0) {
    return Error::from_errno("memfd_create");
  }
  return memory;
}

Result<void> seal(const UniqueFd& memory, int seals) {
  if (::fcntl(memory.get(), F_ADD_SEALS, seals) != 0) return Error::from_errno("F_ADD_SEALS");
  return {};
}

}  // namespace

Result<std::shared_ptr<SharedMemory>> SharedMemory::map(const UniqueFd& memory, Access access,
                                                        size_t num_bytes) {
  struct stat status {};
  const int seals = ::fcntl(memory.get(), F_GET_SEALS);
  if (seals < 0 || (seals & F_SEAL_SHRINK) == 0 || ::fstat(memory.get(), &status) != 0 ||
      static_cast<size_t>(status.st_size) < num_bytes || num_bytes == 0) {
    return Error(Errc::kInvalidArgument, "this is not memory of a fixed size, or too little");
  }
  const int protection = access == Access::kWrite ? PROT_READ | PROT_WRITE : PROT_READ;
  void* const bytes = ::mmap(nullptr, num_bytes, protection, MAP_SHARED, memory.get(), 0);
  if (bytes == MAP_FAILED) return Error::from_errno("mmap");
  return std::make_shared<SharedMemory>(bytes, num_bytes);
}

SharedMemory::~SharedMemory() { ::munmap(bytes_, num_bytes_); }

Result<UniqueFd> make_counters() {
  auto memory = make_memory("counters", sizeof(Counters));
  if (!memory) return memory;
  if (auto sealed = seal(*memory, kFixedSize); !sealed) return std::move(sealed).error();
  return memory;
}

Result<UniqueFd> to_memory(const Configuration& configuration) {
  const std::string text = std::to_string(configuration.number) + "\n" +
                           configuration.greeting.substr(0, kMaxConfigurationBytes / 2);
  auto memory = make_memory("configuration", text.size());
  if (!memory) return memory;
  if (::pwrite(memory->get(), text.data(), text.size(), 0) != static_cast<ssize_t>(text.size())) {
    return Error::from_errno("pwrite");
  }
  if (auto sealed = seal(*memory, kFixedSize | F_SEAL_WRITE); !sealed) {
    return std::move(sealed).error();
  }
  return memory;
}

Result<Configuration> from_memory(const UniqueFd& memory) {
  struct stat status {};
  if (::fstat(memory.get(), &status) != 0) return Error::from_errno("fstat");
  const size_t num_bytes = std::min(static_cast<size_t>(status.st_size), kMaxConfigurationBytes);
  auto mapped = SharedMemory::map(memory, SharedMemory::Access::kRead, num_bytes);
  if (!mapped) return std::move(mapped).error();
  const std::string_view text(static_cast<const char*>((*mapped)->bytes()), num_bytes);
  Configuration configuration;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), configuration.number);
  if (error != std::errc() || end == text.data() + text.size() || *end != '\n') {
    return Error(Errc::kInvalidArgument, "this is no configuration");
  }
  configuration.greeting = text.substr(static_cast<size_t>(end - text.data()) + 1);
  return configuration;
}

}  // namespace prefork
