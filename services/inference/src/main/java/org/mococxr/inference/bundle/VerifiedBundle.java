package org.mococxr.inference.bundle;

import java.net.URI;
import java.nio.file.Path;

/**
 * A bundle whose files are what they say they are, in a folder of their own on this machine.
 *
 * @param source where it came from
 * @param description what its {@code model.json} says
 * @param digest SHA-256 of {@code model.json}, hex: through the digest within, it vouches for both
 *     files, and it is the provenance that every answer carries
 * @param network the verified {@code model.onnx}
 */
public record VerifiedBundle(
    URI source, ModelDescription description, String digest, Path network) {}
