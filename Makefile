# The two commands of this project are `make demo` and `make test`; `make help` lists the rest.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help build test up down format clean

# What make up and make down may be told: the folder that the services work in.
WORK =

MVN = JAVA_HOME="$$(bin/find-jdk)" && [ -n "$$JAVA_HOME" ] && export JAVA_HOME && mvn -B -ntp

help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

up: build ## Start Kafka and the services, leave them running, print the dashboard's address
	@bin/mococxr up $(if $(WORK),--work "$(WORK)")

down: ## Stop what make up started
	@bin/mococxr down $(if $(WORK),--work "$(WORK)")

build: ## Build everything without running the tests
	@$(MVN) -q package -DskipTests

test: ## Build everything and run every check and test
	@$(MVN) verify

format: ## Format the sources (google-java-format)
	@$(MVN) -q spotless:apply

clean: ## Remove what was built
	@$(MVN) -q clean
