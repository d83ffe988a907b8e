package org.mococxr.images.notices;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.mococxr.foundation.UserErrorException;

/**
 * A Quarkus application as it is packaged ({@code quarkus-app}), with the list of dependencies that
 * Quarkus writes beside it.
 */
final class Application {
  private Application() {}

  /**
   * Every library of the folder's {@code lib}, by its coordinates.
   *
   * @throws UserErrorException if a jar is in no list
   */
  static List<Library> libraries(Path folder, LocalRepository repository) throws IOException {
    Path list = folder.resolve("quarkus-app-dependencies.txt");
    if (!Files.isRegularFile(list)) {
      throw UserErrorException.at(list, "is not there", "build first: make build");
    }
    Map<String, String[]> known = new TreeMap<>();
    for (String line : Files.readAllLines(list)) {
      // group:name:classifier:type:version
      String[] parts = line.strip().split(":");
      if (parts.length == 5) {
        String classifier = parts[2].isEmpty() ? "" : "-" + parts[2];
        known.put(parts[0] + "." + parts[1] + "-" + parts[4] + classifier + ".jar", parts);
      }
    }
    List<Library> libraries = new ArrayList<>();
    for (Path jar : jars(folder.resolve("lib"))) {
      String[] parts = known.get(jar.getFileName().toString());
      if (parts == null) {
        throw UserErrorException.at(jar, "is not in " + list, "build anew: make clean build");
      }
      libraries.add(
          new Library(
              parts[0],
              parts[1],
              parts[4],
              parts[2],
              jar,
              parts[0].equals(Library.OURS)
                  ? List.of(new Library.Licence("Apache-2.0", ""))
                  : repository.licences(parts[0], parts[1], parts[4])));
    }
    libraries.sort(Comparator.comparing(Library::coordinates).thenComparing(Library::classifier));
    return libraries;
  }

  private static List<Path> jars(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
    }
  }
}
