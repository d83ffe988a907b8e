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
import org.mococxr.images.notices.Notices;

/** {@code make images}, {@code make push}. */
public final class Images {
  private static final List<String> SERVICES =
      List.of("splitter", "orchestrator", "inference", "trainer");

  /** Folder of a module's target that holds it with the libraries for CUDA. */
  private static final String CUDA = "quarkus-app-cuda";

  /**
   * What is to be made.
   *
   * @param root the repository
   * @param out a folder for what is made
   * @param version the tag
   * @param base of the services by digest; null for a runtime of this machine
   * @param registry to push to; null for tars
   * @param cudaBase by digest, with CUDA and cuDNN, on which the inference service for GPUs gets a
   *     runtime of this machine; null to leave that image out
   */
  private record Order(
      Path root, Path out, String version, String base, String registry, String cudaBase) {}

  private Images() {}

  /**
   * {@code ROOT OUT VERSION BASE REGISTRY CUDA CUDA_BASE}: the repository, a folder for what is
   * made, the tag, a base image by digest or nothing, a registry to push to or nothing, anything to
   * make the images for GPUs instead of the others, and the inference service's base for these or
   * nothing.
   */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    try {
      Order order =
          new Order(
              Path.of(arguments[0]),
              Path.of(arguments[1]),
              arguments[2],
              byDigest("BASE", arguments[3]),
              given(arguments[4]),
              byDigest("CUDA_BASE", arguments[6]));
      if (given(arguments[5]) == null) {
        ours(order);
      } else {
        cuda(order);
      }
    } catch (UserErrorException e) {
      System.err.println("images: " + e.getMessage());
      System.exit(UserErrorException.EXIT_CODE);
    }
  }

  private static String given(String argument) {
    return argument.isBlank() ? null : argument;
  }

  private static String byDigest(String name, String base) {
    if (!base.isBlank() && !base.contains("@sha256:")) {
      throw new UserErrorException(
          name, "found " + base, "expected a base by its digest: <name>@sha256:<digest>");
    }
    return given(base);
  }

  private static void ours(Order order) throws IOException, InterruptedException {
    ImageBuilder builder = builder(order);
    for (String service : SERVICES) {
      make(order, builder, service, service, "quarkus-app");
    }
  }

  private static void cuda(Order order) throws IOException, InterruptedException {
    make(order, builder(order), "trainer", "trainer-cuda", CUDA);
    if (order.cudaBase() == null) {
      System.out.println("no image of the inference service for GPUs: name a CUDA_BASE by digest");
      return;
    }
    RuntimeRoot runtime = runtime(order);
    ImageBuilder onCuda =
        new ImageBuilder(order.cudaBase(), List.of(runtime.java()), order.version());
    make(order, onCuda, "inference", "inference-cuda", CUDA);
  }

  private static ImageBuilder builder(Order order) throws IOException, InterruptedException {
    return order.base() == null
        ? new ImageBuilder(null, runtime(order).layers(), order.version())
        : new ImageBuilder(order.base(), List.of(), order.version());
  }

  private static RuntimeRoot runtime(Order order) throws IOException, InterruptedException {
    RuntimeRoot runtime = RuntimeRoot.here(order.out().resolve("runtime"));
    runtime.link();
    return runtime;
  }

  private static void make(
      Order order, ImageBuilder builder, String service, String image, String packaged)
      throws IOException, InterruptedException {
    Path module = order.root().resolve("services").resolve(service);
    Path application = module.resolve("target").resolve(packaged);
    Notices.write(order.root(), service, order.version(), application);
    String name = "mococxr/" + image + ":" + order.version();
    Containerizer target = target(order, image, name);
    target.setApplicationLayersCache(order.out().resolve("cache"));
    target.setBaseImageLayersCache(order.out().resolve("cache-base"));
    target.setOfflineMode(!builder.hasBase() && order.registry() == null);
    Containerfile file = Containerfile.read(module.resolve("src/main/docker/Containerfile"));
    String digest = builder.build(image, file, application, target);
    System.out.println(digest + "  " + name);
  }

  private static Containerizer target(Order order, String image, String name) throws IOException {
    try {
      if (order.registry() == null) {
        Path tar = Files.createDirectories(order.out()).resolve(image + ".tar");
        return Containerizer.to(TarImage.at(tar).named(name));
      }
      ImageReference reference = ImageReference.parse(order.registry() + "/" + name);
      return Containerizer.to(
          RegistryImage.named(reference)
              .addCredentialRetriever(
                  CredentialRetrieverFactory.forImage(reference, event -> {}).dockerConfig()));
    } catch (InvalidImageReferenceException e) {
      throw new UserErrorException(
          "REGISTRY", "found " + order.registry(), "expected a host, with a port if need be", e);
    }
  }
}
