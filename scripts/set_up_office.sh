#!/bin/sh
# What some tests need of the machine: LibreOffice (workbooks and slides), a browser (pages), pdftoppm (pictures of both).
# Installed where that may be: as root, with apt-get. Elsewhere this says what is missing, and those tests are skipped.
missing=""
command -v soffice >/dev/null 2>&1 || missing="$missing libreoffice-calc-nogui libreoffice-impress-nogui"
command -v chromium >/dev/null 2>&1 || missing="$missing chromium"
command -v pdftoppm >/dev/null 2>&1 || missing="$missing poppler-utils"
[ -z "$missing" ] && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing && exit 0
    echo "could not install:$missing; the tests that need them are skipped" >&2
else
    echo "not installed, and not to be installed without root and apt-get:$missing; the tests that need them are skipped" >&2
fi
exit 0
