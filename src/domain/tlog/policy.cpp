// SPDX-License-Identifier: Apache-2.0
#include "domain/tlog/policy.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/text.h"
#include "domain/tlog/lines.h"

namespace suyuan::tlog {

namespace {

constexpr std::size_t kPolicyBytes = 256 * 1024;

std::vector<std::string_view> words_of(std::string_view line) {
  std::vector<std::string_view> words;
  for (std::size_t at = 0; (at = line.find_first_not_of(" \t", at)) != std::string_view::npos;) {
    const std::size_t end = std::min(line.find_first_of(" \t", at), line.size());
    words.push_back(line.substr(at, end - at));
    at = end;
  }
  return words;
}

bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte < 0x20 && c != '\t' && c != '\n') || byte == 0x7F;
}

}  // namespace

// Reads line by line; `why` is what is wrong with the line that it stands at.
class PolicyReader {
 public:
  Result<Policy> read(std::string_view text) {
    if (text.size() > kPolicyBytes) return refuse(fmt::format("the file is larger than {} bytes", kPolicyBytes));
    while (!text.empty()) {
      ++line_;
      const auto line = take_line(text);
      if (!line) return refuse("the line does not end; end it with a line feed");
      if (const auto bad = std::find_if(line->begin(), line->end(), is_control); bad != line->end()) {
        return refuse(fmt::format("it holds the control character {:#04x}; lines end with a line feed alone",
                                  static_cast<unsigned char>(*bad)));
      }
      if (std::string why = read_line(words_of(*line)); !why.empty()) return refuse(why);
    }
    if (!has_quorum_) return refuse("there is no quorum line; the last line says whose cosignatures are enough");
    return std::move(policy_);
  }

 private:
  using Words = std::vector<std::string_view>;

  Error refuse(std::string_view why) const {
    return {ErrorKind::kInvalid, "log.policy",
            fmt::format("Line {} of the policy cannot be used: {}. Lines are `log VKEY [URL]`, `witness NAME VKEY "
                        "[URL]`, `group NAME all|any|N NAME…` and once `quorum NAME|none`; each names what stands "
                        "before it.",
                        line_, why)};
  }

  std::string read_line(const Words& words) {
    if (words.empty() || words[0].starts_with('#')) return "";
    if (words[0] == "log") return read_log(words);
    if (words[0] == "witness") return read_witness(words);
    if (words[0] == "group") return read_group(words);
    if (words[0] == "quorum") return read_quorum(words);
    return fmt::format("it begins with \"{}\"", excerpt(words[0]));
  }

  // Of another log, or of another witness. The name of a key does not matter: who holds the private key is one.
  bool is_known(const NoteKey& key) { return !keys_.emplace(is_cosignature(key.type), key.public_key).second; }

  std::string read_log(const Words& words) {
    if (words.size() != 2 && words.size() != 3) return "log takes a verifier key and perhaps a URL";
    auto key = note_key_of(words[1]);
    if (!key) return key.error().text;
    if (is_cosignature(key->type)) return fmt::format("\"{}\" is the key of a witness", excerpt(words[1], 160));
    if (policy_.logs_.size() == Policy::kLines) return fmt::format("there are more than {} logs", Policy::kLines);
    if (is_known(*key)) return fmt::format("the key of \"{}\" is in another line already", excerpt(key->name));
    policy_.logs_.push_back({std::move(*key), std::string(words.size() == 3 ? words[2] : "")});
    return "";
  }

  std::string read_witness(const Words& words) {
    if (words.size() != 3 && words.size() != 4) return "witness takes a name, a verifier key and perhaps a URL";
    auto key = note_key_of(words[2]);
    if (!key) return key.error().text;
    if (!is_cosignature(key->type))
      return fmt::format("\"{}\" is the key of a log and not of a witness", excerpt(words[2], 160));
    if (is_known(*key)) return fmt::format("the key of \"{}\" is in another line already", excerpt(words[1]));
    const std::string_view url = words.size() == 4 ? words[3] : "";
    if (const auto known = names_.find(words[1]); known != names_.end() && !known->second.is_group)
      return add_key(policy_.witnesses_[known->second.index], std::move(*key), url);
    if (policy_.witnesses_.size() == Policy::kLines)
      return fmt::format("there are more than {} witnesses", Policy::kLines);
    if (std::string why = name(words[1], {false, policy_.witnesses_.size()}); !why.empty()) return why;
    policy_.witnesses_.push_back({std::string(words[1]), {std::move(*key)}, std::string(url)});
    return "";
  }

  static std::string add_key(PolicyWitness& witness, NoteKey key, std::string_view url) {
    const bool is_sm2 = key.type == NoteKeyType::kSm2Cosignature;
    if (!is_sm2 || witness.keys.size() != 1 || witness.keys[0].type == NoteKeyType::kSm2Cosignature) {
      return fmt::format("\"{}\" is taken; a second line of a witness gives it an SM2 key beside its Ed25519 key",
                         excerpt(witness.name));
    }
    if (!url.empty() && url != witness.url)
      return fmt::format("\"{}\" has another URL in its first line", excerpt(witness.name));
    witness.keys.push_back(std::move(key));
    return "";
  }

  std::string name(std::string_view word, Policy::Member is) {
    if (word == "none") return "\"none\" is the name of no witnesses at all; choose another";
    if (!names_.emplace(std::string(word), is).second) return fmt::format("\"{}\" is taken", excerpt(word));
    return "";
  }

