/**
 * What every module needs: the user's errors, names of findings, seeded random streams, progress,
 * the one JSON and YAML mapper, digests, files and folders, free ports. Nothing about images,
 * tensors or messages belongs here.
 */
package org.mococxr.foundation;
