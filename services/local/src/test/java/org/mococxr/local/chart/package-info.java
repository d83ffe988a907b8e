/** The manifests of {@code helm/} and {@code k8s/}, held against Kubernetes' own model. */
package org.mococxr.local.chart;
