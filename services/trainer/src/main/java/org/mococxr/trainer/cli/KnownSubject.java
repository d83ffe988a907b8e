package org.mococxr.trainer.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.mococxr.foundation.FileErrors;
import org.mococxr.foundation.Json;
import org.mococxr.learning.features.Encoder;
import org.mococxr.specs.training.Initialisation;

/**
 * What a run by hand is about, read from what it is given: the split says which fraction of the
 * labels a draw is and which number it has, an encoder says how it came to be. So runs of several
 * draws and encoders are told apart as the planner tells them, and nobody types it.
 */
final class KnownSubject {
  private KnownSubject() {}

  /**
   * Fraction and number of a draw, as options; empty for a manifest that is no draw.
   *
   * @param split the folder of a split
   * @param manifest name of a manifest in it, without {@code .csv}
   */
  static Map<String, Object> ofDraw(Path split, String manifest) {
    Map<String, Object> known = new LinkedHashMap<>();
    Path file = split.resolve("split.json");
    try {
      JsonNode part = Json.MAPPER.readTree(file.toFile()).path("parts").path(manifest);
      if (part.has("fraction")) {
        known.put("fraction", part.path("fraction").asDouble());
        known.put("draw", part.path("draw").asInt());
      } else if (manifest.equals("train")) {
        known.put("fraction", 1.0);
        known.put("draw", 0);
      }
      return known;
    } catch (IOException e) {
      throw FileErrors.reading(file, e, "expected the split.json that 'mococxr split' wrote");
    }
  }

  /**
   * Name of what an encoder started from.
   *
   * @param encoder its folder; null for a random one
   * @return empty for weights of others, which do not say what they are
   */
  static Optional<String> initialisation(Path encoder) {
    if (encoder == null) {
      return Optional.of(Initialisation.RANDOM.text());
    }
    Map<String, Object> origin = Encoder.describe(encoder).origin();
    return switch (String.valueOf(origin.get("kind"))) {
      case "moco" -> Optional.of(Initialisation.MOCO.text());
      case "random" -> Optional.of(Initialisation.RANDOM.text());
      case "fine-tuned" -> Optional.ofNullable((String) origin.get("from"));
      default -> Optional.empty();
    };
  }
}
