package org.mococxr.trainer.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mococxr.datasets.Dataset;
import org.mococxr.datasets.manifest.Manifest;
import org.mococxr.datasets.phantom.PhantomGenerator;
import org.mococxr.datasets.phantom.PhantomOptions;
import org.mococxr.datasets.splitting.SplitSummary;
import org.mococxr.datasets.splitting.Splitting;
import org.mococxr.evaluation.report.AuditFindings;
import org.mococxr.foundation.Json;
import org.mococxr.foundation.Progress;
import org.mococxr.foundation.RandomStream;
import org.mococxr.imaging.DecodeLimits;
import org.mococxr.imaging.GreyImage;
import org.mococxr.imaging.cache.PixelCache;
import org.mococxr.imaging.files.ImageDecoder;
import org.mococxr.imaging.files.ImageWriter;
import org.mococxr.imaging.fingerprint.Fingerprint;
import org.mococxr.imaging.transform.Geometry;
import org.mococxr.specs.data.SplitRecipe;

class AuditTest {
  @TempDir Path folder;

  @Test
  void theSamePictureInTwoPartsAndOneThatLooksLikeAnotherAreFound() throws IOException {
    Path root = phantoms();
    SplitSummary split = split(root);
    String train = first(split, "train", 1);
    String copied = first(split, "test", 1);
    Files.copy(
        image(root, train), image(root, copied), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    // The same, a little brighter: other pixels, the same look.
    String alike = first(split, "valid", 1);
    GreyImage picture = new ImageDecoder(DecodeLimits.defaults()).decode(image(root, train));
    byte[] brighter = picture.pixels().clone();
    for (int i = 0; i < brighter.length; i++) {
      brighter[i] = (byte) Math.min(255, (brighter[i] & 0xff) + 3);
    }
    ImageWriter.writeJpeg(
        new GreyImage(picture.width(), picture.height(), brighter), image(root, alike), 0.95f);

    AuditFindings found = audit("audit");
    assertTrue(Files.exists(folder.resolve("audit/DONE.json")));
    assertEquals(1, found.exact());
    AuditFindings.Pair exact = found.pairs().getFirst();
    assertTrue(exact.exact());
    assertEquals(
        List.of(copied, "test", train, "train"),
        exact.first().path().equals(copied)
            ? List.of(
                exact.first().path(),
                exact.first().part(),
                exact.second().path(),
                exact.second().part())
            : List.of(
                exact.second().path(),
                exact.second().part(),
                exact.first().path(),
                exact.first().part()));
    assertTrue(
        found.pairs().stream()
            .anyMatch(
                pair ->
                    !pair.exact()
                        && pair.distance() <= 2
                        && List.of(pair.first().path(), pair.second().path())
                            .containsAll(List.of(alike, train))),
        found.toString());
    assertTrue(found.acrossParts() >= 3, found.toString());
  }

  @Test
  void anUnreadablePictureIsReportedAndCachedPixelsGiveTheSameFindings() throws IOException {
    Path root = phantoms();
    SplitSummary split = split(root);
    Path cache = folder.resolve("cache");
    String[] resized = {"--distance", "16", "--image", "{size: 40, geometry: square}"};
    AuditFindings decoded = audit("plain", resized);
    assertTrue(decoded.near() > 0);
    assertEquals("square, 40 px", decoded.resized());
    assertEquals(List.of(), decoded.unreadable());

    // The cache of one part's list, as pretraining makes it; the other parts are decoded.
    Dataset pretrain = Manifest.readImages(split.manifests().get("pretrain"), root);
    List<Path> files = pretrain.images().stream().map(pretrain::file).toList();
    Geometry geometry = Geometry.square(40);
    PixelCache.open(cache.resolve("pixels"), files, geometry, Progress.SILENT).close();
    String[] cached = Arrays.copyOf(resized, 6);
    cached[4] = "--cache";
    cached[5] = cache.toString();
    assertEquals(decoded, audit("cached", cached));

    String broken = first(split, "test", 1);
    byte[] cut = Files.readAllBytes(image(root, broken));
    Files.write(image(root, broken), Arrays.copyOf(cut, cut.length / 3));
    AuditFindings partly = audit("partly", cached);
    assertEquals(decoded.images() - 1, partly.images());
    assertEquals(
        List.of(broken), partly.unreadable().stream().map(u -> u.picture().path()).toList());
    assertEquals("test", partly.unreadable().getFirst().picture().part());
  }

  @Test
  void anAuditThatCouldReadNoPictureIsTheUsersErrorAndNoResult() throws IOException {
    Path root = phantoms();
    SplitSummary split = split(root);
    for (String part : List.of("train", "valid", "test", "pretrain")) {
      Dataset images = Manifest.readImages(split.manifests().get(part), root);
      for (var image : images.images()) {
        Files.writeString(images.file(image), "no picture");
      }
    }
    PrintStream before = System.err;
    ByteArrayOutputStream told = new ByteArrayOutputStream();
    System.setErr(new PrintStream(told, true, StandardCharsets.UTF_8));
    int exitCode;
    try {
      exitCode = execute("audit");
    } finally {
      System.setErr(before);
    }
    String message = told.toString(StandardCharsets.UTF_8);
    assertEquals(64, exitCode, message);
    assertTrue(message.contains("none of the "), message);
    assertTrue(message.contains("images can be read; the first, "), message);
    assertTrue(message.contains("'mococxr dataset inspect'"), message);
    assertFalse(Files.exists(folder.resolve("audit/DONE.json")));
    assertFalse(Files.exists(folder.resolve("audit/audit.json")));
  }

  private AuditFindings audit(String out, String... more) {
    assertEquals(0, execute(out, more));
    return Json.read(folder.resolve(out).resolve("audit.json"), AuditFindings.class);
  }

  private int execute(String out, String... more) {
    List<String> words =
        new ArrayList<>(
            List.of(
                "audit",
                "--split",
                folder.resolve("split").toString(),
                "--out",
                folder.resolve(out).toString()));
    words.addAll(List.of(more));
    return Tool.of().execute(words.toArray(String[]::new));
  }

  private Path phantoms() {
    PhantomOptions options = PhantomOptions.small(1, 6, 30, 12, 64);
    return new PhantomGenerator(options).generate(folder.resolve("data"), Progress.SILENT).root();
  }

  private SplitSummary split(Path root) {
    return Splitting.run(
        SplitRecipe.of(
            Map.of(
                "data", Map.of("root", root.toString()),
                "tasks", List.of("Pleural Effusion"),
                "fractions", List.of(1),
                "draws", List.of(1))),
        folder.resolve("split"),
        Progress.SILENT);
  }

  @Test
  void thePerceptualHashStandsBrightnessAndSizeAndTellsOthersApart() {
    Fingerprint one = Fingerprint.of(blocks(1, 8, 0));
    assertEquals(one, Fingerprint.of(blocks(1, 8, 0)));
    assertEquals(0, one.distance(Fingerprint.of(blocks(1, 16, 0))), "twice the size");
    assertTrue(one.distance(Fingerprint.of(blocks(1, 8, 5))) <= 2, "brighter");
    assertFalse(one.pixels().equals(Fingerprint.of(blocks(1, 8, 5)).pixels()));
    // Bits of unlike pictures agree by chance: about 32 of 64.
    for (int seed = 2; seed < 12; seed++) {
      int distance = one.distance(Fingerprint.of(blocks(seed, 8, 0)));
      assertTrue(distance > 14 && distance < 50, "distance " + distance);
    }
  }

  /** 8 × 8 blocks of random greys. */
  private static GreyImage blocks(int seed, int side, int brighter) {
    RandomStream random = RandomStream.of(seed, "blocks");
    int[] greys = new int[64];
    for (int i = 0; i < greys.length; i++) {
      greys[i] = random.nextInt(200) + brighter;
    }
    byte[] pixels = new byte[64 * side * side];
    for (int i = 0; i < pixels.length; i++) {
      int x = i % (8 * side);
      int y = i / (8 * side);
      pixels[i] = (byte) greys[y / side * 8 + x / side];
    }
    return new GreyImage(8 * side, 8 * side, pixels);
  }

  private static String first(SplitSummary split, String part, int line) throws IOException {
    return Files.readAllLines(split.manifests().get(part)).get(line).split(",")[0];
  }

  private static Path image(Path root, String path) {
    Path direct = root.resolve(path);
    return Files.exists(direct) ? direct : root.getParent().resolve(path);
  }
}
