package org.mococxr.inference.prediction;

import java.util.Optional;

/**
 * An image file that a person sent.
 *
 * @param name for messages and in the answer
 * @param study which study it belongs to, as its sender says; empty when he does not
 * @param content PNG, JPEG or DICOM
 */
public record XrayFile(String name, Optional<String> study, byte[] content) {}
