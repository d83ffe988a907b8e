/**
 * Benchmarks to be run by hand: {@code make help} lists them, as {@code bench-…}. Micro-benchmarks
 * use JMH; whole steps and jobs, whose memory and parts count too, have a main method. Nothing else
 * depends on this module.
 */
package org.mococxr.bench;
