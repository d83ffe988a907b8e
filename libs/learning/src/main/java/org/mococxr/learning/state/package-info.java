/**
 * Named tensors outside any engine: the only currency between checkpoints, imports, replicas and
 * exports, and the readers and writers of their file formats. No DJL here.
 */
package org.mococxr.learning.state;
