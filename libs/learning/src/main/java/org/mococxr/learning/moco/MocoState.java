package org.mococxr.learning.moco;

import org.mococxr.learning.state.StateDict;
import org.mococxr.learning.state.Tensor;

/**
 * Both encoders and the queue on the host.
 *
 * @param query f_q with its projection, torchvision's names
 * @param key f_k with its projection, the same names
 * @param queue {@code [d, K]}, a key a column
 * @param pointer the column that the next key overwrites
 */
public record MocoState(StateDict query, StateDict key, Tensor queue, int pointer) {}
