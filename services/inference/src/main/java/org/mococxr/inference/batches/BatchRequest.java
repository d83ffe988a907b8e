package org.mococxr.inference.batches;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.mococxr.foundation.Causes;
import org.mococxr.foundation.Json;
import org.mococxr.foundation.UserErrorException;

/**
 * A job that somebody wants.
 *
 * @param model the model's name
 * @param input a folder, or a manifest in CSV, as a URI
 * @param output where the table is to be, below the configured folder
 * @param study which images are one study: each, or those of a folder
 * @param columns of the table besides {@code Study} and {@code Error}; all when nothing is said
 * @param format of the table; as its name ends when nothing is said
 */
public record BatchRequest(
    String model, String input, String output, Studies study, List<Column> columns, Format format) {

  /** Which images are one study. */
  public enum Studies {
    /** Each image is a study of its own. */
    @JsonProperty("image")
    IMAGE,
    /** The images that lie in the same folder are one. */
    @JsonProperty("folder")
    FOLDER,
    /** As the manifest says. */
    @JsonProperty("manifest")
    MANIFEST
  }

  /** Columns, or groups of them, in the order in which the table has them. */
  public enum Column {
    /** The patient, as the manifest says. */
    @JsonProperty("patient")
    PATIENT,
    /** How many images the study has. */
    @JsonProperty("images")
    IMAGES,
    /** A column for each task, calibrated, 0 to 1. */
    @JsonProperty("probabilities")
    PROBABILITIES,
    /** A column for each task, 1 where the probability reaches the threshold and 0 elsewhere. */
    @JsonProperty("positives")
    POSITIVES,
    /** What makes the answer less certain. */
    @JsonProperty("warnings")
    WARNINGS,
    /** The model and its version. */
    @JsonProperty("model")
    MODEL,
    /** The answer's id: the SHA-256 of the bundle's digests and those of the images. */
    @JsonProperty("provenance")
    PROVENANCE
  }

  /** Of the table. */
  public enum Format {
    /** Comma-separated values (RFC 4180) in UTF-8. */
    @JsonProperty("csv")
    CSV(".csv"),
    /** Apache Parquet, whose columns have types. */
    @JsonProperty("parquet")
    PARQUET(".parquet");

    private final String suffix;

    Format(String suffix) {
      this.suffix = suffix;
    }

    /** What a table's name ends with. */
    String suffix() {
      return suffix;
    }
  }

  /**
   * Reads a request.
   *
   * @throws UserErrorException naming the field that is missing or wrong
   */
  public static BatchRequest of(JsonNode json) {
    if (!json.isObject()) {
      throw new UserErrorException(
          "request body", "is no object", "{\"model\": …, \"input\": …, \"output\": …}");
    }
    for (String field : List.of("model", "input", "output")) {
      if (!json.path(field).isTextual() || json.path(field).textValue().isBlank()) {
        throw new UserErrorException("field " + field, "is missing or no text", "a text");
      }
    }
    for (String field : List.of("study", "format", "columns")) {
      for (JsonNode value :
          json.path(field).isArray() ? json.path(field) : List.of(json.path(field))) {
        if (value.isNumber()) { // which Jackson would take for the number of a word
          throw new UserErrorException("field " + field, "is " + value, "a word");
        }
      }
    }
    try {
      return Json.MAPPER.treeToValue(json, BatchRequest.class);
    } catch (JsonProcessingException e) {
      String reason = Causes.message(e).lines().findFirst().orElse("");
      throw new UserErrorException(
          "request body",
          "is not a job: " + reason,
          "model, input, output, study (image or folder), columns (patient, images,"
              + " probabilities, positives, warnings, model, provenance), format (csv or parquet)",
          e);
    }
  }

  /** Fills in what was not said. */
  public BatchRequest {
    study = study != null ? study : isManifest(input) ? Studies.MANIFEST : Studies.IMAGE;
    columns = columns == null ? List.of(Column.values()) : List.copyOf(columns);
    format = format != null ? format : formatOf(output);
    if (isManifest(input) != (study == Studies.MANIFEST)) {
      throw new UserErrorException(
          "field study",
          "is " + study.name().toLowerCase(java.util.Locale.ROOT),
          "manifest for an input that ends with .csv, image or folder for a folder");
    }
  }

  private static Format formatOf(String output) {
    return output.endsWith(Format.PARQUET.suffix()) ? Format.PARQUET : Format.CSV;
  }

  private static boolean isManifest(String input) {
    return input.endsWith(".csv");
  }
}
