package org.mococxr.inference.testing;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.mococxr.foundation.Yaml;

/** What the OpenAPI document says that the service answers. */
public final class OpenApiDocument {
  private static final Path FILE = Path.of("src/main/resources/META-INF/resources/openapi.yaml");

  private OpenApiDocument() {}

  /** The schemas of answers and of what is in them, by name. */
  public static JsonNode schemas() throws IOException {
    return document().at("/components/schemas");
  }

  static JsonNode document() throws IOException {
    return Yaml.MAPPER.readTree(FILE.toFile());
  }

  /** The methods of each path, whose parameters stand in braces. */
  public static Map<String, Set<String>> methods() throws IOException {
    Map<String, Set<String>> methods = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> path : document().get("paths").properties()) {
      Set<String> ofPath = new TreeSet<>();
      path.getValue().fieldNames().forEachRemaining(n -> ofPath.add(n.toUpperCase(Locale.ROOT)));
      ofPath.remove("PARAMETERS");
      methods.put(path.getKey(), ofPath);
    }
    return methods;
  }
}
