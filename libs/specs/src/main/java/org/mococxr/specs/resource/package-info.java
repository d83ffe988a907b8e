/** The experiment as a resource of Kubernetes: its definition, made from the options. */
package org.mococxr.specs.resource;
