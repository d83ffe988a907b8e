package org.mococxr.inference.protocol;

import java.util.List;
import org.mococxr.inference.model.Tensor;

/**
 * An answered request.
 *
 * @param model who answered
 * @param version in which version
 * @param digest SHA-256 of the bundle that answered, hex
 * @param id the request's; null when it had none
 * @param outputs in the network's order
 */
public record Inference(
    String model, String version, String digest, String id, List<Tensor> outputs) {}
