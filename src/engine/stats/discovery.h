// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <span>
#include <vector>

namespace suyuan::stats {

// Benjamini and Hochberg 1995. Adjusted tails: those at or below q form a set in which false discoveries are expected
// to be at most the share q. `tails` need not be sorted; the answer is in their order.
std::vector<double> adjusted_tails(std::span<const double> tails);

// The same for a family of `size` tests of which only these tails are below 1, the rest being 1.
std::vector<double> adjusted_tails(std::span<const double> tails, std::size_t size);

}  // namespace suyuan::stats
