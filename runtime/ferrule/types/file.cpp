// SPDX-License-Identifier: Apache-2.0
#include "ferrule/types/file.h"

#include <fcntl.h>
#include <sys/stat.h>

namespace ferrule {

template <FileAccess kAccess>
Result<OpenFile<kAccess>> OpenFile<kAccess>::adopt(UniqueFd descriptor) {
  struct stat status {};
  if (::fstat(descriptor.get(), &status) != 0) return Error::from_errno("fstat");
  if (!S_ISREG(status.st_mode)) return Error(Errc::kInvalidArgument, "not a regular file");
  const int flags = ::fcntl(descriptor.get(), F_GETFL);
  if (flags < 0) return Error::from_errno("fcntl(F_GETFL)");
  // O_PATH says nothing of reading and writing, because it allows neither.
  const int wanted = kAccess == FileAccess::kReadOnly ? O_RDONLY : O_RDWR;
  if ((flags & O_PATH) != 0 || (flags & O_ACCMODE) != wanted) {
    return Error(Errc::kInvalidArgument, "open for something else");
  }
  return OpenFile(std::move(descriptor));
}

template class OpenFile<FileAccess::kReadOnly>;
template class OpenFile<FileAccess::kReadWrite>;

}  // namespace ferrule
