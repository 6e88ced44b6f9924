// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "adapters/http/page_html.h"
#include "adapters/http/svg.h"
#include "app/figures/figures.h"
#include "app/page/code_page.h"
#include "app/page/story.h"
#include "app/page/story_view.h"
#include "app/trace/trace.h"

// The parts that pages are made of. All return markup.
namespace suyuan::http {

// Words for people. An unknown word comes back as it is.
std::string_view role_text(std::string_view role, const Reader& say);
std::string_view step_text(std::string_view step, const Reader& say);
std::string_view field_text(std::string_view field, const Reader& say);
std::string time_text(Instant at, std::chrono::minutes offset);  // "2026-03-01 08:00 +08:00"

// What a scan opens; also for unknown and broken codes. `has_log`: this server publishes a log.
std::string code_main(const CodePage& page, const Reader& say, bool has_log);
std::string search_form(const Reader& say, std::string_view value);

struct StartFacts {
  std::optional<Warehouse::Counts> counts;  // for those who see everything
  std::vector<codes::Identity> recent;
  // The demonstration, and what this visitor sees of it.
  const DemoStory* story = nullptr;
  StoryView view = {};
  std::string who;                                                                   // organisation and role
  identity::Width events = identity::Width::kNone, chains = identity::Width::kNone;  // of event.read and trace.read
  bool is_public = true;
  bool may_audit = false;
  std::optional<Figures> figures;      // of its first month, for those who see figures only
  std::optional<TraceAnswer> bad_lot;  // of the story
};
std::string start_main(const Request& request, const StartFacts& facts, const Reader& say);
// Of a form that switches the role in the demonstration and leads back to this page.
std::string demo_form_begin(const Request& request, const Reader& say);

// Picture and tables of a trace. Names of firms only when `with_names`; `brief` leaves out the gaps and examples.
std::string trace_parts(const TraceAnswer& answer, const Reader& say, bool with_names, bool brief = false);
// The nodes from number `first` on (less than their number), one row each; at most kNodeRows.
std::string trace_nodes(const TraceAnswer& answer, const Reader& say, std::size_t first);
inline constexpr std::size_t kNodeRows = 25;
std::string trace_form(const Reader& say, std::string_view id, std::string_view direction);

}  // namespace suyuan::http
