#!/bin/sh
# Which service do web clients ask the KDC for when a server wants Kerberos (Negotiate) and its address in the URL is a short name or an alias?
#
# Guess before the run: each of them the full name of the host, HTTP/web.lab.test.
# Seen (curl 7.88.1, OpenJDK 17.0.21.1 with its HttpURLConnection, libhttpclient-java 4.5.14-1, krb5-kdc 1.20.1-2+deb12u5 of Debian
# bookworm), where alias.lab.test is a CNAME of web.lab.test, by the name that the DNS has for its address (PTR):
#
#                     PTR rev.lab.test, which has no address         PTR web.lab.test
#                     http://WEB/         http://alias.lab.test/     http://WEB/          http://alias.lab.test/
#   curl              rev.lab.test        rev.lab.test               web.lab.test         web.lab.test
#   HttpURLConnection web                 alias.lab.test             web.lab.test         alias.lab.test
#   HttpClient        web                 alias.lab.test             web.lab.test         web.lab.test
#
# MIT's library, and so curl, takes the name of the address as it is. Java takes it only if it leads back to the address; HttpURLConnection
# only if it begins with what was typed, too.
# Lesson: one server needs up to four names in its account for these. KDC_ERR_S_PRINCIPAL_UNKNOWN for one program alone: compare the name in
# its TGS-REQ with the others', then the PTR record. Set dns_canonicalize_hostname = false and type full names.
set -eu
java=17.0.21.1+2-1~deb12u1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
mkdir -p archives/partial
apt-get -qq -y --download-only --reinstall --no-install-recommends -o Debug::NoLocking=true -o Dir::Cache::archives="$folder/archives/" \
  install krb5-kdc=1.20.1-2+deb12u5 krb5-admin-server=1.20.1-2+deb12u5 krb5-user=1.20.1-2+deb12u5 curl=7.88.1-10+deb12u15 \
  libcurl4=7.88.1-10+deb12u15 >&2
(cd archives && apt-get -q download libhttpclient-java=4.5.14-1 libhttpcore-java=4.4.16-1 libcommons-logging-java libcommons-codec-java \
  openjdk-17-jre-headless=$java openjdk-17-jdk-headless=$java >&2)
