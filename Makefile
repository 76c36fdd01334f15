# thidua. `make` lists what can be made.

# The tag that compiles the database's Arrow interface in. It is given here and
# nowhere else; every go command below gets it through the environment.
TAGS := duckdb_arrow
export GOFLAGS := -tags=$(TAGS)
export CGO_ENABLED := 1

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
GO_BUILD := go build -trimpath -ldflags "-X main.version=$(VERSION)"

# What the benchmark loads: visits of twelve drug lines, small known files, the file
# of each feed, the rows of a workbook and the visits that figures are computed over
# (0 leaves computing out). Its files need some 6 GB below BENCH_DIR
# and are removed afterwards.
BENCH_VISITS ?= 56000
BENCH_FILES ?= 100000
BENCH_FEED_BYTES ?= 300MB
BENCH_SHEET_ROWS ?= 200000
BENCH_COMPUTE_VISITS ?= 10000000
BENCH_DIR ?= bin/bench.d

.DEFAULT_GOAL := help
.PHONY: help demo province test check bench soak build fmt lint clean prerequisites

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# The demonstration is two health departments: Thái Nguyên in the first half of 2022 in
# the folder demo, Yên Bái in 2024 in demo-yen-bai, at a hundredth of their size. At
# SCALE=1 the figures are those of the report; it writes and loads 4 GB.
SCALE ?= 0.01

demo: build ## two invented provinces, all feeds pulled, both campaigns judged (SCALE=0.01)
	@$(MAKE) --no-print-directory province DIR=demo-yen-bai PROFILE=yen-bai-2024 LOGIN=15101 OTHER=thai-nguyen-2022h1
	@$(MAKE) --no-print-directory province DIR=demo PROFILE=thai-nguyen-2022h1 LOGIN=19101 OTHER=yen-bai-2024
	@printf '\n%s\n' 'The figures of the report, as it printed them and counted from the rows (share: the scale of this province):'
	bin/thidua -C demo query -- "$$(cat cmd/hissim/figures_2022h1.sql)"
	@printf '\n%s\n' 'What was quarantined, and why:'
	bin/thidua -C demo query "SELECT rule, level, sum(items) AS items, any_value(reason_vi) AS reason FROM quarantine_summary GROUP BY ALL ORDER BY items DESC, rule LIMIT 12"
	@printf '\n%s\n' 'Both campaigns:'
	bin/thidua -C demo-yen-bai indicators
	bin/thidua -C demo indicators
	@printf '%s\n' '' 'What to try next:' \
	  '  bin/thidua -C demo explain TN.D.2              where a figure comes from' \
	  '  bin/thidua -C demo indicators --by district    who pulls it down (month, commune, facility)' \
	  '  bin/thidua -C demo indicators --cut-off 2022-03-14   how it stood on a day' \
	  '  bin/thidua -C demo run claims                  the same files again: nothing changes' \
	  '  bin/thidua -C demo query "SHOW TABLES"         what can be asked' \
	  '  bin/thidua -C demo quarantine list             each thing set aside, with its place' \
	  '  bin/thidua -C demo serve                       the same by itself, every night' \
	  '  bin/hissim serve --help                        the portal, and the bad days it can have' \
	  '  less demo/truth.json                           what the invented province says is true'

