#!/usr/bin/env bash
#
# Installs Socket Runtime from source on Linux and macOS: `ssc` and the runtime that apps are made with.
#
#     curl -fsSL <address of this file> | bash            or, in a checkout: bin/install.sh
#     curl -fsSL <address of this file> | bash -s -- --prefix "$HOME/.local" --yes
#
# Most people want `npm i -g @socketsupply/socket`, which downloads the same executables ready-made.
#
# Everything happens inside one function in a subshell, so that a download cut short runs nothing, and so that
# a shell that sources this file is left as it was.

socket_install () (
set -euo pipefail

REPOSITORY=${SOCKET_REPOSITORY:-https://github.com/socketsupply/socket.git}
OS_RELEASE=${SOCKET_OS_RELEASE:-/etc/os-release}
NODE_LEAST=18.19.0
WEBKIT_LEAST=2.40

prefix=
yes=false
dry_run=false
dependencies=true
ref=
source=

usage () {
  cat <<'USAGE'
Installs Socket Runtime from source: builds ssc and the runtime, and copies them to PREFIX/bin. The licences of what
is inside of them, which ssc puts into every app, go to PREFIX/share/socket-runtime.

usage: install.sh [options]

  --prefix DIR    where to install [default: /usr/local as root, else ~/.local]
  --yes, -y       do not ask
  --dry-run       say what would be done, and do nothing
  --no-deps       do not install system packages or Rust; stop when something is missing
  --source DIR    a checkout to build [default: the one that this file is in, else a fresh clone]
  --ref NAME      the tag or branch to clone [default: the repository's own]
  --uninstall     remove what was installed to PREFIX
  --help, -h      this text

The environment: SOCKET_REPOSITORY is where to clone from; CARGO_TARGET_DIR is where to build [default: a
temporary folder, removed afterwards].
USAGE
}

say () { printf '%s\n' "$*" >&2; }
fail () {
  say "install.sh: $1"
  shift
  local line
  for line in "$@"; do say "  fix: $line"; done
  exit 1
}
have () { command -v "$1" >/dev/null 2>&1; }

# Whether version $1 is at least $2.
at_least () { [ "$(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n 1)" = "$2" ]; }

uninstall=false
while [ $# -gt 0 ]; do
  case $1 in
    --prefix=*|--source=*|--ref=*) set -- "${1%%=*}" "${1#*=}" "${@:2}"; continue ;;
    --prefix|--source|--ref)
      if [ $# -lt 2 ] || [ -z "$2" ]; then fail "$1 needs a value" "see install.sh --help"; fi
      case $1 in --prefix) prefix=$2 ;; --source) source=$2 ;; --ref) ref=$2 ;; esac
      shift 2 ;;
    --yes|-y) yes=true; shift ;;
    --dry-run) dry_run=true; shift ;;
    --no-deps) dependencies=false; shift ;;
    --uninstall) uninstall=true; shift ;;
    --help|-h) usage; exit 0 ;;
    *) fail "there is no option $1" "see install.sh --help" ;;
  esac
done

root=false
[ "$(id -u)" != 0 ] || root=true
if [ -z "$prefix" ]; then
  if $root; then prefix=/usr/local; else prefix=${HOME:?HOME is not set: say --prefix DIR}/.local; fi
