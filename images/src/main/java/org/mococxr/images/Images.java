package org.mococxr.images;

import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.ImageReference;
import com.google.cloud.tools.jib.api.InvalidImageReferenceException;
import com.google.cloud.tools.jib.api.RegistryImage;
import com.google.cloud.tools.jib.api.TarImage;
import com.google.cloud.tools.jib.frontend.CredentialRetrieverFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.mococxr.foundation.UserErrorException;

/** {@code make images}, {@code make push}. */
public final class Images {
  private static final List<String> SERVICES =
      List.of("splitter", "orchestrator", "inference", "trainer");

  private Images() {}

  /**
   * {@code ROOT OUT VERSION BASE REGISTRY}: the repository, a folder for what is made, the tag, a
   * base image by digest or nothing, and a registry to push to or nothing.
   */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    try {
      make(
          Path.of(arguments[0]),
          Path.of(arguments[1]),
          arguments[2],
          arguments[3].isBlank() ? null : arguments[3],
          arguments[4].isBlank() ? null : arguments[4]);
    } catch (UserErrorException e) {
      System.err.println("images: " + e.getMessage());
      System.exit(UserErrorException.EXIT_CODE);
    }
  }

  private static void make(Path root, Path out, String version, String base, String registry)
      throws IOException, InterruptedException {
    if (base != null && !base.contains("@sha256:")) {
      throw new UserErrorException(
          "BASE", "found " + base, "expected a base by its digest: <name>@sha256:<digest>");
    }
    Files.createDirectories(out);
    RuntimeRoot runtime = RuntimeRoot.here(out.resolve("runtime"));
    if (base == null) {
      runtime.link();
    }
    ImageBuilder builder =
        new ImageBuilder(base, base == null ? runtime.layers() : List.of(), version);
    for (String service : SERVICES) {
      Path module = root.resolve("services").resolve(service);
      Containerfile file = Containerfile.read(module.resolve("src/main/docker/Containerfile"));
      Containerizer target = target(out, service, version, registry);
      target.setApplicationLayersCache(out.resolve("cache"));
      target.setBaseImageLayersCache(out.resolve("cache-base"));
      target.setOfflineMode(base == null && registry == null);
      String digest = builder.build(service, file, module.resolve("target/quarkus-app"), target);
      System.out.println(digest + "  mococxr/" + service + ":" + version);
    }
  }

  private static Containerizer target(Path out, String service, String version, String registry)
      throws IOException {
    String name = "mococxr/" + service + ":" + version;
    try {
      if (registry == null) {
        return Containerizer.to(TarImage.at(out.resolve(service + ".tar")).named(name));
      }
      ImageReference reference = ImageReference.parse(registry + "/" + name);
      return Containerizer.to(
          RegistryImage.named(reference)
              .addCredentialRetriever(
                  CredentialRetrieverFactory.forImage(reference, event -> {}).dockerConfig()));
    } catch (InvalidImageReferenceException e) {
      throw new UserErrorException(
          "REGISTRY", "found " + registry, "expected a host, with a port if need be", e);
    }
  }
}
