# The commands of libpalabra. Each installs the tools that it does not find (tools/install.sh) and can be repeated.
# All output goes into build/ and target/.

CARGO ?= cargo
PYTHON ?= python3
CARGO_TARGET_DIR ?= target
# The engine of the demos: local (offline speech recognition, translation and speech), or loopback.
ENGINE ?= local

.PHONY: help demo demo-file demo-live programs test prove docs dist dist-twice deb nuget go-module upm bench bench-programs bench-calls performance bench-csharp header unity clean

help:
	@echo 'make demo     a telephone call between an English and a Spanish voice, translated both ways through a C example and a'
	@echo '              local server; writes build/english.wav and build/spanish.wav (what each party said and heard) and'
	@echo '              build/call.png (who said and heard what when); ENGINE=loopback does without models'
	@echo 'make demo-file  translate a recorded voice; writes build/translated.wav, build/demo.wav and build/demo.png'
	@echo 'make demo-live  the same from the microphone to the loudspeaker; INPUT=my.wav takes a file instead, FROM=es TO=en the'
	@echo '              other direction'
	@echo 'make test     every check: format, header, lints, Rust, C, Go and C# tests, the official Python clients'
	@echo 'make prove    the slower tier: what needs a quiet machine, real time or long work; goes on where it was stopped;'
	@echo '              PART="rust c" runs these parts, PALABRA_PROVE_SECONDS=n bounds each; PART=fuzz fuzzes each target'
	@echo '              for PALABRA_FUZZ_SECONDS; PART=models tries every order of what threads share;'
	@echo '              PART=mutants plants faults, PALABRA_MUTANT_SECONDS long'
	@echo 'make docs     the documents as a site, in build/site; fails for a link that leads nowhere'
	@echo 'make dist     archives for all platforms in dist/, each tried; TARGET="linux-arm64 windows-x64" makes some; builds for'
	@echo '              macOS, iOS, Android and MSVC too, as far as it can here, and looks at the files'
	@echo 'make dist-twice  the same archives made in two places that differ in all that must not matter, and compared'
	@echo 'make deb      Debian packages in dist/, tried in a new root'
	@echo 'make nuget    .NET packages in dist/, of the archives there, tried from an empty folder'
	@echo 'make go-module  the Go module with static libraries in dist/, tried from a proxy of files'
	@echo 'make upm      the Unity package in dist/, with the libraries of the archives there'
	@echo 'make bench    micro-benchmarks, and two-way calls'
	@echo 'make performance PEERS=folder  the tables of docs/performance.md, with the harness of other clients in that folder'
	@echo 'make bench-calls  two-way calls, beside the same written by hand in Python and JavaScript; CALLS=10,100'
	@echo 'make bench-csharp  the C# binding beside C; FIRST=commit also measures an earlier binding'
	@echo 'make header   describe src/ffi in api/palabra.json and print all from it: headers, bindings, reference'
	@echo 'make unity    put the Unity package together, in build/unity'
	@echo 'make clean    remove what was built; the tools in build/tools stay'

# SEED=n chooses which sentences change places.
demo: programs
	tools/install.sh spanish
	tools/install.sh local || echo 'demo: the stages of the engine local could not be installed (see above)'
	tools/install.sh demo || echo 'demo: matplotlib could not be installed (see above)'
	$(PYTHON) tools/demo/call.py --devserver $(CARGO_TARGET_DIR)/devserver/palabra-devserver \
	    --program build/examples/call_barge_in --output build --engine $(ENGINE) --plotter build/tools/demo/bin/python \
	    $(if $(SEED),--seed $(SEED))

demo-file: programs
	tools/install.sh local || echo 'demo: the stages of the engine local could not be installed (see above)'
	tools/install.sh demo || echo 'demo: matplotlib could not be installed (see above)'
	$(PYTHON) tools/recording.py build/recording.wav
	$(PYTHON) tools/demo/main.py --devserver $(CARGO_TARGET_DIR)/devserver/palabra-devserver \
	    --program build/examples/live_translate --recording build/recording.wav --output build --engine $(ENGINE) \
	    --plotter build/tools/demo/bin/python

# From the microphone to the loudspeaker, or from INPUT to build/live.wav; FROM and TO are its languages.
FROM ?= en
TO ?= es
demo-live: programs
	tools/install.sh local || echo 'demo: the stages of the engine local could not be installed (see above)'
	$(PYTHON) tools/demo/live.py --devserver $(CARGO_TARGET_DIR)/devserver/palabra-devserver \
	    --program build/examples/live_translate --output build/live.wav --engine $(ENGINE) \
	    --source $(FROM) --target $(TO) $(if $(INPUT),--input "$(INPUT)")

