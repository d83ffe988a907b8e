# The two commands of this project are `make demo` and `make test`; `make help` lists the rest.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help demo up down bench-cli bench-data bench-train bench-peer gpu-check bench-inference bench-orchestrator coverage-intervals images push build test check control-plane test-cluster fuzz soak-inference mutation schemas format clean native native-sources

# What may be given: DATA=<folder of X-rays> TASK=<label column> SEED=<number> WORK=<work folder>
# EXPERIMENT=<file> MUTATIONS=<of each file>.
DATA =
TASK =
SEED =
WORK =
EXPERIMENT =

# Maven itself runs for a minute: C1 and the serial collector, unless MAVEN_OPTS says otherwise.
MVN = JAVA_HOME="$$(bin/find-jdk)" && [ -n "$$JAVA_HOME" ] && export JAVA_HOME && \
  export MAVEN_OPTS="$${MAVEN_OPTS--XX:+UseSerialGC -XX:TieredStopAtLevel=1}" && mvn -B -ntp
SOURCES = $(shell find pom.xml libs services bench images -type f -not -path '*/target/*' -not -path '*/src/test/*')
BUILT = services/local/target/built
# Runs a program of the module images.
IMAGES_JAVA = "$$(bin/find-jdk)/bin/java" -cp "images/target/classes:$$(cat images/target/classpath)"
IMAGES_VERSION = $(or $(VERSION),0.1.0)
# The notices refuse libraries whose licence is not allowed.
NOTICES = $(IMAGES_JAVA) org.mococxr.images.notices.Notices . "$(IMAGES_VERSION)" splitter orchestrator inference trainer
PACKAGE = $(MVN) -q package -DskipTests && $(NOTICES) && bin/archive-service && bin/archive-classes && touch $(BUILT)
OPTION = $(if $($(1)),$(2) "$($(1))")

help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

demo: $(BUILT) ## Do everything once: make X-rays, pretrain, fine-tune, report, serve (DATA, TASK, SEED, WORK, EXPERIMENT)
	@bin/mococxr demo $(call OPTION,DATA,--data) $(call OPTION,TASK,--task) $(call OPTION,SEED,--seed) \
	  $(call OPTION,WORK,--work) $(call OPTION,EXPERIMENT,--experiment)

up: $(BUILT) ## Start Kafka and the services, leave them running, print the dashboard's address (WORK)
	@bin/mococxr up $(call OPTION,WORK,--work)

down: ## Stop what make up started (WORK)
	@bin/mococxr down $(call OPTION,WORK,--work)

# Built again only when a source is newer: Maven alone takes a while to find that nothing changed.
$(BUILT): $(SOURCES)
	@echo "Building. The first time this downloads what it needs, about 1 GB; then it takes a minute."
	@$(PACKAGE)

BENCH_PATH = bench/target/classes:$$(cat bench/target/classpath)
# For those that start services or a broker, as the tests do.
BENCH_SERVICES = bench/target/classes:$$(cat bench/target/classpath-broker)

bench-cli: $(BUILT) ## Time whole commands: start, splits, intervals (docs/performance.md; RUNS of each, PEER: a Python with pandas)
	@RUNS=$(or $(RUNS),3) PEER="$(PEER)" bench/commands

bench-data: $(BUILT) ## Time decoding, caching, views, splits and intervals (docs/performance.md)
	@java="$$(bin/find-jdk)/bin/java -Xmx1g -cp $(BENCH_PATH)" && \
	  $$java org.openjdk.jmh.Main 'bench\.(imaging|evaluation)' && \
	  $$java org.mococxr.bench.imaging.CacheBenchmark && $$java org.mococxr.bench.datasets.SplitBenchmark

# As bin/mococxr sets them: what is measured is what a run has. The heap is fixed and touched from the
# start, so that what the last benchmark sees grow is native memory.
BENCH = MALLOC_MMAP_THRESHOLD_=2147483648 MALLOC_TRIM_THRESHOLD_=8589934592 \
  "$$(bin/find-jdk)/bin/java" --enable-native-access=ALL-UNNAMED -cp $(BENCH_PATH)

coverage-intervals: $(BUILT) ## Simulate how often 95 % intervals hold the truth (docs/evaluation.md; minutes)
	@"$$(bin/find-jdk)/bin/java" -cp "$(BENCH_PATH)" org.mococxr.bench.evaluation.CoverageSimulation

