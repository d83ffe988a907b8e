/**
 * Scenarios on a real Kubernetes control plane ({@code make test-cluster}): the chart is installed
 * into a namespace with pod security {@code restricted}, and services and trainers run as pods.
 * Each scenario asserts what the user sees and audits the artefacts.
 */
package org.mococxr.local.cluster;
