package org.mococxr.specs;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.net.URI;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import org.mococxr.foundation.Maps;

/**
 * The content of {@code DONE.json}, the last file of a run's folder: whoever finds it there with
 * the identity of its own work need not do it again.
 *
 * @param experiment the experiment's id
 * @param run the run's name
 * @param specDigest {@link RunSpec#digest()} of the work that was done
 * @param identity what the result depends on, the digests of all inputs included; null if an
 *     earlier version wrote the file
 * @param attempt which attempt did it; null if an earlier version wrote the file, or by hand
 * @param finished when
 * @param figures named results, as in the event of its completion
 * @param origin the run that did the work, if this folder holds a copy of its result; else null
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record RunDone(
    @JsonProperty(required = true) String experiment,
    @JsonProperty(required = true) String run,
    @JsonProperty(required = true) String specDigest,
    RunIdentity identity,
    Integer attempt,
    Instant finished,
    Map<String, Double> figures,
    @JsonInclude(JsonInclude.Include.NON_NULL) Origin origin) {
  /**
   * Whose result it is.
   *
   * @param run the folder of the run that did the work
   * @param digest SHA-256 of its marker: what reads this result reads that one
   */
  public record Origin(
      @JsonProperty(required = true) URI run, @JsonProperty(required = true) String digest) {}

  /** The file's name. */
  public static final String FILE = "DONE.json";

  /** Copies the map, keeping its order. */
  public RunDone {
    figures = Maps.copy(figures);
  }

  /**
   * Says that the work of a specification is done, now.
   *
   * @param attempt which did it
   */
  public static RunDone of(
      RunSpec spec, RunIdentity identity, int attempt, Map<String, Double> figures) {
    return new RunDone(
        spec.experiment(),
        spec.run(),
        spec.digest(),
        identity,
        attempt,
        Instant.now().truncatedTo(ChronoUnit.MILLIS),
        figures,
        null);
  }

  /** Says that the work of a specification is done by taking over this result. */
  public RunDone takenOverBy(RunSpec spec, int by, Origin from) {
    return new RunDone(
        spec.experiment(),
        spec.run(),
        spec.digest(),
        identity,
        by,
        finished,
        figures,
        origin == null ? from : origin);
  }

  /**
   * Was this the very specification: the same options, and inputs in the same places. Whether they
   * still have the same content is not asked; that is what {@link #identity} tells.
   */
  public boolean answers(RunSpec spec) {
    return specDigest.equals(spec.digest());
  }

  /** As the file holds it. */
  public String toJson() {
    return Specs.write(this);
  }

  /**
   * Reads the file's text.
   *
   * @param location for messages
   */
  public static RunDone parse(String json, String location) {
    return Specs.read(json, location, RunDone.class);
  }
}
