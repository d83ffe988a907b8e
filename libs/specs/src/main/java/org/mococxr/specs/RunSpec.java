package org.mococxr.specs;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.net.URI;
import java.util.Map;
import org.mococxr.foundation.Maps;

/**
 * All that a run needs. Its canonical form's SHA-256 names the work, so that the same work is
 * recognised and not done twice.
 *
 * @param experiment the experiment's id
 * @param run the run's name, unique in the experiment
 * @param kind what to do
 * @param subject what tells the run from others of its kind; {@link Subject#NONE} if null
 * @param seed of every random stream of the run
 * @param inputs what the run reads, by role: {@code root}, {@code pretrain}, {@code train}, {@code
 *     valid}, {@code test}, {@code encoder}, {@code features}, {@code run:<name>}, {@code
 *     embedding:<initialisation>}
 * @param options the experiment's options for this kind of run; validated by the trainer
 * @param output the run's folder
 */
public record RunSpec(
    @JsonProperty(required = true) String experiment,
    @JsonProperty(required = true) String run,
    @JsonProperty(required = true) RunKind kind,
    Subject subject,
    long seed,
    Map<String, URI> inputs,
    Map<String, Object> options,
    @JsonProperty(required = true) URI output) {

  /** Copies the maps, keeping their order. */
  public RunSpec {
    subject = subject == null ? Subject.NONE : subject;
    inputs = Maps.copy(inputs);
    options = Maps.copy(options);
  }

  /** A run that its experiment has only once. */
  public RunSpec(
      String experiment,
      String run,
      RunKind kind,
      long seed,
      Map<String, URI> inputs,
      Map<String, Object> options,
      URI output) {
    this(experiment, run, kind, Subject.NONE, seed, inputs, options, output);
  }

  /** SHA-256, in hexadecimal, of the canonical JSON: sorted keys, no white space. */
  public String digest() {
    return Specs.digest(this);
  }

  /** As {@code spec.json} holds it. */
  public String toJson() {
    return Specs.write(this);
  }

  /**
   * Reads a {@code spec.json}.
   *
   * @param json the text
   * @param location for messages: the file or URI it came from
   * @throws org.mococxr.foundation.UserErrorException naming the field that is unknown, missing or
   *     wrong
   */
  public static RunSpec parse(String json, String location) {
    return Specs.read(json, location, RunSpec.class);
  }
}
