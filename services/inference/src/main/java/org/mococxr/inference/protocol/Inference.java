package org.mococxr.inference.protocol;

import java.util.List;
import org.mococxr.inference.model.Tensor;

/**
 * An answered request.
 *
 * @param model who answered
 * @param version in which version
 * @param digest SHA-256 of the bundle that answered, hex
 * @param request what was asked
 * @param outputs in the order in which they were asked for, or the network's
 */
public record Inference(
    String model, String version, String digest, InferRequest request, List<Tensor> outputs) {}
