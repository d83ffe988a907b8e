/**
 * Benchmarks to be run by hand ({@code make bench-train}): how long a step takes, where the time
 * goes, what the program adds to PyTorch's own cost, and whether memory grows. Nothing else depends
 * on it.
 */
package org.mococxr.learning.bench;
