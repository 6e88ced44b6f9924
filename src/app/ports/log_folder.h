// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

#include "domain/tlog/growth.h"

// Where a log lies in files, for everybody to read: the layout of C2SP tlog-tiles, the second tree under "sm3/".
// Derived data: all of it can be made again from the store. One process writes, any thread reads.
namespace suyuan {

struct Checkpoints {
  std::string sha256, sm3;  // signed notes of the same size; "" for none
  friend bool operator==(const Checkpoints&, const Checkpoints&) = default;
  const std::string& of(tlog::HashKind tree) const { return tree == tlog::HashKind::kSm3 ? sm3 : sha256; }
};

class LogFolder {
 public:
  virtual ~LogFolder() = default;

  // As they were published last, "" where never; the power may have gone between the two. One that it tore is as it was
  // durable. Errors: kInternal "log.disk".
  virtual Result<Checkpoints> published() = 0;
  // How far every file is surely whole: what this process published, or else what was durable when an earlier one
  // ended. After a power cut what was published beyond it may be torn or missing until it is written again. Errors: as
  // above.
  virtual Result<Checkpoints> sound() = 0;
  // A tile of a published size. Whoever asks for fewer than there are gets the first of them. Errors: kNotFound
  // "log.no_tile"; kCorrupt "log.tile", also of one that a power cut tore; kInternal "log.disk".
  virtual Result<std::string> tile(tlog::HashKind tree, const tlog::Tile& tile) = 0;

  // Each file is there for readers whole or not at all, and not durable yet; a tile that is there is replaced. Errors:
  // kInternal "log.disk": the folder must not be written to any more by this process, since what a file system that
  // failed says afterwards is not worth much.
  virtual Status write(const std::vector<tlog::TileFile>& tiles) = 0;
  // Not durable yet either. Errors: as above.
  virtual Status publish(const Checkpoints& checkpoints) = 0;
  // What this process published until now is durable on return, and narrower tiles that it made needless are gone.
  // Nothing happens when it is already. Any thread: writing and publishing go on meanwhile. Errors: as above.
  virtual Status make_durable() = 0;
  // Before tiles of what is durable are replaced: from now on nothing counts as durable or sound, until more is
  // published. Durable on return. Errors: as above.
  virtual Status distrust() = 0;
  // Takes everything away, so that it can be made again. Durable on return.
  virtual Status clear() = 0;
};

}  // namespace suyuan
