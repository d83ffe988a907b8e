package org.mococxr.specs;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import org.mococxr.foundation.Maps;

/**
 * The content of {@code DONE.json}, the last file of a run's folder: whoever finds it there with
 * the digest of its own specification need not do the work again.
 *
 * @param experiment the experiment's id
 * @param run the run's name
 * @param specDigest {@link RunSpec#digest()} of the work that was done
 * @param finished when
 * @param figures named results, as in {@link RunCompleted}
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record RunDone(
    @JsonProperty(required = true) String experiment,
    @JsonProperty(required = true) String run,
    @JsonProperty(required = true) String specDigest,
    Instant finished,
    Map<String, Double> figures) {
  /** The file's name. */
  public static final String FILE = "DONE.json";

  /** Copies the map, keeping its order. */
  public RunDone {
    figures = Maps.copy(figures);
  }

  /** Says that the work of a specification is done, now. */
  public static RunDone of(RunSpec spec, Map<String, Double> figures) {
    return new RunDone(
        spec.experiment(),
        spec.run(),
        spec.digest(),
        Instant.now().truncatedTo(ChronoUnit.MILLIS),
        figures);
  }

  /** Is this the work that a specification asks for. */
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
