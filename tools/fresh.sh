# SPDX-License-Identifier: Apache-2.0
# Sourced by `./dev fresh`: a bare Debian 12 folder, the committed tree inside, and the two commands of the README run
# there as a newcomer would. Uses this machine's own Debian mirror. Needs root for mounts; leaves nothing behind.

fresh_lines() { apt-get indextargets --format '$(ORIGIN) $(REPO_URI) $(CODENAME) $(COMPONENT)' 'Created-By: Packages' | grep '^Debian ' | sort -u; }

fresh_clean() {
  trap - EXIT INT TERM
  [ -z "${fresh_server:-}" ] || kill -TERM -- "-$fresh_server" 2>/dev/null || true
  local mount
  for mount in proc sys dev/pts dev/shm dev; do
    mountpoint -q "$bare/$mount" && { umount "$bare/$mount" 2>/dev/null || umount -l "$bare/$mount" || true; }
  done
  rm -f -- "$bare.log" "$bare.run"
  # Nothing of this machine may be mounted below when the folder goes.
  sleep 1
  if grep -qF " $bare/" /proc/mounts; then
    say "something is still mounted below $bare; it stays"
  else
    rm -rf -- "$bare"
  fi
}

fresh_bare() {
  local mirror
  mirror=$(fresh_lines | awk '$3 == "bookworm" && $4 == "main" { print $2; exit }')
  [ -n "$mirror" ] || fail "apt's sources on this machine name no Debian 12 (bookworm) mirror"
  debootstrap --variant=minbase bookworm "$bare" "$mirror" >"$bare.log" 2>&1 || {
    tail -n 20 "$bare.log"
    return 1
  }
  rm -f -- "$bare.log"
  fresh_lines | awk '{ print "deb", $2, $3, $4 }' >"$bare/etc/apt/sources.list"
  cp /etc/resolv.conf "$bare/etc/resolv.conf"
  # A network that this machine trusts, trusted there too.
  mkdir -p "$bare/etc/ssl"
  [ ! -e /etc/ssl/certs/ca-certificates.crt ] || cp /etc/ssl/certs/ca-certificates.crt "$bare/etc/ssl/this-machine.crt"
  mount -t proc proc "$bare/proc"
  mount -t sysfs sys "$bare/sys"
  mount --bind /dev "$bare/dev"
  mount -t devpts pts "$bare/dev/pts" 2>/dev/null || true
  mountpoint -q "$bare/dev/shm" || mount -t tmpfs shm "$bare/dev/shm"
}

fresh_tree() {
  mkdir -p "$bare/home/新 用户/suyuan"
  git -C "$root" archive HEAD | tar -x -C "$bare/home/新 用户/suyuan"
}

fresh_inside() {
  chroot "$bare" env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 \
    NODE_EXTRA_CA_CERTS=/etc/ssl/this-machine.crt \
    ${fresh_registry:+npm_config_registry="$fresh_registry"} ${http_proxy:+http_proxy="$http_proxy"} ${https_proxy:+https_proxy="$https_proxy"} "$@"
}

fresh_run() {
  local log=$bare.run address="" i
  set -m
  fresh_inside '/home/新 用户/suyuan/dev' run >"$log" 2>&1 &
  fresh_server=$!
  set +m
  for ((i = 0; i < 1800; i++)); do
    address=$(grep -o 'http://127\.0\.0\.1:[0-9]*' "$log" | head -n 1) || true
    if [ -n "$address" ] && curl -fsS -o /dev/null "$address/" 2>/dev/null; then break; fi
    kill -0 "$fresh_server" 2>/dev/null || break
    sleep 1
  done
  sed 's/^/   | /' "$log" | grep -v '\[[0-9]*/[0-9]*\]\|^   | \(Get:\|Unpacking\|Preparing\|Selecting\|Setting up\)' || true
  rm -f -- "$log"
  curl -fsS -o /dev/null -w "the page answers: %{http_code}, %{size_download} bytes, %{time_total} s\n" "$address/" || return 1
  kill -TERM -- "-$fresh_server" && wait "$fresh_server" || true
  fresh_server=
}

must "packages" setup fresh
[ "$(id -u)" = 0 ] || fail "./dev fresh mounts and changes root: run it as root"
fresh_registry=$(npm config get registry 2>/dev/null || true) # the browser tests fetch two libraries: as this machine does
bare=$(mktemp -d /tmp/suyuan-fresh.XXXXXX)
chmod 755 "$bare"
trap fresh_clean EXIT
trap 'exit 130' INT TERM
must "a bare Debian 12" fresh_bare
must "the committed tree" fresh_tree
counted "dev run, until the page answers" fresh_run
counted "dev run again, nothing to build" fresh_run
counted "dev test" fresh_inside '/home/新 用户/suyuan/dev' test
closing
