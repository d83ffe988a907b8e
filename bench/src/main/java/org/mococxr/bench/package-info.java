/**
 * Benchmarks to be run by hand: {@code make bench-data}, {@code make bench-train} and {@code make
 * bench-inference}. Micro-benchmarks use JMH; whole steps and jobs, whose memory and parts count
 * too, have a main method. Nothing else depends on this module.
 */
package org.mococxr.bench;
