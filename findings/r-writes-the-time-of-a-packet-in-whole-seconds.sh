#!/bin/sh
# Does the time of a packet keep its microseconds when R reads a table and writes it again?
#
# Guess before the run: yes, to six digits, since R's times are floating-point numbers; the print of a time cuts and does not round,
# so that the last digit may be one too low. nanotime is exact.
# Seen (Debian bookworm: r-base-core 4.2.2, r-cran-jsonlite 1.8.4, r-cran-readr 2.1.4, r-cran-data.table 1.14.8, r-cran-nanotime 0.3.7),
# the time 2023-11-14 22:13:20.123457, a POSIXct:
#
#   format, as text with three digits (%OS3) 22:13:20.123; of .123 alone it is 22:13:20.122 (cut)
#   write.csv                                2023-11-14 22:13:20
#   readr, write_csv                         2023-11-14T22:13:20Z
#   jsonlite, toJSON                         2023-11-14 22:13:20; with POSIXt="ISO8601" too, and with digits=NA
#   jsonlite with POSIXt="epoch"             1700000000123
#   data.table, fwrite                       2023-11-14T22:13:20.123457Z
#   nanotime, jsonlite                       1700000000123456789, exact, as a number
#
# Lesson: equal times in a table that somebody made with R are no sign of a burst, nor of a slow recorder. fwrite keeps microseconds;
# an answer in the second of its request has a delay of 0 elsewhere.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install r-base-core=4.2.2.20221110-2 r-cran-jsonlite=1.8.4+dfsg-1 r-cran-data.table=1.14.8+dfsg-1 r-cran-readr=2.1.4-1 \
  r-cran-nanotime=0.3.7-1 >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
cat > look.R <<'R'
show <- function(name, x) cat(name, ": ", x, "\n", sep = "")
time <- as.POSIXct("2023-11-14 22:13:20.123457", tz = "UTC")
table <- data.frame(t = time)
show("format", format(time, "%H:%M:%OS3"))
show("format of .123", format(as.POSIXct("2023-11-14 22:13:20.123", tz = "UTC"), "%H:%M:%OS3"))
write.csv(table, "a.csv", row.names = FALSE)
show("write.csv", readLines("a.csv")[2])
readr::write_csv(table, "b.csv")
show("write_csv", readLines("b.csv")[2])
show("toJSON", jsonlite::toJSON(table, digits = NA))
show("toJSON, ISO 8601", jsonlite::toJSON(table, POSIXt = "ISO8601"))
show("toJSON, epoch", jsonlite::toJSON(table, POSIXt = "epoch"))
data.table::fwrite(table, "c.csv")
show("fwrite", readLines("c.csv")[2])
suppressPackageStartupMessages(library(nanotime))
show("nanotime", jsonlite::toJSON(data.frame(t = nanotime("2023-11-14T22:13:20.123456789Z"))))
R
root="$folder/root/usr/lib/R"
LD_LIBRARY_PATH=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':') R_HOME=$root R_SHARE_DIR="$folder/root/usr/share/R/share" \
  R_LIBS="$root/site-library" EDITOR=vi PAGER=cat LC_ALL=C.UTF-8 TZ=UTC "$root/bin/exec/R" --no-echo --no-restore --vanilla -f look.R > seen 2> errors ||
  { cat errors; exit 1; }
sed -i "/Renviron/d" seen
cat seen
cat > wanted <<'W'
format: 22:13:20.123
format of .123: 22:13:20.122
write.csv: 2023-11-14 22:13:20
write_csv: 2023-11-14T22:13:20Z
toJSON: [{"t":"2023-11-14 22:13:20"}]
toJSON, ISO 8601: [{"t":"2023-11-14T22:13:20"}]
toJSON, epoch: [{"t":1700000000123}]
fwrite: 2023-11-14T22:13:20.123457Z
nanotime: [{"t":1700000000123456789}]
W
cmp seen wanted || { echo "this has changed"; exit 1; }
