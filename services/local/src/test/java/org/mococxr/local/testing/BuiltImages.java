package org.mococxr.local.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.mococxr.foundation.Folders;
import org.mococxr.testkit.cluster.ImageArchive;

/** The images that {@code make images} writes of what is packaged now. */
public final class BuiltImages {
  /** Every image. */
  public static final List<String> SERVICES =
      List.of("splitter", "orchestrator", "inference", "trainer");

  private final Path home;
  private final Path folder;
  private final Map<String, ImageArchive> unpacked = new TreeMap<>();

  /**
   * @param home root of the repository
   */
  public BuiltImages(Path home) {
    this.home = home;
    this.folder = home.resolve("services/local/target/images");
  }

  /** Writes the tars; layers that have not changed are taken from the last time. */
  public Map<String, String> make(String version) throws IOException, InterruptedException {
    Files.createDirectories(folder);
    String output =
        ImagesProgram.run(home, "Images", ".", folder.toString(), version, "", "", "", "");
    // <digest>  mococxr/<service>:<version>
    Map<String, String> digests = new TreeMap<>();
    output.lines().forEach(line -> digests.put(line.split("\\s+")[1], line.split("\\s+")[0]));
    return digests;
  }

  /** Forgets the layers, so that all are made anew. */
  public void forget() throws IOException {
    Folders.delete(folder.resolve("cache"));
  }

  /** An image's root and configuration; {@link #make} comes first. */
  public ImageArchive unpacked(String service) throws IOException, InterruptedException {
    ImageArchive known = unpacked.get(service);
    if (known == null) {
      known =
          ImageArchive.unpack(
              folder.resolve(service + ".tar"), folder.resolve("unpacked").resolve(service));
      unpacked.put(service, known);
    }
    return known;
  }
}
