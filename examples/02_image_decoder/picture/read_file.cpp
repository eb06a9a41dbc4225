// SPDX-License-Identifier: Apache-2.0
#include "picture/read_file.h"

#include <cerrno>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

#include "picture/limits.h"

namespace picture {
namespace {

ferrule::Unexpected<Failure> cannot(const char* action) {
  return failure(Problem::kUnreadable, std::string("cannot ") + action +
                                           " the file: " + std::system_category().message(errno));
}

}  // namespace

FileBytes read_file(const ferrule::UniqueFd& file) {
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) return cannot("look at");
  if (!S_ISREG(status.st_mode)) return failure(Problem::kUnreadable, "not a regular file");
  if (static_cast<uint64_t>(status.st_size) > kMaxFileBytes) {
    return failure(Problem::kTooLarge, "the file has " + std::to_string(status.st_size) +
                                           " bytes; the limit is " + std::to_string(kMaxFileBytes));
  }
  std::vector<uint8_t> bytes(static_cast<size_t>(status.st_size));
  size_t num_read = 0;
  while (num_read < bytes.size()) {
    const ssize_t count = ::pread(file.get(), bytes.data() + num_read, bytes.size() - num_read,
                                  static_cast<off_t>(num_read));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return cannot("read");
    if (count == 0) break;  // it became shorter meanwhile
    num_read += static_cast<size_t>(count);
  }
  bytes.resize(num_read);
  return bytes;
}

}  // namespace picture