# Needed by all demos: the library in a prefix, the examples built against it, and a devserver.
programs:
	tools/install.sh build recording
	cmake -S . -B build/cmake -DCMAKE_INSTALL_LIBDIR=lib
	cmake --build build/cmake
	cmake --install build/cmake --prefix build/prefix
	$(CARGO) build --profile devserver --locked -p palabra-devserver --bin palabra-devserver
	cmake -S examples-c -B build/examples -DCMAKE_PREFIX_PATH=$(CURDIR)/build/prefix
	cmake --build build/examples

test:
	$(PYTHON) tools/test.py

prove:
	$(PYTHON) tools/prove.py $(PART)

docs:
	tools/install.sh site
	$(PYTHON) tools/site/main.py --mkdocs build/tools/site/bin/mkdocs

dist:
	$(PYTHON) tools/dist $(TARGET)

dist-twice:
	$(PYTHON) tools/dist/twice.py $(TARGET)

deb:
	$(PYTHON) tools/dist/deb.py

nuget:
	$(PYTHON) tools/dist/nuget.py

go-module:
	$(PYTHON) tools/dist/go_module.py

upm:
	$(PYTHON) tools/dist/upm.py

bench-programs:
	tools/install.sh build
	cmake -S . -B build/cmake -DCMAKE_INSTALL_LIBDIR=lib
	cmake --build build/cmake
	cmake --install build/cmake --prefix build/prefix
	for program in peer_client send_call calls memory start; do \
	    $(CC) -std=gnu99 -O2 -Wall -Wextra -Werror -Ibuild/prefix/include benches/$$program.c -o build/$$program \
	        -Lbuild/prefix/lib -lpalabra -lm -lpthread -Wl,-rpath,$(CURDIR)/build/prefix/lib || exit 1; \
	done

bench: bench-programs
	build/send_call 100
	build/start
	$(MAKE) bench-calls
	$(CARGO) bench --locked -p palabra --bench micro --bench resample --bench playout --bench tts_latency

# Calls by hand stand beside those of the library where Node is there, and a Python that still has audioop.
CALLS ?= 10,100
BY_HAND = build/by-hand
bench-calls: bench-programs
	tools/install.sh interop
	$(CARGO) build --profile devserver --locked -p palabra-devserver --bin palabra-devserver
	if command -v npm >/dev/null; then npm install --silent --prefix $(BY_HAND) ws@8; fi
	set -- --program libpalabra=build/calls; \
	if build/tools/peer1/bin/python -W ignore -c 'import audioop' 2>/dev/null; then \
	    set -- "$$@" --program "python=build/tools/peer1/bin/python -W ignore benches/by_hand/call.py"; \
	fi; \
	if test -d $(BY_HAND)/node_modules/ws; then set -- "$$@" --program "node=node benches/by_hand/call.mjs"; fi; \
	export BY_HAND_MODULES=$(CURDIR)/$(BY_HAND); \
	set -- "$$@" --calls $(CALLS) --devserver $(CARGO_TARGET_DIR)/devserver/palabra-devserver; \
	$(PYTHON) benches/calls.py "$$@" >build/calls.md && cat build/calls.md && \
	    $(PYTHON) benches/calls.py --tls "$$@" >build/calls-tls.md && cat build/calls-tls.md

# The other clients are those of a harness outside this tree (build.sh and run_peers.sh); --client passes ours to it.
PEER_CLIENTS ?= limit,rust_raw,c_lws,go,node,python
PEER_REPS ?= 5
performance: bench-calls
	test -n "$(PEERS)" || { echo 'performance: PEERS=folder of the harness is missing' >&2; exit 1; }
	cd $(PEERS) && rm -f results/performance.jsonl && ONLY=rust,certs,$(PEER_CLIENTS) ./build.sh
	cd $(PEERS) && ./run_peers.sh --reps $(PEER_REPS) --scenarios S1,S1t,S2b,S3,S4,S4w,S5b,S5 --clients $(PEER_CLIENTS) \
	    --client libpalabra=$(CURDIR)/build/peer_client --out results/performance.jsonl
	$(PYTHON) benches/page.py --peers $(PEERS)/results/performance.jsonl --calls build/calls.md build/calls-tls.md

# FIRST=commit builds the library and the binding of that commit too; programs for it: benches/csharp/first.
bench-csharp: programs
	tools/install.sh csharp
	$(PYTHON) benches/csharp/table.py --library build/prefix --devserver $(CARGO_TARGET_DIR)/devserver/palabra-devserver \
	    $(if $(FIRST),--first $(FIRST))

header:
	tools/install.sh header
	$(PYTHON) tools/api

# The package shares the C# source with .NET; this copies the source there, and the library of this machine.
unity:
	tools/install.sh build
	cmake -S . -B build/cmake -DCMAKE_INSTALL_LIBDIR=lib
	cmake --build build/cmake
	cmake --install build/cmake --prefix build/prefix
	$(PYTHON) tools/unity_package.py --output build/unity --plugin linux=build/prefix/lib/libpalabra.so

clean:
	rm -rf target
	rm -rf $(filter-out build/tools,$(wildcard build/*))
