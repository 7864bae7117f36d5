#!/bin/sh
# Which response to an NTLM challenge do small libraries give, and what do they write as workstation and domain?
#
# Guess before the run: NTLMv2, since the challenge has the target information that it needs; only libntlm0, which is old,
# sends NTLMv1. The workstation is the name of the host, the domain in UTF-16.
# Seen (ruby-ntlm 0.6.3-2, libauthen-ntlm-perl 1.09-1.1 and libntlm0 1.6-4 of Debian bookworm), the user alice of LAB and a
# challenge with what the client asked for:
#
#                                       LM response     NT response    workstation   domain
#   Ruby, Net::NTLM::Client             LMv2            NTLMv2         as given      UTF-16
#   Ruby, message.response              client's nonce  NTLMv1 (ESS)   the host      UTF-16
#   Perl, Authen::NTLM                  LM              NTLMv1         alice         UTF-16
#   Perl, Authen::NTLM, ntlmv2(1)       LMv2            NTLMv2         alice         ASCII, though the flags say UTF-16
#   C, libntlm0                         LM              NTLMv1         alice         UTF-16
#
# Lesson: LOGON_FAILURE for a right password, with an NT response of 24 bytes, may mean that the server takes NTLMv2 only. The
# workstation is what a program writes there: search for the address of the packet, not for a host of that name.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install ruby-ntlm=0.6.3-2 ruby3.1 libruby3.1 libauthen-ntlm-perl=1.09-1.1 libntlm0=1.6-4 libdigest-hmac-perl perl-modules-5.36 libperl5.36 >&2
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
cat > client.rb <<'R'
require "net/ntlm"
$stdout.sync = true
if ARGV[0] == "client"
  client = Net::NTLM::Client.new("alice", "secret", domain: "LAB", workstation: "FIRST")
  puts client.init_context.encode64.delete("\n")
  puts client.init_context($stdin.gets).encode64.delete("\n")
else
  puts Net::NTLM::Message::Type1.new.encode64.delete("\n")
  puts Net::NTLM::Message.decode64($stdin.gets).response(user: "alice", password: "secret", domain: "LAB").encode64.delete("\n")
end
R
cat > client.pl <<'R'
use Authen::NTLM;
ntlm_user("alice"); ntlm_password("secret"); ntlm_domain("LAB");
ntlmv2(1) if $ARGV[0];
$| = 1;
for my $challenge (undef, 1) {
  my $answer = $challenge ? ntlm(scalar <STDIN>) : ntlm();
  $answer =~ s/\n//g;
  print "$answer\n";
}
R
cat > look.py <<'P'
import base64, ctypes, glob, os, socket, struct, subprocess, sys
def paths(*patterns): return ":".join(one for pattern in patterns for one in glob.glob("root/usr/" + pattern))
libraries = sorted({os.path.dirname(os.path.abspath(one)) for one in glob.glob("root/usr/lib/**/*.so*", recursive=True)})
environment = dict(
    os.environ, LD_LIBRARY_PATH=":".join(libraries), PERL5LIB=paths("share/perl5", "lib/*/perl/5.36", "share/perl/5.36", "lib/*/perl5/5.36"),
    RUBYLIB=paths("lib/ruby/vendor_ruby", "lib/ruby/3.1.0", "lib/*/ruby/3.1.0", "lib/*/ruby/vendor_ruby/3.1.0",
                  "share/rubygems-integration/all/gems/rubyntlm-0.6.3/lib"))
UTF_16, TARGET, NTLM, ALWAYS_SIGN, ESS, INFO = 1, 4, 0x200, 0x8000, 0x80000, 0x800000
def challenge(first):
    flags = UTF_16 | TARGET | NTLM | ALWAYS_SIGN | INFO | struct.unpack_from("<I", first, 12)[0] & ESS
    target = "LAB".encode("utf-16-le")
    info = b"".join(struct.pack("<HH", kind, len(value)) + value for kind, value in ((2, target), (1, "FS".encode("utf-16-le")), (0, b"")))
    return (
        b"NTLMSSP\0" + struct.pack("<IHHII", 2, 6, 6, 48, flags) + bytes(range(8)) + bytes(8)
        + struct.pack("<HHI", len(info), len(info), 54) + target + info)
def talk(*words):
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, bufsize=0) as client:
        first = base64.b64decode(client.stdout.readline())
        client.stdin.write(base64.b64encode(challenge(first)) + b"\n")
        return base64.b64decode(client.stdout.readline())
def libntlm0():
    library = ctypes.CDLL(glob.glob("root/usr/lib/*/libntlm.so.0")[0])
    first, last = ctypes.create_string_buffer(2048), ctypes.create_string_buffer(4096)
    library.buildSmbNtlmAuthRequest(first, b"alice", b"LAB")
    library.buildSmbNtlmAuthResponse(ctypes.create_string_buffer(challenge(first.raw), 2048), last, b"alice", b"secret")
    return last.raw
def short(message):
    def field(place):
        length, _, start = struct.unpack_from("<HHI", message, place)
        return message[start:start + length]
    lm, nt, domain, workstation = field(12), field(20), field(28), field(44).decode("utf-16-le")
    kind = "NTLMv2" if len(nt) > 24 else "ESS" if lm[8:] == bytes(16) else "NTLMv1"
    name = {socket.gethostname().lower(): "the host"}.get(workstation.lower(), workstation)
    return kind, len(lm), name, domain, struct.unpack_from("<I", message, 60)[0] & UTF_16
ruby, wide = "root/usr/bin/ruby3.1", "LAB".encode("utf-16-le")
rows = [
    ("Ruby, client", talk(ruby, "--disable-gems", "client.rb", "client"), ("NTLMv2", 24, "FIRST", wide, 1)),
    ("Ruby, response", talk(ruby, "--disable-gems", "client.rb", "response"), ("ESS", 24, "the host", wide, 1)),
    ("Perl", talk("perl", "client.pl"), ("NTLMv1", 24, "alice", wide, 1)),
    ("Perl, ntlmv2(1)", talk("perl", "client.pl", "1"), ("NTLMv2", 24, "alice", b"LAB", 1)),
    ("libntlm0", libntlm0(), ("NTLMv1", 24, "alice", wide, 1))]
right = True
for name, message, wanted in rows:
    seen = short(message)
    print(name, *seen)
    right = right and seen == wanted
assert right, "this has changed"
P
python3 look.py
