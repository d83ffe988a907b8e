/**
 * What every module needs and no library gives: the user's errors, names of findings, seeded random
 * streams, and progress. Nothing with a dependency, nothing about images, tensors or messages
 * belongs here.
 */
package org.mococxr.foundation;
