// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "adapters/http/router.h"
#include "adapters/http/serve.h"
#include "app/page/story.h"

// Pages for people: "/", "/find", "/trace", every GS1 Digital Link path, "/t/{code}" for all other codes, and the page
// for unknown paths. `cache_bytes`: memory for pages of codes that are kept while they hold. `story` is given when the
// store holds the demonstration. Both outlive the router.
namespace suyuan::http {

void add_page_routes(Router& router, const Services& services, std::size_t cache_bytes,
                     const DemoStory* story = nullptr);

}  // namespace suyuan::http
