package org.mococxr.learning.features;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mococxr.evaluation.results.Predictions;
import org.mococxr.foundation.Progress;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.imaging.GreyImage;
import org.mococxr.imaging.transform.Geometry;
import org.mococxr.imaging.transform.Normalisation;
import org.mococxr.learning.export.OnnxWriter;
import org.mococxr.learning.finetuning.CheckpointListener;
import org.mococxr.learning.finetuning.FineTuneOptions;
import org.mococxr.learning.finetuning.FineTuning;
import org.mococxr.learning.testing.Pictures;
import org.mococxr.specs.option.Options;
import org.mococxr.specs.training.ImageOptions;

class OnnxEncoderTest {
  private static final int SIZE = 32;

  @TempDir Path folder;

  @Test
  void ourOwnEncoderAsAnOnnxFileGivesTheFeaturesOfTheEncoder() throws IOException {
    Path manifest = Pictures.write(folder, 24, 40, 3);
    Encoder encoder =
        Encoder.random("resnet18_w16", 5, Normalisation.CHEXPERT, Geometry.square(SIZE), SIZE);
    encoder.write(folder.resolve("encoder"));
    Path file = folder.resolve("encoder.onnx");
    Files.write(
        file,
        OnnxWriter.encoder(
            encoder.network(), encoder.parameters(), Normalisation.CHEXPERT, SIZE, SIZE));
    FeatureStore ours =
        Embedding.run(
            options(manifest, Map.of("encoder", folder.resolve("encoder").toString())),
            folder.resolve("ours"),
            Progress.SILENT);
    Map<String, Object> asOnnx = Map.of("onnx", file.toString(), "image", square());
    FeatureStore theirs =
        Embedding.run(options(manifest, asOnnx), folder.resolve("theirs"), Progress.SILENT);
    List<String> paths =
        Files.readAllLines(folder.resolve("ours/features").resolve(FeatureStore.IMAGES));
    float[] expected = ours.gather(paths);
    assertArrayEquals(expected, theirs.gather(paths), 1e-3f * max(expected));
    Encoder.Description d = Encoder.describe(folder.resolve("theirs"));
    assertTrue(d.isOnnx());
    assertEquals(ours.dimension(), d.featureDimension());
    assertEquals("features", d.origin().get("output"));
    theirs.requireEncoder(d);
    assertEquals(-1, Files.mismatch(file, folder.resolve("theirs/encoder.onnx")));
    UserErrorException e =
        assertThrows(UserErrorException.class, () -> Encoder.read(folder.resolve("theirs")));
    assertTrue(e.getMessage().contains("linear probes"), e.getMessage());
    probe(manifest, "ours");
    probe(manifest, "theirs");
    double[] linear =
        Predictions.read(folder.resolve("probe-ours/predictions.csv")).studies().stream()
            .mapToDouble(row -> row.values()[0])
            .toArray();
    double[] rival =
        Predictions.read(folder.resolve("probe-theirs/predictions.csv")).studies().stream()
            .mapToDouble(row -> row.values()[0])
            .toArray();
    assertArrayEquals(linear, rival, 0.05);
    assertTrue(Files.exists(folder.resolve("probe-theirs/encoder.onnx")));
  }

  /** A linear probe on stored features. */
  private void probe(Path manifest, String embedding) throws IOException {
    List<String> lines = Files.readAllLines(manifest);
    Map<String, Object> options = new LinkedHashMap<>();
    int from = 1;
    for (String part : List.of("train", "valid", "test")) {
      List<String> kept = new ArrayList<>(List.of(lines.getFirst()));
      kept.addAll(lines.subList(from, from + 16));
      from += 16;
      options.put(part, Files.write(folder.resolve(part + ".csv"), kept).toString());
    }
    options.put("root", folder.toString());
    options.put("encoder", folder.resolve(embedding).toString());
    options.put("features", folder.resolve(embedding).toString());
    options.put("tasks", List.of("Pleural Effusion"));
    options.put("initialisation", embedding);
    options.put("penalties", List.of(1));
    options.put("calibration", "none");
    FineTuning.run(
        Options.read(options, FineTuneOptions.class, "test"),
        folder.resolve("probe-" + embedding),
        Progress.SILENT,
        CheckpointListener.NONE,
        () -> false);
  }

