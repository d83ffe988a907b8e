package org.mococxr.images;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.mococxr.foundation.Json;
import org.mococxr.foundation.UserErrorException;

/**
 * What a Containerfile says of its image. Only the instructions that ours have are known; a {@code
 * RUN} is left out: what it makes depends on the runtime that it ran on.
 *
 * @param copies from the packaged application into the working directory, a layer each
 * @param environment variables in their order
 * @param ports that the program listens on
 * @param user that the program runs as
 * @param folder the working directory
 * @param entrypoint the program with its arguments
 */
record Containerfile(
    List<Copy> copies,
    Map<String, String> environment,
    List<Integer> ports,
    String user,
    String folder,
    List<String> entrypoint) {
  private static final Pattern VARIABLE = Pattern.compile("([A-Z_]+)=(\\S+)");

  /** A file or folder that is copied. */
  record Copy(String from, String to) {}

  /**
   * Reads a file.
   *
   * @throws UserErrorException naming the line that is not understood
   */
  static Containerfile read(Path file) throws IOException {
    List<Copy> copies = new ArrayList<>();
    Map<String, String> environment = new LinkedHashMap<>();
    List<Integer> ports = new ArrayList<>();
    List<String> entrypoint = new ArrayList<>();
    String user = "";
    String folder = "/";
    String text = Files.readString(file).replaceAll("(?m)^#.*\\R", "").replace("\\\n", " ");
    for (String line : text.lines().filter(l -> !l.isBlank()).toList()) {
      String[] words = line.strip().split("\\s+", 2);
      String rest = words[1];
      switch (words[0]) {
        case "ARG", "FROM", "RUN" -> {
          // The base is given when the image is made.
        }
        case "COPY" -> copies.add(new Copy(rest.split("\\s+")[0], rest.split("\\s+")[1]));
        case "ENV" -> {
          Matcher variable = VARIABLE.matcher(rest);
          while (variable.find()) {
            environment.put(variable.group(1), variable.group(2));
          }
        }
        case "EXPOSE" -> {
          for (String port : rest.split("\\s+")) {
            ports.add(Integer.valueOf(port));
          }
        }
        case "USER" -> user = rest;
        case "WORKDIR" -> folder = rest;
        case "ENTRYPOINT" ->
            Json.MAPPER.readTree(rest).forEach(word -> entrypoint.add(word.asText()));
        default ->
            throw UserErrorException.at(
                file, "found '" + line + "'", "expected one of the instructions that ours have");
      }
    }
    return new Containerfile(copies, environment, ports, user, folder, entrypoint);
  }
}