fi
case $prefix in /*) ;; *) prefix=$PWD/$prefix ;; esac
bin=$prefix/bin
share=$prefix/share/socket-runtime
licences=THIRD-PARTY-LICENSES

if $uninstall; then
  for file in "$bin/ssc" "$bin/socket-runtime" "$share/$licences"; do
    [ -e "$file" ] || continue
    if $dry_run; then say "would remove $file"; else rm -f "$file" && say "removed $file"; fi
  done
  $dry_run || rmdir "$share" 2>/dev/null || true
  exit 0
fi

# The nearest folder that exists must be writable before an hour of building, not after.
place=$bin
while [ ! -d "$place" ]; do place=$(dirname "$place"); done
[ -w "$place" ] || fail "$place cannot be written to" "say --prefix with a directory of yours, or run as root"

# --- what this system is ---------------------------------------------------------------------------------------

system=$(uname -s)
family=
name=$system
case $system in
  Linux)
    value () { sed -n "s/^$1=\"\{0,1\}\([^\"]*\)\"\{0,1\}\$/\1/p" "$OS_RELEASE" 2>/dev/null | head -n 1; }
    name=$(value PRETTY_NAME)
    name=${name:-an unknown Linux}
    for id in $(value ID) $(value ID_LIKE); do
      case $id in
        debian|ubuntu) family=debian ;;
        fedora|rhel|centos) family=fedora ;;
        arch|archarm) family=arch ;;
        opensuse*|suse|sles) family=suse ;;
        alpine) family=alpine ;;
        *) continue ;;
      esac
      break
    done ;;
  Darwin) family=macos; name="macOS $(sw_vers -productVersion 2>/dev/null || true)" ;;
  MINGW*|MSYS*|CYGWIN*) fail "this is Windows" "use bin/install.ps1 in PowerShell" ;;
  *) fail "there is no Socket Runtime for $system" "it runs on Linux, macOS and Windows" ;;
esac

# Not sudo where we are root already: a bare system has none.
as_root () { if $root; then "$@"; else sudo "$@"; fi; }
sudo=
$root || sudo='sudo '

# Packages of this distribution for each thing, and the command that installs them.
case $family in
  debian)
    compiler=build-essential pkgconf=pkg-config webkit=libwebkit2gtk-4.1-dev git=git node="nodejs npm"
    install=(env DEBIAN_FRONTEND=noninteractive apt-get -y -q --no-install-recommends install) ;;
  fedora)
    compiler="gcc make" pkgconf=pkgconf-pkg-config webkit=webkit2gtk4.1-devel git=git node="nodejs npm"
    install=(dnf -y install) ;;
  arch)
    compiler=base-devel pkgconf=pkgconf webkit=webkit2gtk-4.1 git=git node="nodejs npm"
    install=(pacman -S --needed --noconfirm) ;;
  suse)
    compiler="gcc make" pkgconf=pkg-config webkit=webkit2gtk3-devel git=git node="nodejs npm"
    install=(zypper -n install) ;;
  alpine)
    compiler=build-base pkgconf=pkgconf webkit=webkit2gtk-4.1-dev git=git node="nodejs npm"
    install=(apk add) ;;
  *) compiler='' pkgconf='' webkit='' git='' node='' install=() ;;
esac

# --- where the source is ----------------------------------------------------------------------------------------

if [ -z "$source" ] && [ -n "${BASH_SOURCE[0]:-}" ] && [ -f "${BASH_SOURCE[0]}" ]; then
  beside=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
  [ ! -f "$beside/native/cli/Cargo.toml" ] || source=$beside
fi
if [ -n "$source" ]; then
  source=$(cd "$source" 2>/dev/null && pwd) || fail "the directory of --source is not there"
  [ -f "$source/native/cli/Cargo.toml" ] || fail "$source is not a checkout of Socket Runtime"
  [ -z "$ref" ] || fail "--ref is for a fresh clone, and $source is there already" "run git checkout $ref in it"
  rust_least=$(sed -n 's/^rust-version = "\(.*\)"$/\1/p' "$source/Cargo.toml")
fi
rust_least=${rust_least:-1.89}

# --- what is missing --------------------------------------------------------------------------------------------

missing=()       # what, in words
packages=()      # what the package manager calls it
wanted=false
want () { # words, packages
  wanted=true
  missing+=("$1")
  local one
  for one in $2; do packages+=("$one"); done
}

# A Rust that rustup has just installed is on the PATH of new shells only. Debian keeps a current one in /usr/bin, which
# an older one may hide; a PATH without /usr/bin does not want what is there.
find_rust () {
  local folder version system=
  case ":$PATH:" in *:/usr/bin:*) system=/usr/bin ;; esac
  for folder in "${CARGO_HOME:-${HOME:-/root}/.cargo}/bin" "" "$system"; do
    version=$(PATH=${folder:+$folder:}$PATH rustc --version 2>/dev/null | awk '{print $2}') || version=
    if [ -n "$version" ] && have "${folder:+$folder/}cargo" && at_least "$version" "$rust_least"; then
      PATH=${folder:+$folder:}$PATH
      return 0
    fi
  done
  return 1
}

rust=ready
find_rust || rust=missing
have cc || [ "$family" = macos ] || want "a C compiler" "$compiler"
if [ "$family" = macos ]; then
  xcode-select -p >/dev/null 2>&1 ||
    fail "the Xcode command line tools are missing" "run xcode-select --install, then this again"
else
  have pkg-config || want "pkg-config" "$pkgconf"
  if ! found=$(pkg-config --modversion webkit2gtk-4.1 2>/dev/null); then
    want "WebKitGTK 4.1 with its headers" "$webkit"
  elif ! at_least "$found" "$WEBKIT_LEAST"; then
    fail "WebKitGTK $found is too old: $WEBKIT_LEAST or newer is needed" "update $name"
  fi
fi
[ -n "$source" ] || have git || want "git" "$git"
# The modules are bundled by Node, unless the source is that of a release, which holds them ready.
bundled=false
[ -z "$source" ] || [ -e "$source/.git" ] || [ ! -f "$source/js/dist/preload.js" ] || bundled=true
if ! $bundled; then
  found=$(node --version 2>/dev/null || true)
  if [ -z "$found" ] || ! have npm; then
    if [ "$family" = macos ]; then
      fail "Node and npm are missing, which bundle the JavaScript modules" "install Node from https://nodejs.org, or with brew install node"
    fi
    want "Node and npm, which bundle the JavaScript modules" "$node"
  elif ! at_least "${found#v}" "$NODE_LEAST"; then
    fail "Node $found is too old: $NODE_LEAST or newer is needed for building" "install a current Node from https://nodejs.org"
  fi
fi

# Debian's own current Rust, which it keeps for building browsers; its plain `rustc` is years older.
debian_rust () {
  local candidate
  candidate=$(apt-cache policy rustc-web 2>/dev/null | sed -n 's/^ *Candidate: *\([0-9.]*\).*/\1/p')
  [ -n "$candidate" ] && at_least "$candidate" "$rust_least"
}
# The lists of a fresh machine are empty or old: what there is to install is known once they are fetched.
lists=true
if [ "$family" = debian ] && [ -z "$(apt-cache policy build-essential 2>/dev/null)" ]; then lists=false; fi

