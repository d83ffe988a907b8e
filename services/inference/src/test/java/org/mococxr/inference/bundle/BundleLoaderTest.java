package org.mococxr.inference.bundle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mococxr.foundation.Digests;
import org.mococxr.foundation.Json;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.inference.bundle.BundleLoader.Publication;
import org.mococxr.inference.testing.Bundle;
import org.mococxr.inference.testing.TinyNetwork;

class BundleLoaderTest {
  @TempDir Path folder;

  private BundleLoader loader;

  @BeforeEach
  void open() {
    loader = new BundleLoader(Optional.empty(), cache());
  }

  private BundleCache cache() {
    return new BundleCache(folder.resolve("cache"), 1 << 20);
  }

  @Test
  void aBundleThatWasHereIsFetchedNoMore() throws IOException {
    Bundle bundle = bundle(json -> {});
    URI uri = bundle.uri();
    String network = Digests.sha256(bundle.folder().resolve("model.onnx"));
    List<String> digests = List.of(bundle.digest(), network);
    for (String digest : digests) {
      Optional<Publication> publication = Optional.of(new Publication("bright", "1", digest));
      loader.load(uri, publication, verified -> {});
    }
    Path moved = Files.move(bundle.folder(), folder.resolve("moved"));
    BundleLoader restarted = new BundleLoader(Optional.empty(), cache());
    List<String> served = new ArrayList<>();
    for (String digest : digests) {
      Optional<Publication> publication = Optional.of(new Publication("bright", "2", digest));
      restarted.load(uri, publication, verified -> served.add(verified.description().version()));
    }
    assertEquals(List.of("2", "2"), served);
    Files.move(moved, bundle.folder());
  }

  @Test
  void aDamagedCopyIsFetchedAgain() throws IOException {
    Bundle bundle = bundle(json -> {});
    Optional<Publication> publication =
        Optional.of(new Publication("bright", "1", bundle.digest()));
    loader.load(bundle.uri(), publication, verified -> {});
    Path cached = folder.resolve("cache").resolve(bundle.digest()).resolve("model.onnx");
    Files.write(cached, new byte[] {1}, StandardOpenOption.APPEND);
    loader.load(
        bundle.uri(),
        publication,
        verified ->
            assertEquals(verified.description().networkDigest(), sha256(verified.network())));
  }

