package org.mococxr.images;

import com.google.cloud.tools.jib.api.CacheDirectoryCreationException;
import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.InvalidImageReferenceException;
import com.google.cloud.tools.jib.api.Jib;
import com.google.cloud.tools.jib.api.JibContainerBuilder;
import com.google.cloud.tools.jib.api.RegistryException;
import com.google.cloud.tools.jib.api.buildplan.AbsoluteUnixPath;
import com.google.cloud.tools.jib.api.buildplan.FileEntriesLayer;
import com.google.cloud.tools.jib.api.buildplan.ImageFormat;
import com.google.cloud.tools.jib.api.buildplan.Platform;
import com.google.cloud.tools.jib.api.buildplan.Port;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.mococxr.foundation.UserErrorException;

/**
 * Makes an image of a packaged application and its Containerfile. The same files make the same
 * digest: times of files and of the image are fixed, and so is the order of everything.
 */
final class ImageBuilder {
  /** An archive of loaded classes fits the runtime that wrote it, which an image has not. */
  private static final String ARCHIVE = "-XX:AOTCache=";

  /** In bytes. A layer of its own is not sent again with every new version of the rest. */
  private static final long LARGE = 32L << 20;

  private final String base;
  private final List<FileEntriesLayer> below;
  private final String version;

  /**
   * @param base reference of the base image, by digest; null for none
   * @param below layers under the application's, which hold a Java runtime; none where the base has
   *     one
   * @param version for the label
   */
  ImageBuilder(String base, List<FileEntriesLayer> below, String version) {
    this.base = base;
    this.below = List.copyOf(below);
    this.version = version;
  }

  /** Whether there is a base, which comes from a registry. */
  boolean hasBase() {
    return base != null;
  }

  /**
   * Makes one image.
   *
   * @param name for example {@code splitter}
   * @param application the folder that is the Containerfile's context
   * @param target where it goes
   * @return the image's digest
   */
  String build(String name, Containerfile file, Path application, Containerizer target)
      throws IOException, InterruptedException {
    try {
      JibContainerBuilder image = base == null ? Jib.fromScratch() : Jib.from(base);
      Map<String, String> environment = new LinkedHashMap<>();
      below.forEach(image::addFileEntriesLayer);
      if (!below.isEmpty() || base == null) {
        // Below the application is a runtime of this machine.
        environment.put("JAVA_HOME", RuntimeRoot.JAVA);
        environment.put("PATH", RuntimeRoot.JAVA + "/bin");
      }
      if (base == null) {
        String machine = System.getProperty("os.arch");
        image.setPlatforms(
            Set.of(new Platform(machine.equals("aarch64") ? "arm64" : "amd64", "linux")));
      }
      environment.putAll(file.environment());
      for (FileEntriesLayer layer : layers(file, application)) {
        image.addFileEntriesLayer(layer);
      }
      List<String> entrypoint =
          file.entrypoint().stream().filter(word -> !word.startsWith(ARCHIVE)).toList();
      return image
          .setEnvironment(environment)
          .setExposedPorts(file.ports().stream().map(Port::tcp).collect(Collectors.toSet()))
          .setUser(file.user())
          .setWorkingDirectory(AbsoluteUnixPath.get(file.folder()))
          .setEntrypoint(entrypoint)
          .setLabels(
              Map.of(
                  "org.opencontainers.image.title",
                  "mococxr/" + name,
                  "org.opencontainers.image.version",
                  version,
                  "org.opencontainers.image.licenses",
                  "Apache-2.0"))
          .setFormat(ImageFormat.OCI)
          .setCreationTime(Instant.EPOCH)
          .containerize(target.setToolName("mococxr").setAllowInsecureRegistries(false))
          .getDigest()
          .toString();
    } catch (InvalidImageReferenceException e) {
      throw new UserErrorException(
          "--base", "found " + base, "expected <registry>/<name>@sha256:<digest>", e);
    } catch (RegistryException | CacheDirectoryCreationException | ExecutionException e) {
      throw new IOException("the image of " + name + " was not made: " + e.getMessage(), e);
    }
  }

  private static List<FileEntriesLayer> layers(Containerfile file, Path application)
      throws IOException {
    List<FileEntriesLayer> layers = new ArrayList<>();
    for (Containerfile.Copy copy : file.copies()) {
      Path source = application.resolve(copy.from());
      if (!Files.exists(source)) {
        throw UserErrorException.at(source, "is not there", "build first: make build");
      }
      Path target = Path.of(file.folder()).resolve(copy.to()).normalize();
      if (Files.isDirectory(source)) {
        layers.addAll(folder(copy.from(), source, target));
      } else {
        AbsoluteUnixPath to = AbsoluteUnixPath.get(target.resolve(source.getFileName()).toString());
        layers.add(FileEntriesLayer.builder().setName(copy.from()).addEntry(source, to).build());
      }
    }
    return layers;
  }

  /** A layer for each large file, which seldom changes, then one of all the others. */
  private static List<FileEntriesLayer> folder(String name, Path source, Path target)
      throws IOException {
    List<FileEntriesLayer> layers = new ArrayList<>();
    FileEntriesLayer.Builder others = FileEntriesLayer.builder().setName(name);
    try (Stream<Path> files = Files.walk(source)) {
      for (Path file : files.sorted().toList()) {
        AbsoluteUnixPath to =
            AbsoluteUnixPath.get(target.resolve(source.relativize(file)).normalize().toString());
        if (Files.isRegularFile(file) && Files.size(file) > LARGE) {
          String large = file.getFileName().toString();
          layers.add(FileEntriesLayer.builder().setName(large).addEntry(file, to).build());
        } else {
          others.addEntry(file, to);
        }
      }
    }
    layers.add(others.build());
    return layers;
  }
}