rust_from=
if [ $rust = missing ]; then
  missing+=("Rust $rust_least or newer")
  rust_from=rustup
  if [ "$family" = debian ]; then
    rust_from=either
    if debian_rust; then rust_from=debian; packages+=(rustc-web cargo-web); fi
  elif ! have curl; then
    want "curl, which fetches rustup" curl
  fi
fi

# --- what will be done ------------------------------------------------------------------------------------------

say "Socket Runtime from source, on $name"
if [ ${#missing[@]} -gt 0 ]; then
  say "  missing here:"
  for one in "${missing[@]}"; do say "    - $one"; done
fi
if $wanted && [ ${#install[@]} -eq 0 ]; then
  fail "how to install packages on $name is not known here" "install by hand what is missing, then run this again"
fi
if [ ${#packages[@]} -gt 0 ]; then
  $root || have sudo ||
    fail "system packages are missing, and installing them needs root" "run as root: ${install[*]} ${packages[*]}"
fi
say "  this will:"
[ "$family" != debian ] || [ ${#missing[@]} = 0 ] || say "    - update the package lists: ${sudo}apt-get update"
if [ ${#packages[@]} -gt 0 ]; then
  say "    - install system packages: $sudo${install[*]} ${packages[*]}"
  sizes=
  if [ "$family" = debian ] && $lists; then
    sizes=$(LC_ALL=C apt-get --assume-no --no-install-recommends install "${packages[@]}" 2>/dev/null |
      sed -n -e 's/^Need to get \(.*\) of archives\.$/\1 to download,/p' \
        -e 's/^After this operation, \(.*\) of additional.*/\1 on disk/p' | tr '\n' ' ') || sizes=
  fi
  say "      (${sizes:-about 150 MB to download, 600 MB on disk, when nothing of it is there})"
fi
case $rust_from in
  rustup) say "    - install Rust for this user with rustup, https://rustup.rs (about 250 MB to download, 700 MB on disk)" ;;
  either) say "    - install Rust: Debian's rustc-web and cargo-web where they are new enough, else with rustup, https://rustup.rs (about 250 MB to download, 700 MB on disk)" ;;
esac
[ -n "$source" ] || say "    - clone $REPOSITORY${ref:+ at $ref} (about 5 MB)"
if ! $bundled && [ ! -d "$source/node_modules" ]; then
  say "    - fetch the npm packages that bundle the modules (about 30 MB to download, 95 MB on disk)"
fi
say "    - fetch about 330 crates (60 MB) and build with cargo: about 5 minutes on two cores, 1 GB on disk${CARGO_TARGET_DIR:+ in $CARGO_TARGET_DIR}"
say "    - install $bin/ssc (2 MB), $bin/socket-runtime (6 MB) and $share/$licences"

if $dry_run; then exit 0; fi
if ! $dependencies && [ ${#missing[@]} -gt 0 ]; then
  fail "something is missing, and --no-deps says to install nothing" "install what is listed above, then run this again"
fi
if ! $yes; then
  # Piped into bash, standard input is this script: the answer comes from the terminal.
  if ! { : </dev/tty; } 2>/dev/null; then
    fail "there is no terminal to ask on" "run it with --yes"
  fi
  printf 'Go on? [y/N] ' >&2
  read -r answer </dev/tty || answer=
  case $answer in y|Y|yes|Yes) ;; *) say "nothing was changed"; exit 1 ;; esac
fi

# --- doing it ---------------------------------------------------------------------------------------------------

scratch=$(mktemp -d "${TMPDIR:-/tmp}/socket-install.XXXXXX")
trap 'rm -rf "$scratch"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

if [ ${#missing[@]} -gt 0 ] && [ "$family" = debian ]; then
  say "▸ package lists"
  as_root apt-get -q update >&2 || fail "apt-get update failed" "look at what it says above"
  if [ "$rust_from" = either ]; then
    if debian_rust; then
      rust_from=debian
      packages+=(rustc-web cargo-web)
    else
      rust_from=rustup
      have curl || packages+=(curl ca-certificates)
    fi
  fi
fi
if [ ${#packages[@]} -gt 0 ]; then
  say "▸ system packages"
  as_root "${install[@]}" "${packages[@]}" >&2 || fail "the packages could not be installed" "look at what the package manager says above"
fi
if [ "$rust_from" = rustup ]; then
  say "▸ Rust"
  have curl || fail "curl is missing, which fetches rustup" "install curl, or Rust from https://rustup.rs"
  curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh -s -- -y --profile minimal >&2 ||
    fail "rustup could not be installed" "install Rust $rust_least or newer by hand, then run this again"
fi
find_rust || fail "Rust $rust_least or newer is still not there" "install it from https://rustup.rs"

if [ -z "$source" ]; then
  say "▸ source"
  source=$scratch/source
  git clone -q --depth 1 ${ref:+--branch "$ref"} "$REPOSITORY" "$source" ||
    fail "cannot clone $REPOSITORY" "look at what git says above; SOCKET_REPOSITORY names another place"
fi
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$scratch/target}
cd "$source"

if ! $bundled; then
  say "▸ JavaScript modules"
  if [ ! -d node_modules ]; then npm ci --no-audit --no-fund --loglevel=error >&2 || fail "npm ci failed" "look at what npm says above"; fi
  node npm/modules.js >/dev/null || fail "the modules could not be bundled" "look at what is said above"
fi
say "▸ build"
# One after the other: together, cargo would give the crates that both use the features of both.
for crate in socket-runtime socket-cli; do
  cargo build --release --locked -p $crate >&2 || fail "the build of $crate failed" "look at what the compiler says above"
done
if $bundled; then
  [ ! -f "js/dist/$licences" ] || cp "js/dist/$licences" "$scratch/$licences"
else
  node npm/licences.js "$scratch/$licences" || fail "the licences could not be collected" "look at what is said above"
fi

say "▸ install"
mkdir -p "$bin" "$share"
if [ -f "$scratch/$licences" ]; then
  cp "$scratch/$licences" "$share/.$licences.$$"
  mv -f "$share/.$licences.$$" "$share/$licences"
fi
# Beside, then renamed: an ssc that is running keeps its file, and nobody sees half of one.
for file in socket-runtime ssc; do
  cp "$CARGO_TARGET_DIR/release/$file" "$bin/.$file.$$"
  chmod 755 "$bin/.$file.$$"
  mv -f "$bin/.$file.$$" "$bin/$file"
done

version=$("$bin/ssc" --version 2>/dev/null) || fail "the installed ssc does not run" "please report this, with what is said above"
say "installed ssc $version to $bin"
case ":$PATH:" in
  *":$bin:"*) ;;
  *) say "  $bin is not on your PATH yet: export PATH=\"$bin:\$PATH\"" ;;
esac
say "  remove it again with install.sh --uninstall${prefix:+ --prefix \"$prefix\"}"
)

socket_install "$@"