  @Test
  void theCacheForgetsWhatWasNotUsedForLongest() throws IOException {
    List<String> digests = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      int seed = i;
      Bundle bundle = bundle(json -> json.put("seed", seed));
      loader.load(bundle.uri(), Optional.empty(), verified -> digests.add(verified.digest()));
      Files.setLastModifiedTime(
          folder.resolve("cache").resolve(digests.get(i)), FileTime.fromMillis(1000L * i));
    }
    new BundleCache(folder.resolve("cache"), 1).prune(Set.of(digests.get(1)));
    assertFalse(Files.exists(folder.resolve("cache").resolve(digests.get(0))));
    assertTrue(Files.exists(folder.resolve("cache").resolve(digests.get(1))));
    assertFalse(Files.exists(folder.resolve("cache").resolve(digests.get(2))));
  }

  @Test
  void brokenStatisticsOfOutliersAreRefused() throws IOException {
    for (String broken :
        List.of(
            "{}",
            "[]",
            "{\"images\": 50, \"featureDistance\": 1, \"appearance\": {\"margin\": 1}}",
            """
            {"images": 50, "featureDistance": 1, "appearance": {"margin": 0, "distance": 1,
             "upright": {"mean": [1, 2], "components": [[1, 0]], "variances": [1], "residual": 1}}}
            """)) {
      Bundle bundle = bundle(json -> json.set("outliers", tree(broken)));
      UserErrorException e = refused(bundle.uri(), Optional.empty());
      assertTrue(e.location().endsWith("model.json, field outliers"), e.getMessage());
    }
  }

  private static JsonNode tree(String json) {
    try {
      return Json.MAPPER.readTree(json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void aNetworkForAnotherRuntimeIsRefused() throws IOException {
    for (int opset : new int[] {6, 99}) {
      byte[] onnx =
          ModelProto.parseFrom(TinyNetwork.brightness(8).toOnnx()).toBuilder()
              .setOpsetImport(0, OperatorSetIdProto.newBuilder().setVersion(opset))
              .build()
              .toByteArray();
      UserErrorException e = refused(bundle(onnx).uri(), Optional.empty());
      assertTrue(e.problem().contains("opset " + opset), e.getMessage());
    }
    byte[] custom =
        ModelProto.parseFrom(TinyNetwork.brightness(8).toOnnx()).toBuilder()
            .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("org.evil").setVersion(1))
            .build()
            .toByteArray();
    UserErrorException e = refused(bundle(custom).uri(), Optional.empty());
    assertTrue(e.problem().contains("org.evil"), e.getMessage());
  }

  private Bundle bundle(byte[] onnx) throws IOException {
    Bundle bundle =
        bundle(json -> json.putObject("digests").put("model.onnx", Digests.sha256(onnx)));
    Files.write(bundle.folder().resolve("model.onnx"), onnx);
    return bundle;
  }

  private static String sha256(Path file) {
    try {
      return Digests.sha256(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void aWholeBundleIsVerified() throws IOException {
    Bundle bundle = bundle(json -> {});
    List<VerifiedBundle> seen = new ArrayList<>();
    loader.load(
        bundle.uri(),
        Optional.empty(),
        verified -> {
          assertTrue(Files.exists(verified.network()));
          seen.add(verified);
        });
    VerifiedBundle verified = seen.getFirst();
    assertEquals(bundle.digest(), verified.digest());
    assertEquals("bright", verified.description().name());
    assertEquals(List.of("Brightness"), verified.description().tasks());
    assertEquals(0.4, verified.description().threshold("Brightness"));
    assertEquals(8, verified.description().geometry().side());
    assertEquals(7, verified.description().document().path("provenance").path("seed").asInt());
  }

  @Test
  void aTaskWithoutThresholdIsJudgedAtOneHalf() throws IOException {
    Bundle bundle = bundle(json -> json.remove("thresholds"));
    loader.load(
        bundle.uri(),
        Optional.empty(),
        verified -> assertEquals(0.5, verified.description().threshold("Brightness")));
  }

  @Test
  void aChangedNetworkIsRefusedWithBothDigests() throws IOException {
    Bundle bundle = bundle(json -> {});
    Files.write(bundle.folder().resolve("model.onnx"), new byte[] {0}, StandardOpenOption.APPEND);
    UserErrorException e = refused(bundle.uri(), Optional.empty());
    assertTrue(e.location().endsWith("model.onnx"), e.location());
    assertTrue(e.remedy().startsWith("model.json promises "), e.remedy());
  }

  @Test
  void aChangedDescriptionIsRefusedByThePublication() throws IOException {
    Bundle bundle = bundle(json -> {});
    String digest = bundle.digest();
    bundle(json -> ((ObjectNode) json.path("thresholds")).put("Brightness", 0.01));
    UserErrorException e =
        refused(bundle.uri(), Optional.of(new Publication("bright", "1", digest)));
    assertTrue(e.remedy().contains(digest), e.remedy());
  }

  @Test
  void thePublicationNamesTheModel() throws IOException {
    Bundle bundle = bundle(json -> {});
    loader.load(
        bundle.uri(),
        Optional.of(new Publication("champion", "42", bundle.digest())),
        verified -> {
          assertEquals("champion", verified.description().name());
          assertEquals("42", verified.description().version());
        });
  }

  @Test
  void thePublicationMayVouchForTheNetworkOrForNothing() throws IOException {
    Bundle bundle = bundle(json -> {});
    String network = Digests.sha256(bundle.folder().resolve("model.onnx"));
    List<String> names = new ArrayList<>();
    for (String digest : List.of(network, "")) {
      loader.load(
          bundle.uri(),
          Optional.of(new Publication("bright", "1", digest)),
          verified -> names.add(verified.description().name()));
    }
    assertEquals(List.of("bright", "bright"), names);
  }

  @Test
  void aRelativeUriIsBelowTheArtefactStore() throws IOException {
    bundle(json -> {});
    List<String> names = new ArrayList<>();
    new BundleLoader(Optional.of(folder.toUri()), cache())
        .load(
            URI.create("bundle/"),
            Optional.empty(),
            verified -> names.add(verified.description().name()));
    assertEquals(List.of("bright"), names);
  }

  /** A file system that is not mounted is no bundle that lacks its files. */
  @Test
  void aStoreThatIsMissingOrEmptyIsAway() throws IOException {
    Path store = folder.resolve("store");
    BundleLoader mounted = new BundleLoader(Optional.of(store.toUri()), cache());
    for (boolean isThere : new boolean[] {false, true}) {
      if (isThere) {
        Files.createDirectories(store);
      }
      IOException e =
          assertThrows(
              IOException.class,
              () -> mounted.load(URI.create("bundle/"), Optional.empty(), verified -> {}));
      assertTrue(e.getMessage().contains("store"), e.getMessage());
    }
    Files.createDirectories(store.resolve("another"));
    assertThrows(
        UserErrorException.class,
        () -> mounted.load(URI.create("bundle/"), Optional.empty(), verified -> {}));
    Bundle.write(store.resolve("bundle"), "bright", "1", TinyNetwork.brightness(8));
    List<String> names = new ArrayList<>();
    mounted.load(URI.create("bundle/"), Optional.empty(), v -> names.add(v.description().name()));
    assertEquals(List.of("bright"), names);
  }

  @Test
  void anErrorNamesTheFieldAndWhatWasExpected() throws IOException {
    assertRefused("field tasks", json -> json.remove("tasks"));
    assertRefused("field tasks", json -> json.putArray("tasks").add("A").add("A"));
    assertRefused("field name", json -> json.remove("name"));
    assertRefused("a model's version", json -> json.put("version", "../1"));
    assertRefused("field input", json -> json.remove("input"));
    assertRefused("field input", json -> ((ObjectNode) json.path("input")).put("width", 9));
    assertRefused("field input", json -> ((ObjectNode) json.path("input")).put("height", 1 << 20));
    assertRefused(
        "field thresholds.Brightness", json -> json.putObject("thresholds").put("Brightness", 2));
    assertRefused("field digests.model.onnx", json -> json.remove("digests"));
  }

  @Test
  void aMissingFileIsNamed() throws IOException {
    Bundle bundle = bundle(json -> {});
    Files.delete(bundle.folder().resolve("model.onnx"));
    assertTrue(refused(bundle.uri(), Optional.empty()).location().endsWith("model.onnx"));
    Files.delete(bundle.folder().resolve("model.json"));
    assertTrue(refused(bundle.uri(), Optional.empty()).location().endsWith("model.json"));
  }

  private void assertRefused(String location, Consumer<ObjectNode> change) throws IOException {
    UserErrorException e = refused(bundle(change).uri(), Optional.empty());
    assertTrue(e.location().endsWith(location), e.getMessage());
  }

  private Bundle bundle(Consumer<ObjectNode> change) throws IOException {
    return Bundle.write(folder.resolve("bundle"), "bright", "1", TinyNetwork.brightness(8), change);
  }

  private UserErrorException refused(URI uri, Optional<Publication> publication) {
    return assertThrows(
        UserErrorException.class,
        () ->
            loader.load(
                uri,
                publication,
                verified -> {
                  throw new AssertionError("was taken: " + verified);
                }));
  }
}
