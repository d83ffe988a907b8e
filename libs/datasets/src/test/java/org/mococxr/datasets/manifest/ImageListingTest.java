package org.mococxr.datasets.manifest;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mococxr.foundation.Digests;

class ImageListingTest {
  @TempDir Path root;

  /** What is missing is listed so, whether its file, its folder or all folders are not there. */
  @Test
  void theDigestIsThatOfSortedPathsAndSizes() throws IOException {
    Files.createDirectories(root.resolve("b/c"));
    Files.write(root.resolve("b/c/1.png"), new byte[12]);
    Files.write(root.resolve("b/2.png"), new byte[0]);
    Files.write(root.resolve("0.png"), new byte[3]);
    Files.write(root.resolve("b/x#2.png"), new byte[5]);
    List<String> paths =
        List.of("b/c/1.png", "a/d/9.png", "b/2.png", "b/c/7.png", "0.png", "z.png", "b/x#2.png");
    String listing =
        "0.png\t3\na/d/9.png\tmissing\nb/2.png\t0\nb/c/1.png\t12\nb/c/7.png\tmissing\n"
            + "b/x#2.png\t5\nz.png\tmissing";
    String expected = Digests.sha256(listing.getBytes(StandardCharsets.UTF_8));
    assertEquals(expected, ImageListing.of(paths, root));
  }
}
