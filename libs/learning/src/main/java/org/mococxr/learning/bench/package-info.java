/** Benchmarks to be run by hand: how long a step takes and where the time goes. */
package org.mococxr.learning.bench;
