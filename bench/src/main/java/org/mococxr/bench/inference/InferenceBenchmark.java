package org.mococxr.bench.inference;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.mococxr.bench.Clocks;
import org.mococxr.evaluation.calibration.Calibration;
import org.mococxr.imaging.GreyImage;
import org.mococxr.imaging.files.ImageWriter;
import org.mococxr.imaging.transform.Geometry;
import org.mococxr.imaging.transform.Normalisation;
import org.mococxr.learning.export.Bundle;
import org.mococxr.learning.export.BundleDescription;
import org.mococxr.learning.export.OnnxModel;
import org.mococxr.learning.export.OnnxWriter;
import org.mococxr.learning.features.LinearHead;
import org.mococxr.learning.network.Architectures;
import org.mococxr.learning.network.Initialisation;
import org.mococxr.learning.network.Network;

/**
 * Raw ONNX Runtime on all processors, and the packaged service on the same ones: closed loops of
 * some clients, and open loops at shares of what raw ONNX Runtime does. The clients take their part
 * of the processors.
 *
 * <p>Arguments: architectures with sizes, separated by commas ({@code
 * resnet18:320,densenet121:320}), and seconds of each row.
 */
public final class InferenceBenchmark {
  private static final String MODEL = "bench";
  private static final int[] CLIENTS = {1, 2, 4, 8};
  private static final double[] LOADS = {0.5, 0.8, 1, 1.5};

  private final String architecture;
  private final int side;
  private final double seconds;

  private InferenceBenchmark(String architecture, int side, double seconds) {
    this.architecture = architecture;
    this.side = side;
    this.seconds = seconds;
  }

  /** See the class. */
  public static void main(String[] arguments) throws Exception {
    Locale.setDefault(Locale.ROOT);
    String models = arguments.length > 0 ? arguments[0] : "resnet18:320,densenet121:320";
    double seconds = arguments.length > 1 ? Double.parseDouble(arguments[1]) : 10;
    System.out.println(
        "| network | how | images/s | of raw | p50 ms | p95 ms | p99 ms | refused |");
    System.out.println("|---|---|---|---|---|---|---|---|");
    for (String model : models.split(",")) {
      String[] parts = model.split(":");
      new InferenceBenchmark(parts[0], Integer.parseInt(parts[1]), seconds).run();
    }
  }

  private void run() throws Exception {
    Path folder = Files.createTempDirectory("mococxr-bench-");
    Bundle bundle = bundle();
    bundle.write(folder);
    GreyImage picture = picture(side, side);
    double raw = raw(bundle.model(), picture, 1);
    raw(bundle.model(), picture, 8);
    try (ServiceProcess service = ServiceProcess.start(folder)) {
      Map<String, Load> loads =
          Map.of(
              "tensors", tensors(service.address(), picture),
              "PNG", image(service.address(), ImageWriter.toPng(picture(390, 320))),
              "JPEG", image(service.address(), ImageWriter.toJpeg(picture(390, 320), 0.9f)));
      for (String kind : List.of("tensors", "PNG", "JPEG")) {
        loads.get(kind).closed(1, seconds / 2); // warm
        for (int clients : CLIENTS) {
          row(
              "REST, %s, %d clients".formatted(kind, clients),
              raw,
              loads.get(kind).closed(clients, seconds));
        }
      }
      for (double share : LOADS) {
        String how = "REST, tensors, %.0f %% of raw offered".formatted(100 * share);
        row(how, raw, loads.get("tensors").open(share * raw, seconds));
      }
    } finally {
      Files.deleteIfExists(folder.resolve(Bundle.MODEL));
      Files.deleteIfExists(folder.resolve(Bundle.DESCRIPTION));
      Files.deleteIfExists(folder.resolve("log"));
      Files.deleteIfExists(folder);
    }
  }

  private void row(String how, double raw, Load.Result result) {
    double[] millis = Arrays.stream(result.nanos()).map(nanos -> nanos / 1e6).toArray();
    System.out.printf(
        "| %s, %d px | %s | %.1f | %.2f | %.1f | %.1f | %.1f | %d |%n",
        architecture,
        side,
        how,
        result.perSecond(),
        result.perSecond() / raw,
        Clocks.quantile(millis, 0.5),
        Clocks.quantile(millis, 0.95),
        Clocks.quantile(millis, 0.99),
        result.refused());
  }

  /** Images a second of ONNX Runtime alone. */
  private double raw(byte[] network, GreyImage picture, int batch) {
    GreyImage[] pictures = new GreyImage[batch];
    Arrays.fill(pictures, picture);
    List<GreyImage> images = List.of(pictures);
    try (OnnxModel model = new OnnxModel(network)) {
      Load load =
          new Load(
              () -> {
                model.run(images);
                return true;
              });
      load.closed(1, seconds / 2);
      Load.Result result = load.closed(1, seconds);
      Load.Result perImage =
          new Load.Result(result.perSecond() * batch, result.nanos(), result.refused());
      row("raw ONNX Runtime, batches of " + batch, perImage.perSecond(), perImage);
      return perImage.perSecond();
    }
  }

  private Load tensors(URI address, GreyImage picture) {
    String json =
        """
        {"inputs": [{"name": "image", "datatype": "UINT8", "shape": [1, 1, %1$d, %1$d],
                     "parameters": {"binary_data_size": %2$d}}],
         "outputs": [{"name": "probabilities", "parameters": {"binary_data": true}}]}"""
            .formatted(side, side * side);
    byte[] head = json.getBytes(StandardCharsets.US_ASCII);
    byte[] body = Arrays.copyOf(head, head.length + side * side);
    System.arraycopy(picture.pixels(), 0, body, head.length, side * side);
    return Load.http(
        address.resolve("/v2/models/" + MODEL + "/infer"),
        body,
        Map.of("Inference-Header-Content-Length", Integer.toString(head.length)));
  }

  private static Load image(URI address, byte[] file) {
    return Load.http(address.resolve("/v1/models/" + MODEL + "/predict"), file, Map.of());
  }

  private Bundle bundle() throws IOException {
    Network network = Architectures.named(architecture);
    List<String> tasks = List.of("Pleural Effusion");
    LinearHead head = new LinearHead(tasks, new float[network.featureDimension()], new float[1]);
    byte[] onnx =
        OnnxWriter.classifier(
            network,
            Initialisation.random(network, 1),
            head,
            List.of(new Calibration.None()),
            Normalisation.CHEXPERT,
            side,
            side);
    return Bundle.of(
        onnx,
        new BundleDescription(
            null,
            MODEL,
            "1",
            tasks,
            architecture,
            new BundleDescription.Input(
                Geometry.Mode.SHORTER_SIDE, side, side, side, Normalisation.CHEXPERT),
            "zeros",
            Map.of(),
            Map.of(),
            Map.of(),
            Map.of(),
            null,
            Map.of()));
  }

  private static GreyImage picture(int width, int height) {
    byte[] pixels = new byte[width * height];
    for (int i = 0; i < pixels.length; i++) {
      double ribs = 30 * Math.sin(40.0 * (i / width) / height);
      double lungs = 60 * Math.cos(12.0 * (i % width) / width);
      pixels[i] = (byte) (120 + ribs + lungs + i * 7919 % 8);
    }
    return new GreyImage(width, height, pixels);
  }
}
