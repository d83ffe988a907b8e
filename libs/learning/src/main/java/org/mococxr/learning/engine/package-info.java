/**
 * Runs a {@link org.mococxr.learning.network.Network} on DJL's PyTorch engine: which PyTorch and
 * which devices, pictures on their way to them, parameters as native arrays, forward and backward
 * passes, features. Everything native lives under one manager a step and is released with it.
 */
package org.mococxr.learning.engine;
