/**
 * Everything on one machine: {@code mococxr up}, {@code down}, {@code demo}, {@code status} and
 * {@code experiment}. What runs is what runs on a cluster: Kafka, the three services and the
 * trainer, each a process of its own, that meet on Kafka and in the artefact store only. This
 * module therefore knows the services' jars, environment and addresses, and none of their classes.
 */
package org.mococxr.local;
