// SPDX-License-Identifier: Apache-2.0
#include "adapters/http/demo_routes.h"

#include <algorithm>

#include "adapters/http/form.h"
#include "adapters/http/login_answers.h"
#include "adapters/http/page_parts.h"
#include "adapters/http/sign_in.h"

namespace suyuan::http {

namespace {

// The word of the role as which this visitor looks.
const std::string& word_of(const Request& request, const DemoDoor& door) {
  const std::string& nobody = door.story.roles.front().word;
  const std::string token = session_token(request);
  if (token.empty()) return nobody;
  const auto bearer = bearer_of_session(token, request.client, door.login);
  if (!bearer) return nobody;
  const auto is_it = [&](const auto& each) { return each.second == bearer->who.actor.person; };
  const auto found = std::find_if(door.people.begin(), door.people.end(), is_it);
  return found == door.people.end() ? nobody : found->first;
}

void options(Html& out, const DemoStory& story, std::string_view chosen, const Reader& say) {
  std::string_view group;
  for (const StoryRole& each : story.roles) {
    const auto own_group = say(each.group_zh, each.group_en);
    if (own_group != group) {
      if (!group.empty()) out.raw("</optgroup>");
      if (!own_group.empty()) out.raw("<optgroup label=\"").text(own_group).raw("\">");
      group = own_group;
    }
    out.raw("<option value=\"").text(each.word).raw(each.word == chosen ? "\" selected>" : "\">");
    out.text(say(each.zh, each.en)).raw("</option>");
  }
  if (!group.empty()) out.raw("</optgroup>");
}

std::string switch_of(const Request& request, const DemoDoor& door) {
  const Reader say = reader_of(request);
  Html out;
  out.raw("<section class=\"as\" aria-label=\"").raw(say("演示身份", "Role in the demonstration")).raw("\">");
  out.raw(demo_form_begin(request, say)).raw("<label>").raw(say("演示身份 / You look as", "You look as"));
  out.raw("<select name=\"as\">");
  options(out, door.story, word_of(request, door), say);
  out.raw("</select></label>").raw(button(say("切换", "Switch"))).raw("</form><p>");
  out.raw(say("演示数据：单位、人员、产品和码都是编的。",
              "Demonstration: firms, people, products and codes are invented."));
  return out.raw("</p></section>").take();
}

Response leave(const Request& request, const DemoDoor& door, Response response) {
  if (const std::string token = session_token(request); !token.empty()) {
    if (auto done = sign_out(*request.granted, token, door.login); !done) return login_refusal(request, done.error());
    clear_session_cookie(request, response);
  }
  return response;
}

Response post_role(const Request& request, const DemoDoor& door, const Router& router) {
  if (!is_same_origin(request, true)) return login_refusal(request, cross_site());
  const auto form = read_form(request.body);
  if (!form) return login_refusal(request, form.error());
  const auto back = carried_in(*form, router);
  Response response = see_other(back && !back->is_post ? back->target : "/" + query_of(reader_of(request)));
  const auto person = door.people.find(std::string(field(*form, "as")));
  if (person == door.people.end()) return leave(request, door, std::move(response));
  const auto begun =
      sign_in_by_provider(*request.granted, person->second, request.client, session_token(request), door.login);
  if (!begun) return login_refusal(request, begun.error());
  set_sign_in_cookies(request, *begun, door.login.clock.now(), response);
  return response;
}

}  // namespace

std::string demo_form_begin(const Request& request, const Reader& say) {
  return form_begin("/demo/role", say) + carried_inputs({request.method == "GET" ? request.target : "/", false, {}});
}

void add_demo_routes(Router& router, const DemoDoor& door) {
  router.set_page_top([door](const Request& request) { return switch_of(request, door); });
  router.add({.method = "POST",
              .path = "/demo/role",
              .operation_id = "demoRole",
              .summary = "Signs the visitor of the demonstration in as one of its people, or out.",
              .tag = "Demo",
              .act = identity::Act::kPageRead,
              .body_types = {std::string(kFormType)},
              .answers = {{303, "Back to the page.", {}}},
              .is_write = true,
              .handler = [door, &router](Request& request) { return post_role(request, door, router); }});
}

}  // namespace suyuan::http
