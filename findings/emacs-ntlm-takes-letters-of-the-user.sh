#!/bin/sh
# Which domain is in the NTLM messages of Emacs (ntlm.el, which its mail and web clients use), for the user alice@LAB?
#
# Guess before the run: LAB in both messages; NTLMv2, as the challenge has target information; the host's name as workstation.
# Seen (emacs-nox 28.2 of Debian bookworm, 1:28.2+1-15+deb12u4), the fields of each message:
#
#   user              NEGOTIATE: domain    AUTHENTICATE: domain    user       the response is for
#   alice@LAB         alice                ali                     alice      ALICE, LAB
#   alice@lab.test    alice                alicelab                alice      ALICE, lab.test
#   LAB\alice         LAB\alice            (empty)                 LAB\alice  LAB\ALICE
#
# The domain stands in the AUTHENTICATE message, but its field points at the user's name, so a server reads as many letters of that.
# The workstation is WORKSTATION. The response is NTLMv2 and right for the domain that was meant.
# Lesson: a server that checks the response with the domain of the message refuses a right password. A domain in a capture that begins like
# the user is such a client.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
version=1:28.2+1-15+deb12u4
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install emacs-nox=$version emacs-bin-common=$version emacs-common=$version emacs-el=$version libgccjit0 >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
libraries=$(find "$folder/root" -name '*.so*' -printf '%h\n' | sort -u | tr '\n' ':')
cat > look.el <<'E'
(require 'ntlm)
(dolist (user '("alice@LAB" "alice@lab.test" "LAB\\alice"))
  (let ((challenge (with-temp-buffer (set-buffer-multibyte nil) (insert-file-contents-literally "challenge") (buffer-string))))
    (princ (format "%s %s\n"
      (base64-encode-string (ntlm-build-auth-request user "lab.test") t)
      (base64-encode-string (ntlm-build-auth-response challenge user (ntlm-get-password-hashes "secret")) t)))))
E
cat > look.py <<'P'
import base64, hashlib, hmac, os, struct, subprocess, sys
def wide(text): return text.encode("utf-16-le")
info = b"".join(struct.pack("<HH", kind, len(data)) + data for kind, data in (
    (2, wide("LAB")), (1, wide("FS")), (4, wide("lab.test")), (3, wide("fs.lab.test")), (0, b"")))
name, version = wide("LAB"), bytes.fromhex("0a007c4f0000000f")
with open("challenge", "wb") as file:
    file.write(b"NTLMSSP\0" + struct.pack(
        "<IHHII8sQHHI", 2, len(name), len(name), 56, 0xE2898235, b"12345678", 0, len(info), len(info), 62) + version + name + info)
lisp = "root/usr/share/emacs/28.2/lisp"
folders = ":".join(folder for folder, _, _ in os.walk(lisp))
run = subprocess.run(
    ["root/usr/bin/emacs-nox", "--dump-file=root/usr/libexec/emacs/28.2/x86_64-linux-gnu/emacs.pdmp", "-Q", "--batch", "-l", "look.el"],
    stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, timeout=60, env=dict(
        os.environ, LD_LIBRARY_PATH=sys.argv[1], EMACSLOADPATH=folders, EMACSDATA="root/usr/share/emacs/28.2/etc", HOME="."))
HASH = bytes.fromhex("878d8014606cda29677a44efa1353fc7")  # the NT hash of “secret”
def field(message, place):
    size, at = struct.unpack_from("<HxxI", message, place)
    return message[at:at + size]
def meant(response):
    # Whose response is it: user and domain from which the key is made.
    for user, domain in (("ALICE", "LAB"), ("ALICE", "lab.test"), ("LAB\\ALICE", ""), ("ALICE", "ali"), ("ALICE", "alicelab")):
        key = hmac.new(HASH, wide(user + domain), hashlib.md5).digest()
        if hmac.new(key, b"12345678" + response[16:], hashlib.md5).digest() == response[:16]: return user, domain
seen = []
for line in run.stdout.splitlines():
    first, last = map(base64.b64decode, line.split())
    texts = [field(last, place).decode("utf-16-le") for place in (28, 36, 44)]
    seen.append((field(first, 16).decode(), *texts, *meant(field(last, 20))))
print(*seen, sep="\n")
assert seen == [
    ("alice", "ali", "alice", "WORKSTATION", "ALICE", "LAB"), ("alice", "alicelab", "alice", "WORKSTATION", "ALICE", "lab.test"),
    ("LAB\\alice", "", "LAB\\alice", "WORKSTATION", "LAB\\ALICE", "")], "this has changed"
P
python3 look.py "$libraries"
