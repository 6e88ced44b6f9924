// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <atomic>
#include <memory>
#include <memory_resource>
#include <span>
#include <string_view>
#include <vector>

#include "adapters/warehouse/lookup_keys.h"
#include "adapters/warehouse/original_codec.h"
#include "app/ports/warehouse.h"

namespace suyuan {

struct PreparedKey {
  std::string_view bytes;  // scheme byte + canonical key
  KeyHash hash;
};

struct PreparedEvent {
  std::span<const PreparedKey> keys;  // by Event::objects
  std::string_view id;                // packed
  KeyHash id_hash;
  std::string_view original;  // compressed
};

// What of a submission can be worked out before the one writer takes it, part by part. The thread of the sender does so
// ahead of the writer, and of a long submission goes on while the writer writes. The writer never waits for it (it may
// have a lower priority): what is not there is worked out by whoever asks.
class PreparedSubmission {
 public:
  // `keys` and `codec` outlive it.
  PreparedSubmission(NewSubmission submission, const LookupKeys& keys, const OriginalCodec& codec);
  ~PreparedSubmission();
  PreparedSubmission(const PreparedSubmission&) = delete;
  PreparedSubmission& operator=(const PreparedSubmission&) = delete;

  const NewSubmission& submission() const { return submission_; }

  // Of the sender: works out the next part that nobody has begun. False: there was none.
  bool prepare_some();

  // Of the writer.
  const PreparedEvent& event(std::size_t number);
  const Sha256& digest() { return part(parts_.size() - 1).digest; }  // of the original

 private:
  static constexpr std::size_t kPartEvents = 32;
  struct Part {
    std::pmr::monotonic_buffer_resource bytes;
    std::vector<PreparedKey> keys;
    std::vector<PreparedEvent> events;
    Sha256 digest{};  // of the last part
  };
  struct Place {
    std::atomic<bool> is_begun = false;
    std::atomic<const Part*> part = nullptr;  // never changes again
  };

  const Part& part(std::size_t number);
  const Part& work_out(std::size_t number);
  std::unique_ptr<const Part> made(std::size_t number) const;

  const NewSubmission submission_;
  const LookupKeys& keys_;
  const OriginalCodec& codec_;
  std::vector<Place> parts_;
  std::size_t next_ = 0;  // of the sender
};

}  // namespace suyuan
