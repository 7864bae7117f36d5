#!/bin/sh
# Does a SessionId above 2^63 stay what it is in R?
#
# Guess before the run: it is rounded to a floating-point number by data.table's fread, read.csv, readr and jsonlite; jsonlite's
# bigint_as_char=TRUE keeps it as text; bit64's as.integer64 makes NA of it, with a warning.
# Seen (Debian bookworm: r-base-core 4.2.2, r-cran-bit64 4.0.5-1, r-cran-data.table 1.14.8, r-cran-readr 2.1.4, r-cran-jsonlite 1.8.4,
# r-cran-rjson 0.2.21), the numbers 2^63 + 1 and 2^64 - 1:
#
#   read.csv, readr                          rounded; 0x9000000000000001 is rounded too by read.csv, and text for readr
#   read.csv with numerals="no.loss"         text, exact
#   data.table, fread                        text, exact
#   jsonlite, fromJSON                       rounded
#   the same with bigint_as_char=TRUE        rounded; 2^53 + 1, which has less than 63 bits, is text and exact
#   bit64, as.integer64                      9223372036854775807 for both, without a warning
#   rjson, toJSON of an integer64 5          2.47032822920623e-323 (its bits taken for a float)
#
# Lesson: two sessions can be one in a table of R, and the option that promises to help stops at 2^63. Give ids as text; fread alone
# keeps them by itself.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install r-base-core=4.2.2.20221110-2 r-cran-jsonlite=1.8.4+dfsg-1 r-cran-data.table=1.14.8+dfsg-1 r-cran-bit64=4.0.5-1 \
  r-cran-readr=2.1.4-1 r-cran-rjson=0.2.21-1 >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
printf 'id\n9223372036854775809\n18446744073709551615\n' > ids.csv
printf 'id\n0x9000000000000001\n' > hex.csv
cat > look.R <<'R'
text <- function(x) paste(class(x)[1], paste(trimws(format(x, digits = 20, scientific = FALSE)), collapse = " "))
show <- function(name, x) cat(name, ": ", x, "\n", sep = "")
json <- "[9007199254740993]"
large <- "[9223372036854775809,18446744073709551615]"
show("read.csv", text(read.csv("ids.csv")$id))
show("read.csv, hex", text(read.csv("hex.csv")$id))
show("no.loss", text(read.csv("ids.csv", numerals = "no.loss")$id))
show("readr", text(readr::read_csv("ids.csv", show_col_types = FALSE)$id))
show("readr, hex", text(readr::read_csv("hex.csv", show_col_types = FALSE)$id))
show("fread", text(data.table::fread("ids.csv")$id))
show("fromJSON", text(jsonlite::fromJSON(large)))
show("bigint_as_char", text(jsonlite::fromJSON(large, bigint_as_char = TRUE)))
show("bigint_as_char, small", text(jsonlite::fromJSON(json, bigint_as_char = TRUE)))
# A warning would end the script with an error.
options(warn = 2)
suppressPackageStartupMessages(library(bit64))
show("as.integer64", paste(as.character(as.integer64(c("9223372036854775809", "18446744073709551615"))), collapse = " "))
show("rjson", rjson::toJSON(as.integer64("5")))
R
root="$folder/root/usr/lib/R"
LD_LIBRARY_PATH=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':') R_HOME=$root R_SHARE_DIR="$folder/root/usr/share/R/share" \
  R_LIBS="$root/site-library" EDITOR=vi PAGER=cat LC_ALL=C.UTF-8 TZ=UTC "$root/bin/exec/R" --no-echo --no-restore --vanilla -f look.R > seen 2> errors ||
  { cat errors; exit 1; }
sed -i "/Renviron/d" seen
cat seen
cat > wanted <<'W'
read.csv: numeric 9223372036854775808 18446744073709551616
read.csv, hex: numeric 10376293541461622784
no.loss: character 9223372036854775809 18446744073709551615
readr: numeric 9223372036854775808 18446744073709551616
readr, hex: character 0x9000000000000001
fread: character 9223372036854775809 18446744073709551615
fromJSON: numeric 9223372036854775808 18446744073709551616
bigint_as_char: numeric 9223372036854775808 18446744073709551616
bigint_as_char, small: character 9007199254740993
as.integer64: 9223372036854775807 9223372036854775807
rjson: 2.47032822920623e-323
W
cmp seen wanted || { echo "this has changed"; exit 1; }
