// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "world.h"

namespace suyuan::test {
namespace {

using namespace tlog;

Hash random_hash(Random& random) {
  Hash hash;
  for (auto& byte : hash) byte = static_cast<std::uint8_t>(random());
  return hash;
}

std::vector<std::string> lines_of(const std::string& bytes) {
  std::vector<std::string> lines(1);
  for (const char c : bytes) {
    lines.back() += c;
    if (c == '\n') lines.emplace_back();
  }
  if (lines.back().empty()) lines.pop_back();
  return lines;
}
std::string joined(const std::vector<std::string>& lines) {
  std::string bytes;
  for (const std::string& line : lines) bytes += line;
  return bytes;
}

void replace_first(std::string& bytes, std::string_view old, std::string_view with) {
  if (const auto at = bytes.find(old); at != std::string::npos) bytes.replace(at, old.size(), with);
}

// ------------------------------------------------------------------------------------------------ in what is written

void flip_a_bit(World& world, Random& random) {
  world.bytes[below(random, world.bytes.size())] ^= static_cast<char>(1 << below(random, 8));
}
void lose_a_byte(World& world, Random& random) { world.bytes.erase(below(random, world.bytes.size()), 1); }
void insert_a_byte(World& world, Random& random) {
  static constexpr std::string_view kLikely = "\n =+0A\t\r\x7f\x80\xff";
  world.bytes.insert(below(random, world.bytes.size() + 1), 1, kLikely[below(random, kLikely.size())]);
}
void cut(World& world, Random& random) { world.bytes.resize(below(random, world.bytes.size())); }
void swap_lines(World& world, Random& random) {
  auto lines = lines_of(world.bytes);
  std::swap(lines[below(random, lines.size())], lines[below(random, lines.size())]);
  world.bytes = joined(lines);
}
void double_a_line(World& world, Random& random) {
  auto lines = lines_of(world.bytes);
  const std::size_t at = below(random, lines.size());
  lines.insert(lines.begin() + static_cast<std::ptrdiff_t>(at), std::string(lines[at]));
  world.bytes = joined(lines);
}
void lose_a_line(World& world, Random& random) {
  auto lines = lines_of(world.bytes);
  lines.erase(lines.begin() + static_cast<std::ptrdiff_t>(below(random, lines.size())));
  world.bytes = joined(lines);
}
void other_line_ends(World& world, Random&) {
  auto lines = lines_of(world.bytes);
  for (std::string& line : lines) line.insert(line.size() - 1, "\r");
  world.bytes = joined(lines);
}
void other_number(World& world, Random& random) {
  static constexpr std::string_view kNumbers[] = {"00",
                                                  "01",
                                                  "-1",
                                                  "+1",
                                                  " 1",
                                                  "1 ",
                                                  "0x1",
                                                  "1.0",
                                                  "",
                                                  "18446744073709551615",
                                                  "18446744073709551616",
                                                  "36893488147419103232",
                                                  "99999999999999999999999",
                                                  "\xef\xbc\x91"};
  replace_first(world.bytes, fmt::format("index {}\n", world.receipt.index),
                fmt::format("index {}\n", kNumbers[below(random, std::size(kNumbers))]));
}
// The last letter before the padding of a line in base64 gets a bit that says nothing.
void spare_bits(World& world, Random& random) {
  std::vector<std::size_t> places;
  for (std::size_t at = 1; at < world.bytes.size(); ++at)
    if (world.bytes[at] == '=' && world.bytes[at - 1] != '=') places.push_back(at - 1);
  if (!places.empty()) ++world.bytes[places[below(random, places.size())]];
}
void no_padding(World& world, Random&) { replace_first(world.bytes, "=\n", "\n"); }
void other_extra(World& world, Random& random) {
  static constexpr std::string_view kExtras[] = {
      "extra \n",    "extra QQ==\n", "extra QQ\n",    "extra QR==\n",
      "extra\n",     "Extra QQ==\n", "extra  QQ==\n", "extra QQ==\nextra QQ==\n",
      "more QQ==\n", "\n",           "extra =\n"};
  auto lines = lines_of(world.bytes);
  const bool was = lines[1].starts_with("extra ");
  lines[1] = std::string(kExtras[below(random, std::size(kExtras))]) + (was ? "" : lines[1]);
  world.bytes = joined(lines);
}
void other_version(World& world, Random&) { replace_first(world.bytes, "@v1", "@v2"); }
void byte_order_mark(World& world, Random&) { world.bytes.insert(0, "\xef\xbb\xbf"); }

// A line of a signer whom nobody knows: passed over when it is a signature line at all.
void strange_line(World& world, Random& random) {
  static constexpr std::string_view kLines[] = {"\u2014 stranger AAAAAAA=",
                                                "\u2014 stranger AAAAAA==",
                                                "\u2014 stranger AAAA",
                                                "\u2014 stranger ",
                                                "\u2014 stranger",
                                                "\u2014  AAAAAAA=",
                                                "\u2014 stranger  AAAAAAA=",
                                                "\u2014 stranger AAAAAAA= ",
                                                "\u2014 stranger AAAAAAA= x",
                                                "- stranger AAAAAAA=",
                                                "\u2013 stranger AAAAAAA=",
                                                "\u2014\u00a0stranger AAAAAAA=",
                                                "\u2014 stran\u00a0ger AAAAAAA=",
                                                "\u2014 stran\u3000ger AAAAAAA=",
                                                "\u2014 stran\u2028ger AAAAAAA=",
                                                "\u2014 stran\u200bger AAAAAAA=",
                                                "\u2014 stran\ufeffger AAAAAAA=",
                                                "\u2014 stran\u180eger AAAAAAA=",
                                                "\u2014 stran\u205fger AAAAAAA=",
                                                "\u2014 stran\u1680ger AAAAAAA=",
                                                "\u2014 stran\xc2\x85ger AAAAAAA=",
                                                "\u2014 stran\x7fger AAAAAAA=",
                                                "\u2014 stran\xc2\x9fger AAAAAAA=",
                                                "\u2014 stran+ger AAAAAAA=",
                                                "\u2014 stran\tger AAAAAAA=",
                                                "\u2014 \u7a0b AAAAAAA=",
                                                "\u2014 stran\xc0\x80ger AAAAAAA=",
                                                "\u2014 stran\xed\xa0\x80ger AAAAAAA=",
                                                "\u2014 stran\xf4\x90\x80\x80ger AAAAAAA=",
                                                "\u2014 stran\xffger AAAAAAA=",
                                                "\u2014 \xf0\x9f\x98\x80 AAAAAAA=",
                                                "\u2014 stranger AAAAAAB=",
                                                "\u2014 stranger AAAAAA-_",
                                                "\u2014 stranger AAAA\u2014AAAA",
                                                ""};
  world.bytes += fmt::format("{}\n", kLines[below(random, std::size(kLines))]);
}
void many_strangers(World& world, Random& random) {
  const std::size_t more = 100 - world.note.signatures.size() + below(random, 2);
  for (std::size_t i = 0; i < more; ++i) world.bytes += fmt::format("\u2014 stranger{} AAAAAAA=\n", i);
}

// ------------------------------------------------------------------------------------------------ in what it says

void nothing(World&, Random&) {}
void other_entry(World& world, Random& random) { world.entry += static_cast<char>(random()); }
void neighbour(World& world, Random& random) { world.entry = world.entries[below(random, world.entries.size())]; }
// The longest entry that a log can hold, or one longer by a byte.
void long_entry(World& world, Random& random) {
  world.entry = std::string(65535 + below(random, 2), 'x');
  world.checkpoint = {world.checkpoint.origin, 1, leaf_hash(world.kind, world.entry)};
  world.receipt.index = 0;
  world.receipt.proof.clear();
  sign_anew(world, random, text_of(world.checkpoint));
}
void other_index(World& world, Random& random) { world.receipt.index = below(random, world.checkpoint.size + 3); }
void other_proof_hash(World& world, Random& random) {
  if (world.receipt.proof.empty()) return;
  world.receipt.proof[below(random, world.receipt.proof.size())] = random_hash(random);
}
void shorter_proof(World& world, Random& random) {
  auto& proof = world.receipt.proof;
  if (!proof.empty()) proof.erase(proof.begin() + static_cast<std::ptrdiff_t>(below(random, proof.size())));
}
void longer_proof(World& world, Random& random) {
  auto& proof = world.receipt.proof;
  proof.insert(proof.begin() + static_cast<std::ptrdiff_t>(below(random, proof.size() + 1)), random_hash(random));
}
void very_long_proof(World& world, Random& random) {
  while (world.receipt.proof.size() < 64 + below(random, 2)) world.receipt.proof.push_back(random_hash(random));
}
void signed_other_size(World& world, Random& random) {
  world.checkpoint.size += 1 + below(random, 5);
  sign_anew(world, random, text_of(world.checkpoint));
}
void signed_other_root(World& world, Random& random) {
  world.checkpoint.root = random_hash(random);
  sign_anew(world, random, text_of(world.checkpoint));
}
void signed_other_origin(World& world, Random& random) {
  world.checkpoint.origin += "x";
  sign_anew(world, random, text_of(world.checkpoint));
}
void signed_more_lines(World& world, Random& random) {
  static constexpr std::string_view kMore[] = {"more\n", "one\ntwo\n", "\n", "more\n\nmore\n", "\x7f\n", "\u200b\n"};
  sign_anew(world, random, text_of(world.checkpoint) + std::string(kMore[below(random, std::size(kMore))]));
}
void signed_odd_text(World& world, Random& random) {
  const std::string origin = world.checkpoint.origin,
                    root = text_of(world.checkpoint)
                               .substr(origin.size() + 1 + fmt::format("{}\n", world.checkpoint.size).size());
  const std::string texts[] = {fmt::format("{}\n0{}\n{}", origin, world.checkpoint.size, root),
                               fmt::format("{}\n+{}\n{}", origin, world.checkpoint.size, root),
                               fmt::format("{}\n18446744073709551616\n{}", origin, root),
                               fmt::format("{}\n18446744073709551615\n{}", origin, root),
                               fmt::format("{}\n0\n{}", origin, root),
                               fmt::format("{}\n{}\nAAAA\n", origin, world.checkpoint.size),
                               fmt::format("{}\n{}\n", origin, world.checkpoint.size),
                               fmt::format("\n{}\n{}\n{}", origin, world.checkpoint.size, root),
                               fmt::format("{}\n{}\n={}", origin, world.checkpoint.size, root),
                               fmt::format("{} \n{}\n{}", origin, world.checkpoint.size, root)};
  sign_anew(world, random, texts[below(random, std::size(texts))]);
}
void other_trees_root(World& world, Random&) {
  world.kind = world.kind == HashKind::kSha256 ? HashKind::kSm3 : HashKind::kSha256;
}
void lose_a_signature(World& world, Random& random) {
  auto& all = world.note.signatures;
  all.erase(all.begin() + static_cast<std::ptrdiff_t>(below(random, all.size())));
}
void only_witnesses(World& world, Random&) {
  auto& all = world.note.signatures;
  all.erase(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(world.log.size()));
}
// A witness that calls itself as the log does, and no signature of the log.
void witness_of_the_logs_name(World& world, Random& random) {
  only_witnesses(world, random);
  const auto type = below(random, 2) == 0 ? NoteKeyType::kEd25519Cosignature : NoteKeyType::kSm2Cosignature;
  world.witnesses.push_back(random_key(random, world.checkpoint.origin, type));
  world.note.signatures.push_back(signed_by(world.witnesses.back(), world.note.text, 7));
}
void forged(World& world, Random& random) {
  auto& one = world.note.signatures[below(random, world.note.signatures.size())];
  one.bytes[below(random, one.bytes.size())] ^= static_cast<char>(1 << below(random, 8));
}
void forged_short(World& world, Random& random) {
  auto& one = world.note.signatures[below(random, world.note.signatures.size())];
  one.bytes.resize(1 + below(random, one.bytes.size() + 8));
}
// Another key signs under the name and the id of the log's.
void impostor(World& world, Random& random) {
  const std::size_t which = below(random, world.log.size());
  const auto other = random_key(random, world.log[which].key.name, world.log[which].key.type);
  world.note.signatures[which].bytes = signed_by(other, world.note.text).bytes;
}
void namesake(World& world, Random& random) {
  const auto type = below(random, 2) == 0 ? NoteKeyType::kEd25519 : NoteKeyType::kSm2;
  world.note.signatures.push_back(signed_by(random_key(random, world.checkpoint.origin, type), world.note.text));
}
void second_signature(World& world, Random& random) {
  const bool right = below(random, 2) == 0;
  const auto& key = world.witnesses.empty() ? world.log[0] : world.witnesses[0];
  world.note.signatures.push_back(signed_by(key, right ? world.note.text : "other\n", 4711));
}
void late_cosignature(World& world, Random& random) {
  const std::uint64_t times[] = {0, 1, (1ULL << 63) - 1, 1ULL << 63, ~0ULL};
  const auto type = below(random, 2) == 0 ? NoteKeyType::kEd25519Cosignature : NoteKeyType::kSm2Cosignature;
  world.witnesses.push_back(random_key(random, "late.example", type));
  world.note.signatures.push_back(
      signed_by(world.witnesses.back(), world.note.text, times[below(random, std::size(times))]));
}
// S + L of an Ed25519 signature, or n - s of SM2: what other verifiers once took for the same signature.
void malleable(World& world, Random&) {
  static constexpr std::uint8_t kOrder[32] = {0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7,
                                              0xa2, 0xde, 0xf9, 0xde, 0x14, 0,    0,    0,    0,    0,    0,
                                              0,    0,    0,    0,    0,    0,    0,    0,    0,    0x10};
  for (std::size_t i = 0; i < world.log.size(); ++i) {
    if (world.log[i].key.type != NoteKeyType::kEd25519) continue;
    unsigned carry = 0;
    for (std::size_t at = 0; at < 32; ++at) {
      char& byte = world.note.signatures[i].bytes[32 + at];
      carry += static_cast<std::uint8_t>(byte) + kOrder[at];
      byte = static_cast<char>(carry & 0xff);
      carry >>= 8;
    }
  }
}

// ------------------------------------------------------------------------------------------------ in the extra line

// One thing of the opening is another; sometimes the log holds an entry that commits to it all the same.
void other_opening(World& world, Random& random) {
  if (!world.opening) return;
  EventOpening& opening = *world.opening;
  const std::size_t which = below(random, 6);
  if (which == 0) opening.id += "x";
  if (which == 1) opening.content[below(random, 32)] ^= 4;
  if (which == 2) opening.is_declaration = !opening.is_declaration;
  if (which == 3) opening.salt[below(random, 16)] ^= 1;
  if (which == 4) opening.entry = world.entries[below(random, world.entries.size())];
  if (which == 5) opening.entry.back() ^= 1;
  world.receipt.extra = written(opening);
}
void odd_opening(World& world, Random& random) {
  if (!world.opening) return;
  std::string& extra = world.receipt.extra;
  const std::size_t entry = world.opening->entry.size();
  static constexpr std::string_view kEnds[] = {"\n", "\x1b[2J", "\xff", "\x7f", "\xc2\x85", "\xef\xbb\xbf"};
  switch (below(random, 6)) {
    case 0:
      extra[below(random, extra.size())] ^= static_cast<char>(1 << below(random, 8));
      break;
    case 1:
      extra.resize(1 + below(random, extra.size()));
      break;
    case 2:
      extra.erase(below(random, extra.size()), 1);
      break;
    case 3:
      extra += kEnds[below(random, std::size(kEnds))];
      break;
    case 4:
      extra.insert(entry + 17, "E");
      break;
    default:
      extra.insert(below(random, extra.size()), "\n");
  }
}
// For who may not see the event: nothing opens the entry.
void entry_alone(World& world, Random&) {
  if (world.opening) world.receipt.extra = world.opening->entry + "\n";
}
// What the log really holds is no entry of an event, or one of another spelling; the rest is as it should be.
void odd_entry(World& world, Random& random) {
  if (!world.opening) return;
  const std::string right = world.opening->entry;
  const auto blank = [&](std::size_t which) {
    std::size_t at = 0;
    for (std::size_t i = 0; i <= which; ++i) at = right.find(' ', at) + 1;
    return at;
  };
  std::string odd = right;
  switch (below(random, 8)) {
    case 0:
      odd += " 1";
      break;
    case 1:
      odd.replace(0, 7, "event/2");
      break;
    case 2:
      odd.insert(blank(2), "0");
      break;
    case 3:
      odd = odd.substr(0, blank(2)) + "0" + odd.substr(odd.find(' ', blank(2)));
      break;
    case 4:
      odd = odd.substr(0, blank(3)) + "9223372036854775808";
      break;
    case 5:
      odd = odd.substr(0, blank(3)) + "-1";
      break;
    case 6:
      odd = "audit/1 " + right.substr(8, 44) + " 5";
      break;
    default:
      odd.insert(blank(0), " ");
  }
  world.opening->entry = world.entry = odd;
  world.entries = {odd};
  world.receipt.index = 0;
  world.receipt.proof.clear();
  world.receipt.extra = written(*world.opening);
  world.checkpoint = {world.checkpoint.origin, 1, leaf_hash(world.kind, odd)};
  sign_anew(world, random, text_of(world.checkpoint));
}
// The event is not that of the entry, which is in the log.
void stolen_receipt(World& world, Random&) {
  if (!world.opening) return;
  world.opening->id = "urn:uuid:0197a1c2-7b3e-7c4d-8a5f-000000000000";
  world.receipt.extra = written(*world.opening);
}

constexpr Fault kFaults[] = {
    {"nothing", nothing},
    {"a bit", flip_a_bit, true},
    {"a byte lost", lose_a_byte, true},
    {"a byte more", insert_a_byte, true},
    {"cut short", cut, true},
    {"lines swapped", swap_lines, true},
    {"a line twice", double_a_line, true},
    {"a line lost", lose_a_line, true},
    {"other line ends", other_line_ends, true},
    {"other number", other_number, true},
    {"spare bits", spare_bits, true},
    {"no padding", no_padding, true},
    {"other extra", other_extra, true},
    {"other version", other_version, true},
    {"byte order mark", byte_order_mark, true},
    {"strange line", strange_line, true},
    {"many strangers", many_strangers, true},
    {"other entry", other_entry},
    {"neighbour's entry", neighbour},
    {"long entry", long_entry},
    {"other index", other_index},
    {"other hash in the proof", other_proof_hash},
    {"shorter proof", shorter_proof},
    {"longer proof", longer_proof},
    {"very long proof", very_long_proof},
    {"signed: other size", signed_other_size},
    {"signed: other root", signed_other_root},
    {"signed: other origin", signed_other_origin},
    {"signed: more lines", signed_more_lines},
    {"signed: odd text", signed_odd_text},
    {"the other tree", other_trees_root},
    {"a signature lost", lose_a_signature},
    {"only witnesses", only_witnesses},
    {"a witness of the log's name", witness_of_the_logs_name},
    {"forged", forged},
    {"forged: other length", forged_short},
    {"impostor", impostor},
    {"namesake", namesake},
    {"second signature", second_signature},
    {"late cosignature", late_cosignature},
    {"malleable", malleable},
    {"other opening", other_opening},
    {"odd opening", odd_opening},
    {"odd entry", odd_entry},
    {"entry alone", entry_alone},
    {"stolen receipt", stolen_receipt},
};

}  // namespace

std::span<const Fault> faults() { return kFaults; }

}  // namespace suyuan::test
