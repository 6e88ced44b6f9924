// SPDX-License-Identifier: Apache-2.0
// How fast are identifiers read? `./dev bench` prints each beside a plain copy of the same text, so that the ratio says
// more than the machine.
#include <benchmark/benchmark.h>

#include <string>
#include <vector>

#include "domain/codes/check_digit.h"
#include "domain/codes/identify.h"
#include "domain/codes/identity.h"

namespace suyuan::codes {
namespace {

// A thousand different links of the usual kind, on three domains.
std::vector<std::string> links() {
  constexpr const char* kDomains[] = {"https://id.gs1.org", "https://example.cn/p", "http://shop.example"};
  std::vector<std::string> all;
  for (int i = 0; i < 1000; ++i) {
    std::string gtin = "0690123" + std::to_string(100000 + i * 7) + "0";
    gtin.back() = gs1_check_digit(gtin);
    all.push_back(std::string(kDomains[i % 3]) + "/01/" + gtin + "/21/" + std::to_string(1000000 + i * 13));
  }
  return all;
}

void copy_text(benchmark::State& state) {
  const auto all = links();
  std::size_t at = 0;
  for (auto _ : state) {
    std::string copy(all[at++ % all.size()]);
    benchmark::DoNotOptimize(copy.data());
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(copy_text);

void read_digital_links(benchmark::State& state) {
  const auto all = links();
  std::size_t at = 0;
  for (auto _ : state) {
    auto read = read_epcis_id(all[at++ % all.size()]);
    if (!read.ok()) state.SkipWithError("a link was refused");
    benchmark::DoNotOptimize(read);
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(read_digital_links);

void read_epc_urns(benchmark::State& state) {
  std::size_t at = 0;
  for (auto _ : state) {
    auto read = read_epcis_id(at++ % 2 == 0 ? "urn:epc:id:sgtin:6901234.056789.00001"
                                            : "urn:epc:class:lgtin:6901234.056789.20241018A");
    benchmark::DoNotOptimize(read);
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(read_epc_urns);

void identify_links(benchmark::State& state) {
  const auto all = links();
  std::size_t at = 0;
  for (auto _ : state) {
    auto found = identify(all[at++ % all.size()], OrgId(1), 2026);
    benchmark::DoNotOptimize(found);
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(identify_links);

}  // namespace
}  // namespace suyuan::codes
