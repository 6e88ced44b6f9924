// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>
#include <memory>

#include "adapters/disk/file_operations.h"
#include "app/ports/log_folder.h"

namespace suyuan {

// The log in this folder: checkpoint, tile/…, sm3/checkpoint, sm3/tile/…, .new/ for what is being written, and
// .durable, which says up to which checkpoints all of it is on the disk: the length in bytes of the first note in a
// line, both notes. Files are put in place without a sync (a killed process loses nothing by that, a power cut may);
// make_durable() is one syncfs, and the mark after it. Entries that are empty or hold a zero byte do not belong here:
// they are taken for torn. What a cut tore may stay beside a wider tile that is whole, which is given out instead. A
// folder without a mark is of an earlier program, which synced what it published.
//
// Makes the folder when it is missing. Whoever only reads changes nothing else. The first thing written takes the
// folder for this process, removes what an earlier one left half done and, where no checkpoint was published, all tiles
// (they may be another log's, whose removal was cut off). Errors: kInternal "log.disk". Of tile() besides: kCorrupt
// "log.tile". Of writing besides: kBusy "log.folder_in_use".
Result<std::unique_ptr<LogFolder>> make_log_folder(const std::filesystem::path& path);
// The same on any files; `shown` is the folder's name in messages, `name` among the files.
Result<std::unique_ptr<LogFolder>> make_log_folder(std::shared_ptr<FileOperations> files, const std::string& name,
                                                   const std::string& shown);

}  // namespace suyuan
