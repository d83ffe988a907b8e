/**
 * The artefact store: {@code file://} and {@code s3://} URIs, atomic publication and provenance.
 */
package org.mococxr.artifacts;
