/**
 * Benchmarks to be run by hand: {@code make bench-data} and {@code make bench-train}. Micro-
 * benchmarks use JMH; whole steps and jobs, whose memory and parts count too, have a main method.
 * Nothing else depends on this module.
 */
package org.mococxr.bench;