# One province of the demonstration: a workspace, its feeds, a portal, a run.
province:
	rm -rf $(DIR)
	bin/thidua init $(DIR)
	printf '\n%s\n  %s\n%s\n  %s\n' 'jobs:' 'enable: [prescriptions]' 'campaigns:' 'disable: [$(OTHER)]' >> $(DIR)/thidua.yaml
	bin/hissim write $(DIR)/inbox --profile $(PROFILE) --scale $(SCALE) --truth $(DIR)/truth.json
	@bin/hissim serve --profile $(PROFILE) --scale $(SCALE) --address-file $(DIR)/portal >$(DIR)/portal.log 2>&1 & portal=$$!; \
	trap 'kill $$portal 2>/dev/null; wait $$portal 2>/dev/null || true' EXIT; \
	for i in $$(seq 100); do [ -s $(DIR)/portal ] && break; sleep 0.1; done; \
	[ -s $(DIR)/portal ] || { cat $(DIR)/portal.log >&2; exit 1; }; \
	export THIDUA_PRESCRIPTIONS_URL=$$(cat $(DIR)/portal) THIDUA_PRESCRIPTIONS_USER=$(LOGIN) THIDUA_PRESCRIPTIONS_PASSWORD=mau; \
	printf '%s\n' "bin/thidua -C $(DIR) run (the prescription portal answers at $$(cat $(DIR)/portal))"; \
	time bin/thidua -C $(DIR) run || [ $$? -eq 1 ]
	@du -shL $(DIR)/inbox $(DIR)/archive $(DIR)/published/current/records.duckdb $(DIR)/published/current/indicators.duckdb

test: prerequisites ## run all tests with the race detector
	go test -race -timeout 60m ./...

check: prerequisites lint test ## everything CI runs: format, vet, staticcheck, then the tests

bench: build ## measure the budgets as ratios within one run (BENCH_VISITS=56000)
	@pkg-config --exists libxml-2.0 2>/dev/null || $(MAKE) --no-print-directory libxml2
	gcc -O2 -Wall -Wextra -o bin/sax cmd/bench/libxml2/sax.c $$(pkg-config --cflags --libs libxml-2.0)
	go build -trimpath -o bin/duck ./cmd/bench/duck
	go build -trimpath -o bin/bench ./cmd/bench
	bin/bench --visits $(BENCH_VISITS) --files $(BENCH_FILES) --feed-bytes $(BENCH_FEED_BYTES) --sheet-rows $(BENCH_SHEET_ROWS) --compute-visits $(BENCH_COMPUTE_VISITS) --dir $(BENCH_DIR)

soak: prerequisites ## kill it again and again, and feed it big files (an hour or so)
	THIDUA_SOAK=1 go test -count=1 -timeout 3h ./...

build: prerequisites ## build bin/thidua and bin/hissim
	$(GO_BUILD) -o bin/thidua ./cmd/thidua
	$(GO_BUILD) -o bin/hissim ./cmd/hissim

fmt: prerequisites ## format the code
	go tool gofumpt -l -w .

clean: ## remove what was built, the demo and the benchmark's files
	rm -rf bin demo demo-yen-bai $(BENCH_DIR)

# What can be said of the code without running it.
lint: prerequisites
	@unformatted=$$(go tool gofumpt -l .); [ -z "$$unformatted" ] || { printf '%s\n' "$$unformatted" 'These files are not formatted: run make fmt.' >&2; exit 1; }
	go vet ./...
	go tool staticcheck -tags $(TAGS) -checks "$$(sed -n 's/^ *"\(.*\)",$$/\1/p' .ci/staticcheck.conf | paste -sd,)" ./...

# The compilers, or one sentence with the remedy.
prerequisites:
	@command -v go >/dev/null || { echo 'Go 1.26 or newer is needed and go is not on the PATH: install it from https://go.dev/dl/.' >&2; exit 1; }
	@have=$$(go env GOVERSION); printf '%s\n' go1.26 "$$have" | sort -V -C || { echo "Go 1.26 or newer is needed and this is $$have: install it from https://go.dev/dl/." >&2; exit 1; }
	@for tool in CC CXX; do set -- $$(go env $$tool); command -v "$$1" >/dev/null || { echo "A C++ compiler is needed to link the database and $$1 is missing: apt-get install g++." >&2; exit 1; }; done

# The header files of the library that the benchmark compares with.
.PHONY: libxml2
libxml2:
	@sudo=; [ "$$(id -u)" = 0 ] || sudo='sudo -n'; \
	{ $$sudo apt-get update -qq && $$sudo apt-get install -y -qq --no-install-recommends libxml2-dev pkg-config gcc libc6-dev; } || \
	{ echo 'The benchmark compares with libxml2, which could not be installed: apt-get install libxml2-dev pkg-config gcc, as root.' >&2; exit 1; }
