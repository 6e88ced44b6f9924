// SPDX-License-Identifier: Apache-2.0
#include "bin/secret_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>

#include "adapters/warehouse/safe_files.h"

namespace suyuan::cli {

namespace {

std::string draft_of(const SecretFile& file) { return fmt::format("{}.{}", file.file, ::getpid()); }

bool write_draft(const std::string& draft, std::string_view bytes) {
  const int descriptor = ::open(draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (descriptor < 0) return false;
  const bool written =
      ::write(descriptor, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()) && ::fsync(descriptor) == 0;
  return ::close(descriptor) == 0 && written;
}

Status sync_around(const SecretFile& file) { return sync_folder(std::filesystem::path(file.file).parent_path()); }

}  // namespace

Error bad_secret_file(const SecretFile& file, std::string_view what) {
  return {
      ErrorKind::kInvalid, std::string(file.code),
      fmt::format("The key file \"{}\" ({}) {}. It holds {} and nobody else may read it; put the file back that the "
                  "store was used with.",
                  file.file, file.setting, what, file.holds)};
}

Result<std::string> read_secret_file(const SecretFile& file) {
  const int descriptor = ::open(file.file.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return bad_secret_file(file, "cannot be read");
  std::string bytes(file.bytes_max + 1, '\0');
  const ssize_t size = ::read(descriptor, bytes.data(), bytes.size());
  ::close(descriptor);
  if (size < 0) return bad_secret_file(file, "cannot be read");
  if (static_cast<std::size_t>(size) > file.bytes_max) return bad_secret_file(file, "has another size");
  bytes.resize(static_cast<std::size_t>(size));
  return bytes;
}

Result<std::string> read_or_make(const SecretFile& file) {
  if (::access(file.file.c_str(), F_OK) == 0) return read_secret_file(file);
  const std::string draft = draft_of(file);
  const bool written = write_draft(draft, file.fresh());
  const bool linked = written && (::link(draft.c_str(), file.file.c_str()) == 0 || errno == EEXIST);
  ::unlink(draft.c_str());
  if (!linked) return bad_secret_file(file, "is not there and cannot be made");
  if (auto durable = sync_around(file); !durable) return std::move(durable.error());
  return read_secret_file(file);
}

Status replace_secret_file(const SecretFile& file, std::string_view bytes) {
  const std::string draft = draft_of(file);
  if (!write_draft(draft, bytes) || std::rename(draft.c_str(), file.file.c_str()) != 0) {
    ::unlink(draft.c_str());
    return bad_secret_file(file, "cannot be replaced");
  }
  return sync_around(file);
}

}  // namespace suyuan::cli
