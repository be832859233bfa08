# The ways into Gatehouse from a checkout. Everything needs rustup and a C compiler; `test` also node and npm.
# Each step says what it does and how long it took; end2end/ holds the scripts.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help run dev test test-long lint bench toolchain packages fmt clippy deny rust site clients journeys

# Where a checkout is thrown away after each run, what was compiled is kept.
ifdef CI
export CARGO_TARGET_DIR ?= $(HOME)/.cache/gatehouse/target
endif

# Tools that `end2end/install` had to build.
export PATH := $(PATH):$(or $(CARGO_TARGET_DIR),$(CURDIR)/target)/tools/bin

STEP := end2end/step
# Tests wait more than they work: for databases, for clocks, for what must not happen.
RUST_TEST_THREADS ?= 4
# The browser half is compiled for wasm by `cargo bundle`; together with the server its features would mix.
NATIVE := --workspace --exclude frontend

help:
	@sed -n 's/^\([a-z-]*\):.*## /  make \1	/p' Makefile | expand -t 18

run: toolchain ## build the release and serve ./data, with the set-up link of a new one (first time: 10 minutes)
	cargo bundle serve --release

dev: toolchain ## debug build, and again after every change
	cargo bundle dev

test: toolchain packages lint rust site clients journeys ## everything: lint, Rust tests, SDKs, browser journeys (first time: 15 minutes)

test-long: toolchain ## random input and crashes, GATEHOUSE_FUZZ_SECONDS each (default 60; 5 minutes in all); then a soak
	@$(STEP) "random input and crashes" cargo test -p gateway -p journal --test it -- --ignored fuzz:: --test-threads 1
	@$(STEP) "publications under load" cargo test --release -p server --test it -- --ignored publishing:: --nocapture --test-threads 1
	@$(STEP) "soak, GATEHOUSE_SOAK_SECONDS (default 1800)" cargo test --release -p server --test it -- --ignored soak:: --nocapture

lint: toolchain fmt clippy deny ## formatting, clippy without warnings, licences and bans

bench: toolchain ## beside nginx, beside AI gateways, and of a large installation, written down in end2end/bench
	cargo bundle build --release
	cargo build --release -p gateway --example bench_scale
	end2end/bench/run --write
	end2end/bench/scale --write
	end2end/bench/ai --write

toolchain:
	@end2end/install toolchain

packages:
	@$(STEP) "packages for the tests" end2end/install packages

fmt:
	@$(STEP) "formatting" cargo fmt --all --check

clippy:
	@$(STEP) "clippy, server (first time: 2 minutes)" \
		cargo clippy $(NATIVE) --all-targets -- -D warnings
	@$(STEP) "clippy, browser (first time: 1 minute)" \
		cargo clippy -p frontend --target wasm32-unknown-unknown -- -D warnings

deny:
	@end2end/install deny
	@$(STEP) "licences, bans and sources of dependencies" \
		cargo deny --log-level warn check --hide-inclusion-graph -A unused-wrapper bans licenses sources

rust:
	@$(STEP) "Rust tests (first time: 4 minutes to compile)" env RUST_TEST_THREADS=$(RUST_TEST_THREADS) cargo test $(NATIVE)

site:
	@$(STEP) "browser assets" cargo bundle site
	@$(STEP) "size budget of a release" cargo bundle sizes

clients:
	@$(STEP) "the vendors' SDKs as clients" end2end/ai/run

journeys:
	@$(STEP) "journeys on SQLite" end2end/run-journeys sqlite
	@$(STEP) "journeys on PostgreSQL" end2end/run-journeys postgres --project wasm
