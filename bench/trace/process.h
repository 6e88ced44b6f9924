// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <sys/types.h>

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace suyuan::bench {

// A program of our own beside us, ended when this object ends: by its own process id, never by name.
class Child {
 public:
  // `user`: who it runs as when we are root ("" : as we do). Its standard output can be read; errors go to `log`.
  Child(const std::vector<std::string>& command, const std::filesystem::path& log, const std::string& user = "",
        int stop_signal = 15);
  ~Child();
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  std::string line();  // of its standard output; "" at its end
  int stop();          // asks, waits 60 s, then kills; the exit code, or -signal
  int wait();          // until it ends by itself
  bool is_running();
  pid_t process() const { return process_; }

 private:
  pid_t process_ = -1;
  int output_ = -1, signal_, status_ = 0;
};

// Runs to the end; everything it wrote to standard output. Throws when it fails.
std::string run_to_end(const std::vector<std::string>& command, const std::filesystem::path& log,
                       const std::string& user = "");
// First existing path of the program: in the folders of PATH, and /usr/sbin. "" when there is none.
std::string program(const std::string& name);
int free_port();  // on the loopback address, free a moment ago
bool is_root();
void give_to(const std::string& user, const std::filesystem::path& path);

// One kept connection to an HTTP server of ours.
class HttpConnection {
 public:
  explicit HttpConnection(int port);
  static void always_send(std::string headers);  // from now on, with every request
  ~HttpConnection();
  HttpConnection(const HttpConnection&) = delete;
  HttpConnection& operator=(const HttpConnection&) = delete;

  struct Answer {
    int status = 0;
    std::string head, body;
    std::string_view header(std::string_view name) const;  // as the server writes it: "Retry-After"; "" when missing
  };
  Answer get(std::string_view target, std::string_view accept);
  Answer post(std::string_view target, std::string_view type, std::string_view body);

 private:
  void send(std::string_view bytes) const;
  Answer receive();
  int socket_;
  std::string buffer_;
};

}  // namespace suyuan::bench
