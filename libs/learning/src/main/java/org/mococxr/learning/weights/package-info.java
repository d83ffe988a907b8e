/**
 * What is in a file of weights that others trained: which tensors are the encoder, under which
 * naming, and which belong to something else. Every tensor is accounted for.
 */
package org.mococxr.learning.weights;
