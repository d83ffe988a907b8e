/**
 * Measures the speed of this module on made-up pictures; {@code make bench-data} runs it. Nothing
 * else depends on it.
 */
package org.mococxr.imaging.bench;
