package org.mococxr.specs;

import static org.mococxr.specs.option.Role.IDENTIFIES;
import static org.mococxr.specs.option.Role.MACHINE;
import static org.mococxr.specs.option.Role.PLACE;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.net.URI;
import java.util.Map;
import org.mococxr.foundation.Json;
import org.mococxr.foundation.Maps;
import org.mococxr.specs.option.Option;
import org.mococxr.specs.option.OptionRecord;
import org.mococxr.specs.option.Options;

/**
 * All that a run needs. Its canonical form's SHA-256 names the work, so that the same work is
 * recognised and not done twice.
 */
public record RunSpec(
    @Option(value = "the experiment's id", role = MACHINE, required = true)
        @JsonProperty(required = true)
        String experiment,
    @Option(value = "the run's name, unique in the experiment", role = MACHINE, required = true)
        @JsonProperty(required = true)
        String run,
    @Option(value = "what to do", role = IDENTIFIES, required = true) @JsonProperty(required = true)
        RunKind kind,
    @Option(value = "what tells the run from others of its kind", role = IDENTIFIES)
        Subject subject,
    @Option(value = "of every random stream of the run", role = IDENTIFIES, byDefault = "0")
        long seed,
    @Option(
            value =
                "what the run reads, by role: root, pretrain, train, valid, test, encoder, features,"
                    + " run:<name>, embedding:<initialisation>",
            role = PLACE)
        Map<String, URI> inputs,
    @Option(value = "the options of this kind of run", role = IDENTIFIES)
        Map<String, Object> options,
    @Option(value = "the run's folder", role = PLACE, required = true)
        @JsonProperty(required = true)
        URI output) {

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
    return Json.digest(this);
  }

  /**
   * The options, defaults included, by the rules under which they were accepted.
   *
   * @throws org.mococxr.foundation.UserErrorException naming the field that is unknown or missing,
   *     or has another type
   */
  public OptionRecord told() {
    return Options.accepted(options, kind.told(), "run " + run);
  }

  /**
   * Checks the options of a run that was written by hand: nobody has accepted it before.
   *
   * @throws org.mococxr.foundation.UserErrorException as for an experiment's options
   */
  public void check() {
    Options.read(options, kind.told(), "run " + run);
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
