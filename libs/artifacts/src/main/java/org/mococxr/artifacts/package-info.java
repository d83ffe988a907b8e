/**
 * The artefact store: {@code file://} and {@code s3://} URIs, atomic publication, SHA-256 digests
 * and provenance.
 */
package org.mococxr.artifacts;
