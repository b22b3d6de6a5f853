# Cairn. See README.md for what it is; CONTRIBUTING.md for how to work on it.

GO ?= go

.PHONY: all build run setup test test-quick test-unit test-machine bench generate clean

all: build

# The command line; it builds kernels by itself, from the sources it carries.
build:
	$(GO) build -trimpath -o bin/cairn ./cmd/cairn

# An unmodified Debian program, as a machine of its own.
run: build
	scripts/setup qemu
	bin/cairn run --with /bin/cat --with /usr/bin/cut /bin/sh -c \
		'echo "Hello from a machine of its own."; cat /proc/version; echo "Up for $$(cut -d" " -f1 /proc/uptime) s."'

setup:
	scripts/setup tests

# Everything that decides whether a change lands.
test: build setup
	$(GO) run ./tools/testall

test-quick:
	$(GO) run ./tools/testall gofmt vet generated rules

test-unit:
	$(GO) run ./tools/testall unit

test-machine: build setup
	$(GO) run ./tools/testall machine

bench: build
	scripts/setup bench
	$(GO) run ./bench

generate:
	$(GO) generate ./...

clean:
	rm -rf bin out