# DEVICE, ARCHITECTURES, SIZES, BATCHES, COMPUTES, AUGMENTATION, QUEUE and ROW (seconds) choose the steps; PEER names a Python with
# PyTorch, which takes the same steps by hand beside them (UPLOADS: resident, pinned, pageable, graph).
bench-train: DEVICE ?= cpu
bench-train: ARCHITECTURES ?= resnet18,resnet50,densenet121
bench-train: SIZES ?= 224,320
bench-train: BATCHES ?= 16
bench-train: COMPUTES ?= float32,bf16
bench-train: AUGMENTATION ?= chexpert
bench-train: QUEUE ?= 4096
bench-train: ROW ?= 25
bench-train: THREADS ?= 2
bench-train: UPLOADS ?= resident

bench-train: $(BUILT) ## Time MoCo steps (DEVICE, BATCHES, PEER, …), what we add to libtorch's cost, and native memory
	@main=org.mococxr.bench.learning && \
	  $(BENCH) -Xmx1g -Dmococxr.device=$(DEVICE) $$main.TrainBenchmark $(ARCHITECTURES) $(SIZES) $(BATCHES) \
	    $(ROW) $(THREADS) $(COMPUTES) $(AUGMENTATION) $(QUEUE) && \
	  if [ -n "$(PEER)" ]; then "$(PEER)" bench/peer/moco_step.py --device $(DEVICE) --architectures $(ARCHITECTURES) \
	    --sizes $(SIZES) --batches $(BATCHES) --computes $(COMPUTES) \
	    --seconds $(ROW) --threads $(THREADS) --queue $(QUEUE) --uploads $(UPLOADS); fi && \
	  $(BENCH) -Xmx1g $$main.OverheadBenchmark && \
	  $(BENCH) -Xms256m -Xmx256m -XX:+AlwaysPreTouch $$main.MemoryBenchmark

bench-peer: $(BUILT) ## Steps on the CPU beside PyTorch by hand, in turns, and our overhead; 6 minutes (PEER=python)
	@[ -n "$(PEER)" ] || { echo "bench-peer: name a Python with PyTorch, PEER=venv/bin/python" >&2; exit 64; }
	@bench/peer/ratios "$(PEER)" && $(BENCH) -Xmx1g org.mococxr.bench.learning.OverheadBenchmark resnet18_w16:64 16 30 2

gpu-check: $(BUILT) ## Pack the check of a GPU machine without Java or network, and run its CPU half here
	@bench/gpu-check/pack && \
	  CHECK_CLASSPATH="$$(tr ':' '\n' < bench/target/classpath | grep pytorch-native)" bench/target/gpu-check/check.sh "" cpu

BENCH_MODELS = resnet18:320,densenet121:320

bench-inference: $(BUILT) ## Time the inference service beside ONNX Runtime alone (BENCH_MODELS, ROW seconds)
	@# In the environment: ONNX Runtime does not stand a long command line (docs/bundle.md).
	@CLASSPATH="$(BENCH_SERVICES)" "$$(bin/find-jdk)/bin/java" -Xmx1g --enable-native-access=ALL-UNNAMED \
	  org.mococxr.bench.inference.InferenceBenchmark "$(BENCH_MODELS)" $(or $(ROW),10)

bench-orchestrator: $(BUILT) ## Time EXPERIMENTS x RUNS through a broker and the orchestrator (docs/performance.md; HEAP)
	@"$$(bin/find-jdk)/bin/java" -Xmx1g -cp "$(BENCH_SERVICES)" \
	  org.mococxr.bench.orchestrator.OrchestratorBenchmark $(or $(EXPERIMENTS),200) $(or $(RUNS),100) $(or $(HEAP),512m)

# Without BASE the images hold a runtime that jlink makes of this machine's JDK, on this machine's C library. CUDA=1 makes the
# images for GPUs instead; Maven fetches 3 GB for them once.
IMAGES = $(if $(CUDA),$(MVN) -q package -Pcuda -DskipTests -pl services/trainer,services/inference -am \
  -Dquarkus.package.output-directory=quarkus-app-cuda && )$(IMAGES_JAVA) \
  org.mococxr.images.Images . images/target/oci "$(IMAGES_VERSION)" "$(BASE)" "$(1)" "$(CUDA)" "$(CUDA_BASE)"

images: $(BUILT) ## Write images of services and trainer as OCI tars to images/target/oci (BASE by digest, VERSION; CUDA=1, CUDA_BASE)
	@$(call IMAGES)

push: $(BUILT) ## Push the images (REGISTRY, BASE by digest, VERSION; CUDA=1, CUDA_BASE)
	@[ -n "$(REGISTRY)" ] || { echo "push: name the registry, REGISTRY=host" >&2; exit 64; }
	@$(call IMAGES,$(REGISTRY))