  @Test
  void normalisedPlanesAndTheMeanOverPlacesAreTaken() throws IOException {
    Path file = pooling(-1, 3, 4, 4);
    GreyImage image = new GreyImage(4, 4, greys());
    try (OnnxEncoder encoder = new OnnxEncoder(file, null, ImageOptions.DEFAULT)) {
      assertEquals(4, encoder.description().imageSize());
      assertEquals(3, encoder.description().featureDimension());
      float[] rows = encoder.features(2, i -> image, Progress.SILENT);
      // The grey levels 0, 10 ... 150 have the mean 75.
      float[] expected = new float[6];
      for (int i = 0; i < 6; i++) {
        expected[i] =
            (75 / 255f - Normalisation.IMAGENET.mean()[i % 3])
                / Normalisation.IMAGENET.std()[i % 3];
      }
      assertArrayEquals(expected, rows, 1e-5f);
    }
  }

  @Test
  void aFixedBatchIsFilledUp() throws IOException {
    try (OnnxEncoder encoder = new OnnxEncoder(pooling(2, 1, 4, 4), null, ImageOptions.DEFAULT)) {
      GreyImage dark = new GreyImage(4, 4, new byte[16]);
      GreyImage image = new GreyImage(4, 4, greys());
      float[] rows = encoder.features(3, i -> i == 1 ? dark : image, Progress.SILENT);
      assertEquals(3, rows.length);
      assertEquals(rows[0], rows[2]);
      assertTrue(rows[1] < rows[0]);
    }
  }

  @Test
  void whatDoesNotFitIsNamed() throws IOException {
    Path file = pooling(-1, 3, 4, 4);
    refused(file, "last", Map.of(), "features", "has no output last (expected one of [pooled])");
    refused(file, null, Map.of("size", 8), "image.size", "takes pictures of 4 pixels");
    Path oblong = pooling(-1, 3, 4, 6);
    refused(oblong, null, Map.of(), oblong.toString(), "4 x 6");
    Path two = pooling(-1, 2, 4, 4);
    refused(two, null, Map.of(), two.toString(), "float32 [N, 3, H, W]");
    Path text = Files.writeString(folder.resolve("text.onnx"), "no model");
    refused(text, null, Map.of(), text.toString(), "expected an ONNX model");
  }

  private void refused(
      Path file, String output, Map<String, Object> image, String location, String message) {
    ImageOptions options = Options.read(image, ImageOptions.class, "image");
    UserErrorException e =
        assertThrows(
            UserErrorException.class, () -> new OnnxEncoder(file, output, options).close());
    assertEquals(location, e.location());
    assertTrue(e.getMessage().contains(message), e.getMessage());
  }

  private static Map<String, Object> square() {
    return Map.of("size", SIZE, "geometry", "square", "normalisation", "chexpert");
  }

  private EmbedOptions options(Path manifest, Map<String, Object> more) {
    Map<String, Object> options = new LinkedHashMap<>(more);
    options.put("root", folder.toString());
    options.put("train", manifest.toString());
    options.put("cache", folder.resolve("cache").toString());
    options.put("threads", 1);
    return Options.read(options, EmbedOptions.class, "test");
  }

  private static float max(float[] values) {
    float max = 0;
    for (float v : values) {
      max = Math.max(max, Math.abs(v));
    }
    return max;
  }

  private static byte[] greys() {
    byte[] greys = new byte[16];
    for (int i = 0; i < greys.length; i++) {
      greys[i] = (byte) (10 * i);
    }
    return greys;
  }

  /** A model that gives its input back, as a feature map. */
  private Path pooling(long... shape) throws IOException {
    GraphProto graph =
        GraphProto.newBuilder()
            .setName("identity")
            .addInput(value("x", shape))
            .addOutput(value("pooled", shape))
            .addNode(
                NodeProto.newBuilder()
                    .setOpType("LeakyRelu")
                    .addInput("x")
                    .addOutput("pooled")
                    .addAttribute(
                        AttributeProto.newBuilder()
                            .setName("alpha")
                            .setType(AttributeProto.AttributeType.FLOAT)
                            .setF(1)))
            .build();
    ModelProto model =
        ModelProto.newBuilder()
            .setIrVersion(8)
            .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(17))
            .setGraph(graph)
            .build();
    Path file = folder.resolve("model" + Arrays.hashCode(shape) + ".onnx");
    return Files.write(file, model.toByteArray());
  }

  private static ValueInfoProto value(String name, long... shape) {
    TensorShapeProto.Builder dims = TensorShapeProto.newBuilder();
    for (long d : shape) {
      dims.addDim(
          d < 0
              ? TensorShapeProto.Dimension.newBuilder().setDimParam("N")
              : TensorShapeProto.Dimension.newBuilder().setDimValue(d));
    }
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(
                    TypeProto.Tensor.newBuilder()
                        .setElemType(TensorProto.DataType.FLOAT_VALUE)
                        .setShape(dims)))
        .build();
  }
}
