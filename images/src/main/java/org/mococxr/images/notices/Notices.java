package org.mococxr.images.notices;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.mococxr.foundation.AtomicFiles;
import org.mococxr.foundation.UserErrorException;

/**
 * What must go along with an application that is handed on: its licence, the bill of materials, and
 * the licences and notices of third parties.
 */
public final class Notices {
  /** The folder in an application, and the image's at {@code /licenses}. */
  public static final String FOLDER = "licenses";

  private static final Pattern NOTICE =
      Pattern.compile(
          "(META-INF/)?(LICENSE|LICENCE|NOTICE|COPYING)[^/]*", Pattern.CASE_INSENSITIVE);
  private static final String RULE = "=".repeat(80) + "\n";

  private Notices() {}

  /** {@code ROOT VERSION SERVICE...}: writes the notices of packaged services. */
  public static void main(String[] arguments) throws IOException {
    try {
      Path root = Path.of(arguments[0]);
      for (String service : List.of(arguments).subList(2, arguments.length)) {
        Path module = root.resolve("services").resolve(service);
        write(root, service, arguments[1], module.resolve("target/quarkus-app"));
      }
    } catch (UserErrorException e) {
      System.err.println("notices: " + e.getMessage());
      System.exit(UserErrorException.EXIT_CODE);
    }
  }

  /**
   * Writes {@code licenses/} into a packaged application.
   *
   * @param root of the repository, where LICENSE and NOTICE are
   * @param service for example {@code splitter}
   * @param application the folder {@code quarkus-app}
   * @throws UserErrorException if a library's licence is not allowed
   */
  public static void write(Path root, String service, String version, Path application)
      throws IOException {
    List<Library> libraries = Application.libraries(application, LocalRepository.ofThisBuild());
    Path folder = Files.createDirectories(application.resolve(FOLDER));
    AtomicFiles.write(folder.resolve("LICENSE"), Files.readString(root.resolve("LICENSE")));
    AtomicFiles.write(folder.resolve("NOTICE"), Files.readString(root.resolve("NOTICE")));
    AtomicFiles.write(folder.resolve("sbom.cdx.json"), Bill.of(service, version, libraries));
    AtomicFiles.write(folder.resolve("THIRD-PARTY.txt"), thirdParties(libraries));
  }

  /** A list of the third parties' libraries, then each notice once, with those that have it. */
  static String thirdParties(List<Library> libraries) throws IOException {
    StringBuilder text =
        new StringBuilder(
            "Libraries of third parties, and the licence of each. Where a library offers several,"
                + " the one\nlisted here is taken; its notice below may hold the others, too.\n\n");
    Map<String, List<String>> notices = new LinkedHashMap<>();
    for (Library library : libraries) {
      if (library.ours()) {
        continue;
      }
      text.append("  %-70s %s%n".formatted(library.coordinates(), Licences.taken(library)));
      for (String notice : texts(library.jar()).values()) {
        notices.computeIfAbsent(notice, key -> new ArrayList<>()).add(library.coordinates());
      }
    }
    notices.forEach(
        (notice, of) ->
            text.append("\n")
                .append(RULE)
                .append(String.join("\n", of))
                .append("\n\n")
                .append(notice)
                .append("\n"));
    return text.toString();
  }

  /** The licence and notice files of a jar, by their names. */
  private static Map<String, String> texts(Path jar) throws IOException {
    Map<String, String> texts = new TreeMap<>();
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      for (ZipEntry entry : zip.stream().map(ZipEntry.class::cast).toList()) {
        if (!entry.isDirectory() && NOTICE.matcher(entry.getName()).matches()) {
          String text =
              new String(zip.getInputStream(entry).readAllBytes(), StandardCharsets.UTF_8);
          texts.put(entry.getName(), text.replace("\r\n", "\n").strip());
        }
      }
    }
    return texts;
  }
}
