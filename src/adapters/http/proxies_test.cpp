// SPDX-License-Identifier: Apache-2.0
#include "adapters/http/proxies.h"

#include <gtest/gtest.h>

namespace suyuan::http {
namespace {

Headers with(std::initializer_list<std::pair<const char*, const char*>> fields) {
  Headers headers;
  for (const auto& [name, value] : fields) headers.add(name, value);
  return headers;
}

Proxies proxies(std::string_view trusted, Proxies::Fields fields = Proxies::Fields::kXForwarded) {
  auto made = Proxies::parse(trusted, fields);
  EXPECT_TRUE(made.ok());
  return *made;
}

// shows: T10
TEST(ProxyFields, are_not_read_when_the_peer_is_not_trusted) {
  const Headers headers = with({{"X-Forwarded-For", "203.0.113.9"},
                                {"Forwarded", "for=203.0.113.9;proto=https"},
                                {"X-Forwarded-Proto", "https"}});
  for (const auto fields : {Proxies::Fields::kXForwarded, Proxies::Fields::kForwarded}) {
    const Origin origin = proxies("10.0.0.0/8", fields).origin_of("192.0.2.1", false, headers);
    EXPECT_EQ(origin.client, "192.0.2.1");
    EXPECT_FALSE(origin.is_secure);
  }
  EXPECT_EQ(proxies("").origin_of("127.0.0.1", false, headers).client, "127.0.0.1");
  EXPECT_EQ(Proxies().origin_of("127.0.0.1", false, headers).client, "203.0.113.9");
  EXPECT_EQ(Proxies().origin_of("::1", false, headers).client, "203.0.113.9");
}

// shows: T10
TEST(ProxyFields, name_the_last_address_that_is_no_proxy_whatever_stands_before_it) {
  const struct {
    const char *list, *client;
  } kLists[] = {
      {"203.0.113.9", "203.0.113.9"},
      {"1.1.1.1, 203.0.113.9", "203.0.113.9"},             // a client that claims to be another
      {"1.1.1.1, 203.0.113.9, 10.2.0.1", "203.0.113.9"},   // two proxies
      {"10.9.9.9, 203.0.113.9, 10.2.0.1", "203.0.113.9"},  // a client that claims to be a proxy
      {"127.0.0.1, 203.0.113.9", "203.0.113.9"},           // … or this machine
      {"10.0.0.7, 10.2.0.1", "10.0.0.7"},                  // a client inside the trusted network
      {"203.0.113.9:4711", "203.0.113.9"},                 // with a port
      {"[2001:DB8::1]:4711", "2001:db8::1"},
      {"2001:db8::1", "2001:db8::1"},
      {"::ffff:203.0.113.9", "203.0.113.9"},
      {"203.0.113.9, unknown", "10.0.0.1"},  // the proxy knows no address: it stays the client
      {"203.0.113.9, <script>, 10.2.0.1", "10.2.0.1"},
      {"203.0.113.9,", "10.0.0.1"},
      {"", "10.0.0.1"},
  };
  for (const auto& [list, client] : kLists) {
    EXPECT_EQ(proxies("10.0.0.0/8").origin_of("10.0.0.1", false, with({{"X-Forwarded-For", list}})).client, client)
        << list;
  }
}

TEST(ProxyFields, in_several_lines_are_one_list) {
  const Headers headers = with({{"x-forwarded-for", "1.1.1.1"}, {"Accept", "*/*"}, {"X-FORWARDED-FOR", "2.2.2.2"}});
  EXPECT_EQ(Proxies().origin_of("127.0.0.1", false, headers).client, "2.2.2.2");
}

// shows: T10
TEST(ProxyFields, of_the_other_kind_are_not_read) {
  const Headers headers =
      with({{"X-Forwarded-For", "1.1.1.1"}, {"X-Forwarded-Proto", "https"}, {"Forwarded", "for=2.2.2.2"}});
  const Origin old = proxies("127.0.0.1").origin_of("127.0.0.1", false, headers);
  const Origin fresh = proxies("127.0.0.1", Proxies::Fields::kForwarded).origin_of("127.0.0.1", false, headers);
  EXPECT_EQ(old.client, "1.1.1.1");
  EXPECT_TRUE(old.is_secure);
  EXPECT_EQ(fresh.client, "2.2.2.2");
  EXPECT_FALSE(fresh.is_secure);
}

TEST(ProxyFields, of_rfc_7239_are_read_with_quotes_ports_and_protocol) {
  const struct {
    const char *list, *client;
    bool is_secure;
  } kLists[] = {
      {"for=203.0.113.9;proto=https;by=10.0.0.1", "203.0.113.9", true},
      {"For=\"[2001:db8:cafe::17]:4711\"", "2001:db8:cafe::17", false},
      {"for=1.1.1.1;proto=https, for=203.0.113.9;proto=http", "203.0.113.9",
       false},  // the first one is the client's claim
      {"for=203.0.113.9;proto=https, for=10.2.0.1;proto=http", "203.0.113.9", true},  // a proxy in between
      {"for=\"203.0.113.9\" ; proto=HTTPS", "203.0.113.9", true},
      {"for=unknown", "10.0.0.1", false},
      {"for=_hidden, for=\"_x\"", "10.0.0.1", false},
      {"for=\"1.1.1.1, for=203.0.113.9", "10.0.0.1", false},  // a quote that nobody ends
      {"nonsense", "10.0.0.1", false},
      {"for=\"1.1.1.1\"x, for=203.0.113.9", "10.0.0.1", false},
  };
  for (const auto& [list, client, is_secure] : kLists) {
    const Origin origin =
        proxies("10.0.0.0/8", Proxies::Fields::kForwarded).origin_of("10.0.0.1", false, with({{"Forwarded", list}}));
    EXPECT_EQ(origin.client, client) << list;
    EXPECT_EQ(origin.is_secure, is_secure) << list;
  }
}

TEST(ProxyFields, say_whether_the_client_s_connection_is_encrypted) {
  const auto secure = [](bool own, const char* proto) {
    return Proxies().origin_of("127.0.0.1", own, with({{"X-Forwarded-Proto", proto}})).is_secure;
  };
  EXPECT_TRUE(secure(false, "https"));
  EXPECT_TRUE(secure(false, "http, HTTPS "));
  EXPECT_FALSE(secure(false, "https, http"));
  EXPECT_FALSE(secure(true, "http"));  // encrypted from the proxy on only
  EXPECT_TRUE(secure(true, ""));
  EXPECT_FALSE(secure(false, "httpss"));
  EXPECT_TRUE(Proxies().origin_of("192.0.2.1", true, with({{"X-Forwarded-Proto", "http"}})).is_secure);
}

TEST(ProxyFields, a_list_of_proxies_that_is_none_is_refused_by_name) {
  const auto made = Proxies::parse("10.0.0.1 proxy.example", Proxies::Fields::kXForwarded);
  ASSERT_FALSE(made.ok());
  EXPECT_EQ(made.error().code, "http.trusted_proxies");
  EXPECT_NE(made.error().text.find("proxy.example"), std::string::npos);
}

}  // namespace
}  // namespace suyuan::http
