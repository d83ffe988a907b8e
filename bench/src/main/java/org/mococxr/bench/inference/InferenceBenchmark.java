package org.mococxr.bench.inference;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.mococxr.foundation.Folders;
import org.mococxr.imaging.DecodeLimits;
import org.mococxr.imaging.GreyImage;
import org.mococxr.imaging.files.ImageDecoder;
import org.mococxr.imaging.files.ImageWriter;
import org.mococxr.imaging.transform.Geometry;
import org.mococxr.learning.export.Bundle;
import org.mococxr.learning.export.OnnxModel;
import org.mococxr.testkit.LocalProcess;

/**
 * Raw ONNX Runtime on all processors, the packaged service on the same ones and a minimal server in
 * Python, in turns. First closed loops of some clients, then open loops at shares of what raw ONNX
 * Runtime does. The clients take their part of the processors.
 *
 * <p>Arguments: architectures with sizes, separated by commas ({@code
 * resnet18:320,densenet121:320}), and seconds of each row.
 */
public final class InferenceBenchmark {
  private static final int ROUNDS = 5;
  private static final double[] LOADS = {0.5, 0.8, 1, 1.5};
  private static final int CLIENTS = 4;
  private static final String RAW = "raw ONNX Runtime";
  private static final String RAW_PNG = "raw ONNX Runtime, PNG decoded before";
  private static final String GRPC = "gRPC, raw tensor";
  private static final String PNG = "REST, PNG";
  private static final String QUIET = "REST, PNG, 50 % of raw offered";
  private static final String BESIDE = QUIET + " beside a batch job";
  private static final String PEER = "Python peer, raw tensor";

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
        "| network | how | answers/s | of raw | p50 ms | p95 ms | p99 ms | refused |");
    System.out.println("|---|---|---|---|---|---|---|---|");
    for (String model : models.split(",")) {
      String[] parts = model.split(":");
      new InferenceBenchmark(parts[0], Integer.parseInt(parts[1]), seconds).run();
    }
  }

  private void run() throws Exception {
    Path folder = Files.createTempDirectory("mococxr-bench-");
    Path tables = Files.createTempDirectory("mococxr-bench-");
    Bundle bundle = BenchBundle.of(architecture, side);
    bundle.write(folder);
    GreyImage picture = BenchBundle.picture(side, side);
    GreyImage large = BenchBundle.picture(side * 39 / 32, side);
    byte[] png = ImageWriter.toPng(large);
    int threads = Runtime.getRuntime().availableProcessors();
    try (OnnxModel model = new OnnxModel(bundle.model());
        LocalProcess service = ServiceProcess.start(folder, tables);
        LocalProcess peer = PeerProcess.start(folder, side, threads).orElse(null)) {
      Load grpc = Requests.grpc(service.address(), picture);
      Rounds closed = new Rounds(ROUNDS, seconds / ROUNDS);
      Load raw = new Load(() -> !model.run(List.of(picture)).isEmpty());
      Load rawPng = new Load(() -> !model.run(List.of(decoded(png))).isEmpty());
      closed.add(RAW, time -> raw.closed(1, time)).add(RAW_PNG, time -> rawPng.closed(1, time));
      both(closed, GRPC, grpc);
      both(closed, "REST, binary tensor", Requests.tensor(service.address(), picture));
      both(closed, PNG, Requests.image(service.address(), png));
      both(closed, "REST, DICOM", Requests.image(service.address(), BenchBundle.dicom(large)));
      if (peer != null) {
        var tensors = peer.address().resolve("/tensor");
        both(closed, PEER, Requests.http(tensors, picture.pixels(), Map.of()));
        var pictures = peer.address().resolve("/picture");
        both(closed, "Python peer, PNG", Requests.http(pictures, png, Map.of()));
      }
      rows(closed.run(), closed);
      Rounds open = new Rounds(ROUNDS, seconds / ROUNDS);
      double offered = closed.perSecond(RAW);
      for (double share : LOADS) {
        open.add(offered(share), time -> grpc.open(share * offered, time));
      }
      BatchJob job = new BatchJob(service.address(), folder, png);
      Load pictures = Requests.image(service.address(), png);
      double half = closed.perSecond(RAW_PNG) / 2;
      open.add(QUIET, time -> pictures.open(half, time));
      open.add(BESIDE, time -> job.beside(() -> pictures.open(half, time)));
      rows(open.run(), closed);
      System.out.printf("%nimages of the batch job beside: %.1f a second%n", job.perSecond());
      verdicts(closed, open, service, peer != null);
    } finally {
      Folders.delete(folder);
      Folders.delete(tables);
    }
  }

  private static String offered(double share) {
    return "gRPC, %.0f %% of raw offered".formatted(100 * share);
  }

  private static String one(String kind) {
    return kind + ", 1 client";
  }

  private static String some(String kind) {
    return kind + ", " + CLIENTS + " clients";
  }

  private static void both(Rounds rounds, String kind, Load load) {
    rounds
        .add(one(kind), time -> load.closed(1, time))
        .add(some(kind), time -> load.closed(CLIENTS, time));
  }

  /** What the service does before it computes a PNG. */
  private GreyImage decoded(byte[] png) {
    GreyImage whole = new ImageDecoder(DecodeLimits.defaults()).decode(png, "picture");
    GreyImage resized = Geometry.shorterSide(side).transform().apply(whole);
    int left = (resized.width() - side) / 2;
    byte[] centre = new byte[side * side];
    for (int y = 0; y < side; y++) {
      System.arraycopy(resized.pixels(), y * resized.width() + left, centre, y * side, side);
    }
    return new GreyImage(side, side, centre);
  }

  private void rows(Rounds rounds, Rounds closed) {
    double raw = closed.perSecond(RAW);
    for (String name : rounds.names()) {
      System.out.printf(
          "| %s, %d px | %s | %.1f | %.2f | %.1f | %.1f | %.1f | %d |%n",
          architecture,
          side,
          name,
          rounds.perSecond(name),
          rounds == closed ? closed.share(name, RAW) : rounds.perSecond(name) / raw,
          rounds.quantile(name, 0.5),
          rounds.quantile(name, 0.95),
          rounds.quantile(name, 0.99),
          rounds.refused(name));
    }
  }

  private void verdicts(Rounds closed, Rounds open, LocalProcess service, boolean peer) {
    double grpc = Math.max(closed.share(one(GRPC), RAW), closed.share(some(GRPC), RAW));
    double png = Math.max(closed.share(one(PNG), RAW_PNG), closed.share(some(PNG), RAW_PNG));
    double patience = open.quantile(offered(0.8), 0.99) / closed.quantile(one(GRPC), 0.5);
    System.out.printf("%n%s, %d px:%n", architecture, side);
    verdict("throughput by gRPC / raw", grpc, grpc >= 0.95, "0.95 or more");
    verdict("throughput by PNG / (decoding and raw)", png, png >= 0.85, "0.85 or more");
    double own = closed.moreMillis(one(GRPC), RAW);
    verdict("gRPC beyond raw at one client, client included, ms", own, own <= 0.3, "at most 0.3");
    verdict("p99 at 80 % / one call", patience, patience < 4, "less than 4");
    double overload = open.share(offered(1.5), offered(1));
    verdict("throughput at 150 % / at 100 %", overload, overload >= 0.95, "0.95 or more");
    double beside = open.quantile(BESIDE, 0.99) / open.quantile(QUIET, 0.99);
    System.out.printf("- p99 by PNG beside a batch job / without one: %.2f%n", beside);
    if (peer) {
      double ratio = closed.share(some(GRPC), some(PEER));
      verdict("throughput / Python peer's", ratio, ratio >= 2, "2 or more");
    }
    double start = service.startSeconds();
    verdict("start to ready, s", start, start < 1.5, "less than 1.5");
  }

  private static void verdict(String what, double found, boolean holds, String wanted) {
    System.out.printf("- %s: %.2f, %s: %s%n", what, found, wanted, holds ? "holds" : "does not");
  }
}
