package org.mococxr.testkit.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.mococxr.foundation.Folders;
import org.mococxr.foundation.Json;

/**
 * An image's OCI tar, unpacked as a container runtime would: the layers one over the other. Needs
 * {@code tar} and {@code sha256sum}.
 */
public final class ImageArchive {
  /** What {@link #image} leaves to the machine: a sandbox has its own of these. */
  private static final Set<String> SYSTEM = Set.of("etc", "lib", "lib64", "usr", "tmp");

  private final Path root;
  private final JsonNode configuration;
  private final List<Layer> layers;

  /**
   * A layer.
   *
   * @param bytes as it is sent, compressed
   * @param paths of its files and folders, without a leading slash
   */
  public record Layer(long bytes, List<String> paths) {
    /** Whether it holds something below {@code folder}. */
    public boolean holds(String folder) {
      return paths.stream().anyMatch(path -> path.startsWith(folder + "/"));
    }
  }

  private ImageArchive(Path root, JsonNode configuration, List<Layer> layers) {
    this.root = root;
    this.configuration = configuration;
    this.layers = List.copyOf(layers);
  }

  /**
   * Unpacks.
   *
   * @param folder for the files; what it holds is removed first
   * @throws IOException also if a layer's bytes are not those that the manifest names
   */
  public static ImageArchive unpack(Path tar, Path folder)
      throws IOException, InterruptedException {
    Folders.delete(folder);
    Path blobs = Files.createDirectories(folder.resolve("archive"));
    Path root = Files.createDirectories(folder.resolve("root"));
    run("tar", "-xf", tar.toString(), "-C", blobs.toString());
    JsonNode index = Json.MAPPER.readTree(blobs.resolve("index.json").toFile());
    JsonNode manifest = read(blobs, index.at("/manifests/0/digest").asText());
    List<Layer> layers = new ArrayList<>();
    for (JsonNode layer : manifest.path("layers")) {
      String digest = layer.path("digest").asText();
      Path file = blob(blobs, digest);
      if (!digest.equals("sha256:" + run("sha256sum", file.toString()).split(" ")[0])) {
        throw new IOException(tar + ": the bytes of layer " + digest + " have another digest");
      }
      String paths =
          run(
              "tar",
              "--warning=no-unknown-keyword",
              "-xvzf",
              file.toString(),
              "-C",
              root.toString());
      layers.add(new Layer(Files.size(file), paths.lines().toList()));
    }
    JsonNode configuration = read(blobs, manifest.at("/config/digest").asText());
    Folders.delete(blobs);
    return new ImageArchive(root, configuration, layers);
  }

  /** The root file system. */
  public Path root() {
    return root;
  }

  /** What a runtime is told of the process: user, entrypoint, variables and so on. */
  public JsonNode configuration() {
    return configuration.path("config");
  }

  /** From the lowest. */
  public List<Layer> layers() {
    return layers;
  }

  /**
   * The container of the image as a process on this machine: program, Java runtime, entrypoint and
   * variables are the image's, the C library is this machine's.
   */
  public Image image() throws IOException {
    Map<String, Path> content = new TreeMap<>();
    try (Stream<Path> folders = Files.list(root)) {
      folders
          .filter(folder -> !SYSTEM.contains(folder.getFileName().toString()))
          .forEach(folder -> content.put("/" + folder.getFileName(), folder));
    }
    Map<String, String> environment = new TreeMap<>();
    for (JsonNode variable : configuration().path("Env")) {
      String[] parts = variable.asText().split("=", 2);
      environment.put(parts[0], parts[1]);
    }
    List<String> entrypoint = new ArrayList<>();
    configuration().path("Entrypoint").forEach(word -> entrypoint.add(word.asText()));
    return new Image(content, configuration().path("WorkingDir").asText(), entrypoint, environment);
  }

  private static JsonNode read(Path blobs, String digest) throws IOException {
    return Json.MAPPER.readTree(blob(blobs, digest).toFile());
  }

  private static Path blob(Path blobs, String digest) {
    return blobs.resolve("blobs").resolve(digest.replace(':', '/'));
  }

  private static String run(String... command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    String output = new String(process.getInputStream().readAllBytes());
    if (process.waitFor() != 0) {
      throw new IOException(String.join(" ", command) + " ended with " + process.exitValue());
    }
    return output;
  }
}
