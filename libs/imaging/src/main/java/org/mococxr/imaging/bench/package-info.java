/**
 * Measures the speed of this module on made-up pictures; {@code make bench-data} runs it. Nothing
 * but other modules' benchmarks depends on it.
 */
package org.mococxr.imaging.bench;
