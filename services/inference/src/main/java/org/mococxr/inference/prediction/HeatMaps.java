package org.mococxr.inference.prediction;

import java.util.Locale;
import org.mococxr.foundation.UserErrorException;

/** Whether findings come with their evidence, and how it is drawn. */
public enum HeatMaps {
  /** Not at all. */
  NONE,
  /** Painted over the network's view of the image. */
  PAINTED,
  /** The same, of findings that are present; no request can ask for it. */
  PAINTED_IF_PRESENT,
  /** Alone on a clear ground, to be laid over the view, which comes with the image. */
  LAYERS;

  /** Reads the parameter {@code heatmaps}: false, true or layers. */
  public static HeatMaps of(String parameter) {
    return switch (parameter.toLowerCase(Locale.ROOT)) {
      case "false", "" -> NONE;
      case "true" -> PAINTED;
      case "layers" -> LAYERS;
      default ->
          throw new UserErrorException(
              "parameter heatmaps", "is " + parameter, "false, true or layers");
    };
  }
}
