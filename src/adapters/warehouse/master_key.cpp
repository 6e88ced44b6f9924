// SPDX-License-Identifier: Apache-2.0
#include "adapters/warehouse/master_key.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>

#include "adapters/warehouse/safe_files.h"
#include "base/text.h"

namespace suyuan {

namespace {

constexpr std::size_t kDigits = 2 * kSealKeyBytes;

Error broken(const std::filesystem::path& file, std::string_view what) {
  return {ErrorKind::kInternal, "secrets.key_file",
          fmt::format("The key file \"{}\" {}. A file with 64 hexadecimal digits is expected that only the server may "
                      "read (`openssl rand -hex 32`); see secrets.key_file.",
                      excerpt(file.string(), 200), what)};
}

Error no_key(const std::filesystem::path& file) {
  if (file.empty())
    return {
        ErrorKind::kInternal, "secrets.no_key",
        "There are values about people, and no key to keep them encrypted with. Make a file with `openssl rand -hex "
        "32`, readable by the server only, keep a copy of it apart from the database, and name it in "
        "secrets.key_file."};
  return {ErrorKind::kInternal, "secrets.no_key",
          fmt::format("The store holds encrypted values about people, and their key file \"{}\" is not there. Put it "
                      "back from your copy, or name it in secrets.key_file.",
                      excerpt(file.string(), 200))};
}

int digit_of(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

constexpr std::string_view kExists = "the key file was made by somebody else meanwhile";

// For its owner only, and durable on return.
Status write_new(const std::filesystem::path& path, const SealKey& key) {
  const std::string_view bytes = key.bytes();
  const std::string text = hex({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()}) + "\n";
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (file < 0) {
    Error error = broken(path, fmt::format("cannot be made: {}", std::strerror(errno)));
    if (errno == EEXIST) error.for_log = kExists;
    return error;
  }
  const bool is_written =
      ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && ::fsync(file) == 0;
  ::close(file);
  if (!is_written) {
    ::unlink(path.c_str());
    return broken(path, "cannot be written");
  }
  return sync_folder(path.parent_path());
}

}  // namespace

Result<SealKey> MasterKey::get(bool is_needed) {
  const std::lock_guard lock(mutex_);
  if (key_) return *key_;
  std::error_code ignored;
  const bool is_there = !file_.empty() && std::filesystem::exists(file_, ignored);
  if (!is_there && (file_.empty() || !may_make_ || is_needed)) return no_key(file_);
  auto key = is_there ? read() : make();
  if (key) key_ = *key;
  return key;
}

Result<SealKey> MasterKey::read() const {
  std::ifstream stream(file_, std::ios::binary);
  std::string text(kDigits + 2, '\0');
  stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(std::max<std::streamsize>(stream.gcount(), 0)));
  if (text.empty()) return broken(file_, "cannot be read, or is empty");
  const std::string_view digits = trim(text);
  std::string bytes;
  for (std::size_t i = 0; digits.size() == kDigits && i < kDigits; i += 2) {
    const int high = digit_of(digits[i]), low = digit_of(digits[i + 1]);
    if (high < 0 || low < 0) break;
    bytes += static_cast<char>(high * 16 + low);
  }
  auto key = SealKey::of_bytes(bytes);
  return key ? Result(*key) : broken(file_, "holds something else");
}

Result<SealKey> MasterKey::make() const {
  std::error_code failed;
  std::filesystem::create_directories(file_.parent_path(), failed);
  std::filesystem::permissions(file_.parent_path(), std::filesystem::perms::owner_all, failed);
  const SealKey key = SealKey::fresh();
  if (auto written = write_new(file_, key); !written) {
    if (written.error().for_log == kExists) return read();
    return std::move(written.error());
  }
  return key;
}

Status replace_key_file(const std::filesystem::path& file, const SealKey& key) {
  std::filesystem::path beside = file;
  beside += ".new";
  ::unlink(beside.c_str());
  if (auto written = write_new(beside, key); !written) return written;
  if (::rename(beside.c_str(), file.c_str()) != 0)
    return broken(file, fmt::format("cannot be replaced: {}", std::strerror(errno)));
  return sync_folder(file.parent_path());
}

}  // namespace suyuan