  std::string unknown(std::string_view word) const {
    std::vector<std::string_view> known;
    for (const auto& [each, is] : names_) known.push_back(each);
    const std::string_view near = nearest(word, known);
    return fmt::format("no line before it defines \"{}\"{}", excerpt(word),
                       near.empty() ? "" : fmt::format("; did you mean \"{}\"?", excerpt(near)));
  }

  std::string read_group(const Words& words) {
    if (words.size() < 4) return "group takes a name, all, any or a number, and at least one name";
    Policy::Group group;
    for (std::size_t i = 3; i < words.size(); ++i) {
      const auto found = names_.find(words[i]);
      if (found == names_.end()) return unknown(words[i]);
      if (std::find(group.members.begin(), group.members.end(), found->second) != group.members.end())
        return fmt::format("\"{}\" is in the group twice", excerpt(words[i]));
      group.members.push_back(found->second);
    }
    std::uint64_t least = 0;
    if (words[2] == "all" || words[2] == "any") {
      least = words[2] == "all" ? group.members.size() : 1;
    } else if (!read_count(words[2], least) || least == 0 || least > group.members.size()) {
      return fmt::format("\"{}\" is neither all nor any nor a number from 1 to {}", excerpt(words[2]),
                         group.members.size());
    }
    group.least = static_cast<std::size_t>(least);
    if (policy_.groups_.size() == Policy::kLines) return fmt::format("there are more than {} groups", Policy::kLines);
    if (group.members.size() > Policy::kLines) return fmt::format("the group has more than {} names", Policy::kLines);
    if (std::string why = name(words[1], {true, policy_.groups_.size()}); !why.empty()) return why;
    policy_.groups_.push_back(std::move(group));
    return "";
  }

  std::string read_quorum(const Words& words) {
    if (words.size() != 2) return "quorum takes one name, or none";
    if (has_quorum_) return "there is a quorum line already";
    has_quorum_ = true;
    if (words[1] == "none") return "";
    const auto found = names_.find(words[1]);
    if (found == names_.end()) return unknown(words[1]);
    policy_.quorum_ = found->second;
    return "";
  }

  Policy policy_;
  std::size_t line_ = 0;
  bool has_quorum_ = false;
  std::map<std::string, Policy::Member, std::less<>> names_;
  std::set<std::pair<bool, std::string>> keys_;  // of witnesses or of logs
};

Result<Policy> Policy::of(std::string_view text) { return PolicyReader().read(text); }

bool Policy::is_quorum(const std::vector<bool>& cosigned) const {
  CHECK(cosigned.size() == witnesses_.size());
  if (!quorum_) return true;
  std::vector<bool> groups;
  const auto counts = [&](const Member& member) {
    return member.is_group ? groups[member.index] : cosigned[member.index];
  };
  for (const Group& group : groups_) {
    const auto count = std::count_if(group.members.begin(), group.members.end(), counts);
    groups.push_back(static_cast<std::size_t>(count) >= group.least);
  }
  return counts(*quorum_);
}

Result<std::vector<bool>> who_cosigned(const Note& note, const Policy& policy) {
  std::vector<bool> cosigned;
  for (const PolicyWitness& witness : policy.witnesses()) {
    const auto by = who_signed(note, witness.keys);
    if (!by) return by.error();
    cosigned.push_back(!by->empty());
  }
  return cosigned;
}

Result<Witnessed> verify_by_policy(std::string_view bytes, const Policy& policy, std::span<const NoteKey> log_keys) {
  auto note = note_of(bytes);
  if (!note) return std::move(note.error());
  auto checkpoint = checkpoint_of(note->text);
  if (!checkpoint) return std::move(checkpoint.error());
  std::vector<NoteKey> keys;
  const auto add = [&](const NoteKey& key) {
    if (key.name == checkpoint->origin && !is_cosignature(key.type)) keys.push_back(key);
  };
  for (const PolicyLog& log : policy.logs()) add(log.key);
  for (const NoteKey& key : log_keys) add(key);
  const auto by = who_signed(*note, keys);
  if (!by) return by.error();
  if (keys.empty() || by->size() != keys.size()) {
    return Error{ErrorKind::kInvalid, "log.unsigned",
                 fmt::format("The checkpoint of \"{}\" has signatures of {} of the {} keys that are given for a log of "
                             "that name; at least one is needed, and all have to sign.",
                             excerpt(checkpoint->origin), by->size(), keys.size())};
  }
  const auto cosigned = who_cosigned(*note, policy);
  if (!cosigned) return cosigned.error();
  Witnessed witnessed{std::move(*checkpoint), {}};
  for (std::size_t i = 0; i < cosigned->size(); ++i)
    if ((*cosigned)[i]) witnessed.witnesses.push_back(policy.witnesses()[i].name);
  if (!policy.is_quorum(*cosigned)) {
    return Error{
        ErrorKind::kInvalid, "log.unwitnessed",
        fmt::format("The checkpoint of \"{}\" with {} entries is cosigned by {} of the {} witnesses of the "
                    "policy, which are not enough for its quorum ({}).",
                    excerpt(witnessed.checkpoint.origin), witnessed.checkpoint.size, witnessed.witnesses.size(),
                    policy.witnesses().size(), excerpt(fmt::format("{}", fmt::join(witnessed.witnesses, ", ")), 200))};
  }
  return witnessed;
}

}  // namespace suyuan::tlog
