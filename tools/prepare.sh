#!/bin/sh
# Makes what the Makefile needs and this machine lacks.
#
#   prepare.sh python    .venv with the project and its development tools
#   prepare.sh office    the same, and LibreOffice with what drives it (Debian, Ubuntu)
#
# As root or with sudo it installs from apt; otherwise it says in one line what to install, and ends with 1.
# Debian's python3-uno works in the Python it was built for only, so .venv is made from that minor version when there is
# one (>= 3.11); uno.py and unohelper.py are linked into .venv.  .venv/office then holds 1: tests must not skip LibreOffice.
set -eu
cd "$(dirname "$0")/.."

OFFICE_PACKAGES="libreoffice-calc libreoffice-writer python3-uno xvfb xdotool openbox imagemagick poppler-utils fontconfig fonts-noto-cjk"
LOG="${TMPDIR:-/tmp}/xlplugin-prepare.$$.log"
trap 'rm -f "$LOG"' EXIT
export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore PIP_NO_INPUT=1

say() { printf '%s\n' "$*" >&2; }

fail() {
    say "$@"
    exit 1
}

# Runs a command quietly; when it fails, shows the end of what it said.
quietly() {
    "$@" >"$LOG" 2>&1 && return 0
    tail -n 25 "$LOG" >&2
    return 1
}

# ---- apt

as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif command -v sudo >/dev/null 2>&1 && { sudo -n true 2>/dev/null || [ -t 0 ]; }; then
        sudo "$@"
    else
        return 77
    fi
}

may_install() {
    command -v apt-get >/dev/null 2>&1 && as_root true
}

# Another apt may hold the lock: apt-get itself waits for dpkg's, "update" needs a second try for the lists.
apt_install() {
    may_install || fail "缺少软件，请让管理员运行：apt-get install --no-install-recommends $*"
    say "正在用 apt 安装：$*（首次需要几分钟）……"
    tries=0
    until as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=600 update >"$LOG" 2>&1; do
        tries=$((tries + 1))
        if [ "$tries" -ge 6 ]; then
            say "软件列表没有完全更新，仍尝试安装。"
            break
        fi
        sleep 10
    done
    quietly as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -y -o DPkg::Lock::Timeout=600 install --no-install-recommends "$@" ||
        fail "安装没有成功，请检查网络后再试，或让管理员运行：apt-get install --no-install-recommends $*"
}

installed() {
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

install_office() {
    command -v dpkg-query >/dev/null 2>&1 || fail "这里不是 Debian 或 Ubuntu：请自行安装 LibreOffice 等软件，或运行 make test OFFICE=0"
    missing=""
    for package in $OFFICE_PACKAGES; do
        installed "$package" || missing="$missing $package"
    done
    [ -z "$missing" ] && return 0
    may_install || fail "缺少软件，请让管理员运行（或用 make test OFFICE=0 跳过 LibreOffice 测试）：apt-get install --no-install-recommends$missing"
    # shellcheck disable=SC2086
    apt_install $missing
}

# ---- Python

minor() { "$1" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null || true; }

new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

can_make_venv() { "$1" -c 'import venv, ensurepip' 2>/dev/null; }

# The Python that python3-uno is built for, if it is new enough for us.
uno_python() {
    for p in /usr/bin/python3; do
        [ -x "$p" ] && "$p" -c 'import uno' 2>/dev/null && new_enough "$p" && echo "$p"
    done
    return 0
}

# The first Python >= 3.11, preferring the wanted minor version, preferring one that can make a venv.
choose_python() {
    wanted="$1"
    for test in can_make_venv true; do
        for version in "$wanted" ""; do
            for p in ${PYTHON:-} python3 /usr/bin/python3 "python$wanted" python3.14 python3.13 python3.12 python3.11; do
                command -v "$p" >/dev/null 2>&1 && new_enough "$p" || continue
                [ -z "$version" ] || [ "$(minor "$p")" = "$version" ] || continue
                $test "$p" && { command -v "$p"; return 0; }
            done
        done
    done
    return 1
}

make_venv() {
    wanted="$1"
    python=$(choose_python "$wanted") || fail "需要 Python 3.11 或更新版本；Debian 12、Ubuntu 24.04 可运行：apt-get install python3 python3-venv"
    if ! can_make_venv "$python"; then
        case "$python" in
            /usr/bin/*|/bin/*) apt_install python3-venv "python$(minor "$python")-venv" ;;
            *) fail "$python 缺少 venv 模块：请换一个完整的 Python，例如 make PYTHON=/usr/bin/python3" ;;
        esac
    fi
    say "正在建立 .venv（Python $(minor "$python")）……"
    rm -rf .venv
    quietly "$python" -m venv .venv || fail "不能建立 .venv，原因见上"
}

# .venv as pyproject.toml asks; the stamp is older than pyproject.toml when it must be installed again.
prepare_python() {
    wanted=$(minor "$(uno_python)")
    if [ ! -x .venv/bin/python ] || ! .venv/bin/python -m pip --version >/dev/null 2>&1; then
        make_venv "$wanted"
    elif [ "${1:-}" = office ] && [ -n "$wanted" ] && [ "$(minor .venv/bin/python)" != "$wanted" ]; then
        say ".venv 的 Python 与 LibreOffice 的（$wanted）不同，重新建立……"
        make_venv "$wanted"
    fi
    if [ ! -e .venv/prepared ] || [ pyproject.toml -nt .venv/prepared ]; then
        say "正在安装 Python 依赖（约一分钟）……"
        quietly .venv/bin/python -m pip install -q -e '.[dev]' || fail "依赖没有装上，请检查网络后再运行一次"
        touch .venv/prepared
    fi
}

link_uno() {
    python=$(uno_python)
    if [ -z "$python" ] || [ "$(minor "$python")" != "$(minor .venv/bin/python)" ]; then
        echo 0 >.venv/office
        say "LibreOffice 的 Python（$(minor /usr/bin/python3)）与 .venv 的（$(minor .venv/bin/python)）不同：LibreOffice 测试将跳过，并写明原因。"
        return 0
    fi
    site=$(.venv/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
    from=$("$python" -c 'import os, uno; print(os.path.dirname(uno.__file__))')
    for module in uno unohelper; do
        [ -e "$site/$module.py" ] || ln -s "$from/$module.py" "$site/$module.py"
    done
    quietly .venv/bin/python -c 'import uno' || fail "python3-uno 不能用，请重新安装：apt-get install --reinstall python3-uno"
    echo 1 >.venv/office
}

case "${1:-}" in
    python) prepare_python ;;
    office)
        install_office
        prepare_python office
        link_uno
        ;;
    *) fail "用法：prepare.sh python|office" ;;
esac
