// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/sql/sql.h"

namespace suyuan {

// Compresses the originals of events, one frame each, with a dictionary learnt from the store's own events; a frame
// names its dictionary. Any thread.
class OriginalCodec {
 public:
  OriginalCodec();
  ~OriginalCodec();
  OriginalCodec(const OriginalCodec&) = delete;
  OriginalCodec& operator=(const OriginalCodec&) = delete;

  std::string compress(std::string_view bytes) const;
  // Nothing when the bytes are no frame of ours, or name a dictionary that was not added.
  std::optional<std::string> decompress(std::string_view frame) const;

  // From now on frames are made with this one. False: it is no dictionary.
  bool add(unsigned id, std::string_view dictionary);
  // Adds the dictionaries of the store that are not known yet. Errors: kCorrupt "store.damaged".
  Status load(sql::Connection& connection);
  // The highest id so far; 0 for none.
  unsigned last() const;
  // A dictionary of 16 KiB for texts like these, with that id (1…255); nothing when they are too few or too alike.
  static std::optional<std::string> train(const std::vector<std::string>& samples, unsigned id);

 private:
  struct Dictionary;
  std::shared_ptr<const Dictionary> current() const;

  mutable std::mutex mutex_;
  std::map<unsigned, std::shared_ptr<const Dictionary>> all_;
};

}  // namespace suyuan
