#!/bin/sh
# Which settings of sssd.conf does “sssctl config-check” pass, and which of them does sssd start with?
#
# Guess before the run: the check knows names, and the words of id_provider too; an indented line belongs to the line before it; capitals of a
# name do not matter. Nothing was guessed about the words for true and false.
# Seen (sssd 2.8.2-4+deb12u1 of Debian bookworm), a domain with one more line; sssd reads it with --genconf:
#
#                                             config-check       sssd
#   cache_credentials = true, TRUE, false     0, no issue        reads it
#   cache_credentials = yes, no, on, 1        0, no issue        “Invalid value”, no domain is left, status 4
#   enumerate = yes                           0, no issue        the same
#   entry_cache_timeout = 5m                  0, no issue        the same
#   no [domain/…] for a name in “domains”     0, no issue        “Unknown domain”, status 4
#   services = nss, nosuch                    0, no issue        “Invalid service”, status 4
#   id_provider = nosuch                      0, no issue        reads it
#   LDAP_URI = ldap://a                       1, a typo          reads it
#   an indented ldap_search_base = nosuch     0, no issue        reads it: a setting of its own
#
# Lesson: “no such user” for everybody on a host of a domain, with no packet to a domain controller, may be one word in sssd.conf that the
# check let through. Write true and false, seconds without a unit, and look at what “sssd --genconf” says.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install sssd-common=2.8.2-4+deb12u1 sssd-tools=2.8.2-4+deb12u1 libldb2 libtdb1 libtevent0 libtalloc2 >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
cat > look.py <<'P'
import os, re, subprocess
for name in "db", "pipes/private", "pubconf/krb5.include.d", "mc": os.makedirs("/var/lib/sss/" + name)
def run(*words):
    out = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60)
    return out.returncode, out.stdout
def look(line, domain="lab.test", services="nss, pam"):
    """The status of the check, the issues that it counts, the status of sssd and its complaint."""
    with open("/etc/sssd/sssd.conf", "w") as file:
        file.write("[sssd]\nservices = %s\ndomains = lab.test\n[domain/%s]\n" % (services, domain))
        file.write(line if "id_provider" in line else "id_provider = ldap\n%s\n" % line)
    os.chmod("/etc/sssd/sssd.conf", 0o600)
    status, words = run("sssctl", "config-check")
    issues = re.search("validators: ([0-9]+)", words)
    if os.path.exists("/var/lib/sss/db/config.ldb"): os.remove("/var/lib/sss/db/config.ldb")
    code, words = run("sssd", "--genconf")
    complaint = re.search("Invalid value|Unknown domain|Invalid service", words)
    return status, issues and int(issues[1]), code, complaint and complaint[0]
bad = 0, 0, 4, "Invalid value"
wanted = {"cache_credentials = " + word: (0, 0, 0, None) for word in ("true", "TRUE", "false")}
wanted.update({"cache_credentials = " + word: bad for word in ("yes", "no", "on", "1")})
wanted.update({
    "enumerate = yes": bad, "entry_cache_timeout = 5m": bad, "entry_cache_timeout = 300": (0, 0, 0, None), "id_provider = nosuch": (0, 0, 0, None),
    "LDAP_URI = ldap://a": (1, 1, 0, None), "ldap_uri = ldap://a\n   ldap_search_base = nosuch": (0, 0, 0, None)})
seen = {line: look(line) for line in wanted}
others = look("", domain="nosuch.test"), look("", services="nss, nosuch")
for each in seen.items(): print(*each)
print(*others)
assert seen == wanted, "this has changed"
assert others == ((0, 0, 4, "Unknown domain"), (0, 0, 4, "Invalid service")), "names have changed"
P
# The namespaces have sssd's files in their places, with folders of their own for its settings and its data.
unshare -rmn sh -c 'mount -t overlay overlay -o "lowerdir=$0/root/usr:/usr" /usr && mount -t tmpfs none /var/lib && mount -t tmpfs none /var/log
mkdir -p /var/log/sssd upper && mount -t tmpfs none upper && mkdir upper/etc upper/work &&
mount -t overlay overlay -o "lowerdir=/etc,upperdir=$0/upper/etc,workdir=$0/upper/work" /etc && mkdir -p /etc/sssd/conf.d
exec /usr/bin/python3 look.py' "$folder"