for file in archives/*.deb; do dpkg-deb -x "$file" root; done
# Java's settings are links into /etc of a host where it is installed.
find root/usr/lib/jvm -type l | while read -r link; do
  target=$(readlink "$link")
  case $target in /etc/*) rm "$link"; ln -s "$folder/root$target" "$link" ;; esac
done
libraries=$(find "$folder/root" -name '*.so*' -not -path '*/jvm/*' -printf '%h\n' | sort -u | tr '\n' ':')
cat > krb5.conf <<C
[libdefaults]
  default_realm = LAB.TEST
[realms]
  LAB.TEST = {
    kdc = 127.0.0.1
  }
[dbmodules]
  db_module_dir = $(find "$folder/root" -name db2.so -printf '%h')
[logging]
  kdc = FILE:$folder/log
C
cat > kdc.conf <<C
[kdcdefaults]
  kdc_listen = 127.0.0.1:88
  kdc_tcp_listen = 127.0.0.1:88
[realms]
  LAB.TEST = {
    database_name = $folder/mit
    key_stash_file = $folder/stash
  }
C
run() { LD_LIBRARY_PATH="$libraries" KRB5_CONFIG="$folder/krb5.conf" KRB5_KDC_PROFILE="$folder/kdc.conf" "$@" >> other-log 2>&1; }
run root/usr/sbin/kdb5_util create -s -P master -r LAB.TEST
run root/usr/sbin/kadmin.local -q "addprinc -pw secret alice"
cat > jaas.conf <<C
com.sun.security.jgss.krb5.initiate {
  com.sun.security.auth.module.Krb5LoginModule required useTicketCache=true doNotPrompt=true ticketCache="$folder/cache";
};
C
cat > Plain.java <<'J'
public class Plain {
    public static void main(String[] arguments) throws Exception {
        ((java.net.HttpURLConnection) new java.net.URL(arguments[0]).openConnection()).getResponseCode();
    }
}
J
cat > Apache.java <<'J'
import java.security.Principal;
import org.apache.http.auth.*;
import org.apache.http.client.methods.HttpGet;
import org.apache.http.impl.client.*;
public class Apache {
    public static void main(String[] arguments) throws Exception {
        BasicCredentialsProvider provider = new BasicCredentialsProvider();
        provider.setCredentials(AuthScope.ANY, new Credentials() {
            public Principal getUserPrincipal() { return null; }
            public String getPassword() { return null; }
        });
        HttpClients.custom().setDefaultCredentialsProvider(provider).build().execute(new HttpGet(arguments[0]));
    }
}
J
jars=$(for one in httpclient httpcore commons-logging commons-codec; do printf 'root/usr/share/java/%s.jar:' $one; done)
root/usr/lib/jvm/java-17-openjdk-amd64/bin/javac -cp "$jars" Plain.java Apache.java
printf 'nameserver 127.0.0.1\nsearch lab.test\n' > resolv.conf
cat > look.py <<'P'
import os, re, socket, struct, subprocess, sys, threading, time
libraries, jars = sys.argv[1:]
WEB, reverse, folder = "127.0.0.21", [""], os.getcwd()
def name(text): return b"".join(bytes([len(label)]) + label.encode() for label in text.split(".")) + b"\0"
def dns(listener):
    while True:
        query, sender = listener.recvfrom(4096)
        place, labels = 12, []
        while query[place]:
            labels.append(query[place + 1 : place + 1 + query[place]].decode())
            place += 1 + query[place]
        kind, asks, records = query[place + 2], ".".join(labels).lower(), []
        if asks == "alias.lab.test": records.append((asks, 5, name("web.lab.test")))
        if asks in ("alias.lab.test", "web.lab.test") and kind == 1: records.append(("web.lab.test", 1, socket.inet_aton(WEB)))
        if asks == "21.0.0.127.in-addr.arpa" and kind == 12: records.append((asks, 12, name(reverse[0])))
        known = records or asks == "web.lab.test"
        head = query[:2] + struct.pack(">HHHHH", 0x8580 if known else 0x8583, 1, len(records), 0, 0) + query[12 : place + 5]
        listener.sendto(head + b"".join(name(one) + struct.pack(">HHIH", kind, 1, 60, len(data)) + data for one, kind, data in records), sender)
def web(listener):
    while True:
        client = listener.accept()[0]
        with client, client.makefile("rb") as reader:
            while reader.readline().strip(): pass
            client.sendall(b"HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Negotiate\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
listener = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
listener.bind(("127.0.0.1", 53))
for serve, one in ((dns, listener), (web, socket.create_server((WEB, 80)))): threading.Thread(target=serve, args=(one,), daemon=True).start()
environment = dict(os.environ, KRB5_CONFIG=folder + "/krb5.conf", KRB5_KDC_PROFILE=folder + "/kdc.conf", KRB5CCNAME="FILE:" + folder + "/cache")
linked = dict(environment, LD_LIBRARY_PATH=libraries)
quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
kdc = subprocess.Popen(["root/usr/sbin/krb5kdc", "-n"], env=linked, **quiet)
for _ in range(50):
    try: socket.create_connection(("127.0.0.1", 88)).close()
    except OSError: time.sleep(0.1)
    else: break
java = [
    "root/usr/lib/jvm/java-17-openjdk-amd64/bin/java", "-Djava.security.krb5.conf=krb5.conf", "-Djava.security.auth.login.config=jaas.conf",
    "-Djavax.security.auth.useSubjectCredsOnly=false", "-cp", ".:" + jars]
CLIENTS = {
    "curl": ["root/usr/bin/curl", "-s", "--negotiate", "-u", ":"], "HttpURLConnection": [*java, "Plain"], "HttpClient": [*java, "Apache"]}
def look(client, url):
    subprocess.run(["root/usr/bin/kinit", "alice"], input=b"secret\n", env=linked, **quiet)
    before = os.path.getsize("log")
    subprocess.run([*CLIENTS[client], url], env=linked if client == "curl" else environment, timeout=60, **quiet)
    with open("log") as file:
        file.seek(before)
        return re.search("TGS_REQ .* for HTTP/(.*)@LAB.TEST", file.read())[1]
seen = {client: [] for client in CLIENTS}
for reverse[0] in ("rev.lab.test", "web.lab.test"):
    for url in ("http://WEB/", "http://alias.lab.test/"):
        for client in CLIENTS: seen[client].append(look(client, url))
kdc.terminate()
for one in seen.items(): print(*one)
assert seen == {
    "curl": ["rev.lab.test", "rev.lab.test", "web.lab.test", "web.lab.test"],
    "HttpURLConnection": ["web", "alias.lab.test", "web.lab.test", "alias.lab.test"],
    "HttpClient": ["web", "alias.lab.test", "web.lab.test", "web.lab.test"]}, "this has changed"
P
# The ports and the address of the DNS server belong to namespaces of their own.
unshare -rnm sh -c 'ip link set lo up 2> /dev/null; mount --bind resolv.conf /etc/resolv.conf; exec python3 look.py "$0" "$1"' "$libraries" "$jars"
