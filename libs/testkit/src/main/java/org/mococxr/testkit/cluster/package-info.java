/**
 * A Kubernetes cluster for tests, without a container engine: {@link
 * org.mococxr.testkit.cluster.ControlPlane} starts the real etcd, API server, controller manager
 * and scheduler, and a {@link org.mococxr.testkit.cluster.ProcessNode} runs the containers of pods
 * as processes. Role-based access, the node authorizer, quotas and pod security are Kubernetes'
 * own. Not there: the routing of Services, network policies and limits of resources.
 */
package org.mococxr.testkit.cluster;
