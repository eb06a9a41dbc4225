// SPDX-License-Identifier: Apache-2.0
// The page is a memfd that the process holds open, and is found by its name among the links of
// /proc/PID/fd. A process can give that name to anything, and can put another file under the number
// while we look: a pipe or a device, where opening alone does something, or a file of a file system
// that it serves itself and lets us hang in. So the link is opened without opening the file behind
// it (O_PATH), and that file is opened only if it lies on the device on which the kernel keeps all
// memfds, which we know from one of our own. It is read, and never mapped: the process can make it
// shorter.
#include "programs/shown_counts.h"

#include <array>
#include <cstddef>
#include <fcntl.h>
#include <filesystem>
#include <string>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

#include "ferrule/base/internal/status_page.h"
#include "ferrule/base/unique_fd.h"
#include "ferrule/platform/memfd.h"

namespace ferrule::programs {
namespace {

namespace fs = std::filesystem;

/// A process can open very many files, and give them all this name.
constexpr int kMostLooks = 4096;
constexpr int kMostPages = 4;
/// Beyond what fits into the memory of any machine it is no count.
constexpr uint64_t kMostOfAnything = uint64_t{1} << 32;

struct Device {
  unsigned major_number = 0;
  unsigned minor_number = 0;
  friend bool operator==(const Device&, const Device&) = default;
};

/// Asks nobody but the kernel, also if another process serves the file.
std::optional<Device> device_of(const UniqueFd& file) {
  struct statx status {};
  if (::statx(file.get(), "", AT_EMPTY_PATH | AT_STATX_DONT_SYNC, STATX_TYPE, &status) != 0 ||
      !S_ISREG(status.stx_mode)) {
    return std::nullopt;
  }
  return Device{status.stx_dev_major, status.stx_dev_minor};
}

std::optional<ShownCounts> read_page(const std::string& link) {
  const auto own = platform::create_memfd(status::kMemoryName, sizeof(status::Page));
  const UniqueFd place(::open(link.c_str(), O_PATH | O_CLOEXEC));
  if (!own || !place) return std::nullopt;
  const auto device = device_of(place);
  if (!device || device != device_of(*own)) return std::nullopt;
  const std::string path = "/proc/self/fd/" + std::to_string(place.get());
  const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  status::Page page{};
  if (!file || ::pread(file.get(), &page, sizeof(page), 0) != sizeof(page)) return std::nullopt;
  if (page.format != status::kFormat) return std::nullopt;
  const ShownCounts counts{page.counts[static_cast<size_t>(status::Count::kPipeEnds)],
                           page.counts[static_cast<size_t>(status::Count::kLinks)]};
  if (counts.num_pipe_ends > kMostOfAnything || counts.num_links > kMostOfAnything) {
    return std::nullopt;
  }
  return counts;
}

}  // namespace

std::optional<ShownCounts> read_shown_counts(pid_t process) {
  const std::string wanted = std::string("/memfd:") + status::kMemoryName + " (deleted)";
  int num_looks = 0;
  int num_pages = 0;
  std::error_code error;
  for (fs::directory_iterator entry("/proc/" + std::to_string(process) + "/fd", error), end;
       !error && entry != end && num_looks < kMostLooks && num_pages < kMostPages;
       entry.increment(error), ++num_looks) {
    std::error_code ignored;
    if (fs::read_symlink(entry->path(), ignored).string() != wanted) continue;
    ++num_pages;
    if (const auto counts = read_page(entry->path().string())) return counts;
  }
  return std::nullopt;
}

}  // namespace ferrule::programs