# Classes that are read and written as JSON are registered anew each time, from the packaged jars.
NATIVE = $(IMAGES_JAVA) org.mococxr.images.natives.ReflectionConfig . splitter orchestrator && \
  $(MVN) -q package -Pnative -DskipTests -pl services/splitter,services/orchestrator -am

native: $(BUILT) ## Compile splitter and orchestrator to native programs in a container of the Mandrel builder image
	@$(NATIVE)

native-sources: $(BUILT) ## Write what native-image would be given to services/*/target/native-sources, without GraalVM
	@$(NATIVE) -Dquarkus.native.sources-only=true -Dnative.container=false

build: ## Build everything without running the tests
	@$(PACKAGE)

# Runs a build with its tests, then says which tests were skipped and why, also after a failure.
TESTED = { rm -f */target/skipped-tests.txt */*/target/skipped-tests.txt; code=0; ($(MVN) $(1)) || code=$$?; \
  bin/skipped-tests || code=1; exit $$code; }

test: ## Build everything and run every check and test
	@$(call TESTED,verify)

# Classes that are slow as a whole are not even loaded: for each profile of a QuarkusTest that is, an application is put together.
SLOW_CLASSES = target/slow-classes.txt

check: ## Check the format and run the fast tests: no scenario (*IT), no test tagged slow; 3 minutes on 2 cores
	@mkdir -p $(dir $(SLOW_CLASSES)) && { echo '**/*$$*'; grep -rlx --include='*Test.java' '@Tag("slow")' libs services bench images \
	  | sed 's|.*/src/test/java/||'; } > $(SLOW_CLASSES)
	@$(call TESTED,test -q -T 2 -Pcheck -DexcludedGroups=slow -Dsurefire.excludesFile="$(CURDIR)/$(SLOW_CLASSES)")

CONTROL_PLANE = libs/testkit/control-plane/build

control-plane: ## Build etcd and a Kubernetes control plane for test-cluster from Go modules, once (KUBEBUILDER_ASSETS)
	@$(CONTROL_PLANE)

# SCENARIO=<class> runs one only; KILLS=<number> is for OrchestratorKilledScenario, PREVIOUS=<a built checkout of an earlier
# version> for UpgradeScenario.
test-cluster: $(BUILT) ## Run the scenarios on a real Kubernetes control plane, as root (SCENARIO)
	@# Their trainer is a test class of the orchestrator: not a dependency of services/local, and no source of $(BUILT).
	@$(MVN) -q test-compile -pl services/orchestrator -am
	@programs="$$($(CONTROL_PLANE))" && \
	  $(call TESTED,verify -Pcluster -pl services/local -am -Dtest=none -Dsurefire.failIfNoSpecifiedTests=false \
	    -Dmococxr.control-plane="$$programs" $(if $(KILLS),-Dmococxr.kills=$(KILLS)) $(if $(PREVIOUS),-Dmococxr.previous=$(PREVIOUS)) $(if $(SCENARIO),-Dit.test='$(SCENARIO)' -Dfailsafe.failIfNoSpecifiedTests=false))

fuzz: ## Decode, read and answer 10,000 and more damaged files, tables and requests (MUTATIONS of each)
	@$(MVN) -q test -Dtest='*FuzzTest' -Dsurefire.failIfNoSpecifiedTests=false \
	  -Dmococxr.fuzz=$(or $(MUTATIONS),500)

soak-inference: ## Publish 200 versions under full load for 20 minutes and watch the memory (SOAK seconds)
	@$(MVN) -q verify -pl services/inference -am -Dtest=none -Dit.test=ReloadIT -Dsurefire.failIfNoSpecifiedTests=false \
	  -Dfailsafe.failIfNoSpecifiedTests=false -Dmococxr.soak=$(or $(SOAK),1200)

mutation: ## Change the state machine, codec, identity, verification and provenance, and list what no test notices
	@$(MVN) -q test -Pmutation -pl services/orchestrator,libs/datasets -am -Dtest=none -Dsurefire.failIfNoSpecifiedTests=false

schemas: ## Write docs/schemas and the tables of options in docs anew from the declarations of options
	@$(MVN) -q test -pl libs/specs -am -Dtest='SchemasTest,DocumentationTest' -Dsurefire.failIfNoSpecifiedTests=false \
	  -Dmococxr.write-docs=true

format: ## Format the sources (google-java-format)
	@$(MVN) -q spotless:apply

clean: ## Remove what was built
	@$(MVN) -q clean
