# Installs smbdx: the program, its manual, completions for bash, zsh and fish, and the reference.
#
#   make && sudo make install                  under /usr/local; sudo make uninstall takes it away
#   make install PREFIX=/usr DESTDIR=/tmp/x    for a package
#   make deb                                   a Debian package: .build/smbdx_VERSION_ARCHITECTURE.deb
#   make rpm                                   an RPM package: .build/smbdx-VERSION-1.ARCHITECTURE.rpm
#   make rule NAME=tree-too-slow PHASE=TreeConnect   the files of a new rule: see CONTRIBUTING.md

PREFIX ?= /usr/local
DESTDIR ?=
BINDIR = $(PREFIX)/bin
DATADIR = $(PREFIX)/share
DOCDIR = $(DATADIR)/doc/smbdx
MANDIR = $(DATADIR)/man/man1
BASHDIR = $(DATADIR)/bash-completion/completions
ZSHDIR = $(DATADIR)/zsh/site-functions
FISHDIR = $(DATADIR)/fish/vendor_completions.d
# Where systemd looks for units.
UNITDIR = $(PREFIX)/lib/systemd/system

# No library is looked for beside the program, and what it calls in libraries is found before it reads anything.
SWIFT_BUILD = swift build -c release --product smbdx --disable-local-rpath -Xlinker -z -Xlinker now
# What is installed, where a root who has no Swift finds it.
MADE = .build/install
PROGRAM = $(MADE)/smbdx

all: $(MADE)/done

$(PROGRAM): Makefile Package.swift $(shell find Sources -type f)
	$(SWIFT_BUILD)
	install -D .build/release/smbdx $@

# What the program says about itself.
$(MADE)/done: $(PROGRAM) Packaging/manual Packaging/completions
	rm -rf $(MADE)/man
	Packaging/manual $(PROGRAM) $(MADE)/man
	for shell in bash zsh fish; do Packaging/completions $(PROGRAM) $$shell >$(MADE)/completions.$$shell || exit 1; done
	touch $@

install: all
	install -d $(addprefix $(DESTDIR),$(BINDIR) $(DOCDIR)/Documentation $(MANDIR) $(BASHDIR) $(ZSHDIR) $(FISHDIR) $(UNITDIR) $(DATADIR)/smbdx)
	install -s -m 755 $(PROGRAM) $(DESTDIR)$(BINDIR)/smbdx
	install -m 644 $(MADE)/man/*.1 $(DESTDIR)$(MANDIR)
	install -m 644 $(MADE)/completions.bash $(DESTDIR)$(BASHDIR)/smbdx
	install -m 644 $(MADE)/completions.zsh $(DESTDIR)$(ZSHDIR)/_smbdx
	install -m 644 $(MADE)/completions.fish $(DESTDIR)$(FISHDIR)/smbdx.fish
	sed 's|@BINDIR@|$(BINDIR)|' Packaging/smbdx-live@.service >$(DESTDIR)$(UNITDIR)/smbdx-live@.service
	chmod 644 $(DESTDIR)$(UNITDIR)/smbdx-live@.service
	install -m 644 Sources/Reports/Schema/*.json $(DESTDIR)$(DATADIR)/smbdx
	install -m 644 README.md CHANGELOG.md LICENSE $(DESTDIR)$(DOCDIR)
	install -m 644 Documentation/*.md $(DESTDIR)$(DOCDIR)/Documentation

uninstall:
	rm -rf $(addprefix $(DESTDIR),$(DOCDIR) $(DATADIR)/smbdx)
	rm -f $(addprefix $(DESTDIR),$(BINDIR)/smbdx $(BASHDIR)/smbdx $(ZSHDIR)/_smbdx $(FISHDIR)/smbdx.fish $(UNITDIR)/smbdx-live@.service)
	rm -f $(addprefix $(DESTDIR)$(MANDIR)/,smbdx.1 smbdx-*.1)

deb: all
	Packaging/deb

rpm: all
	Packaging/rpm

rule:
	Packaging/rule $(NAME) $(PHASE) $(FIXTURE)

.PHONY: all install uninstall deb rpm rule
