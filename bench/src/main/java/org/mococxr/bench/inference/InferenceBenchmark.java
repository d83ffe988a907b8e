package org.mococxr.bench.inference;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.mococxr.bench.Clocks;
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
 * Runtime does. The clients take their part of the processors. Before anything counts, the service
 * and the code of the clients are warmed up on a small network, as they are in a service that has
 * run for a while: some ten thousand requests of each kind in ten seconds.
 *
 * <p>What a call takes outside of computing is in part the client's, the operating system's and
 * that of HTTP/2. The service's own cost is what it takes beyond a {@link BareServer} that computes
 * the same network and answers the same client.
 *
 * <p>Arguments: architectures with sizes, separated by commas ({@code
 * resnet18:320,densenet121:320}), and seconds of each row.
 */
public final class InferenceBenchmark {
  private static final int ROUNDS = 5;
  private static final double[] LOADS = {0.5, 0.8, 1, 1.5};
  private static final int CLIENTS = 4;
  private static final int STARTS = 3;
  private static final String WARM = "warm";
  private static final String WARM_ARCHITECTURE = "resnet18_w16";
  private static final int WARM_SIDE = 64;
  private static final String RAW = "raw ONNX Runtime";
  private static final String RAW_PNG = "raw ONNX Runtime, PNG decoded before";
  private static final String GRPC = "gRPC, raw tensor";
  private static final String PNG = "REST, PNG";
  private static final String QUIET = "REST, PNG, 50 % of raw offered";
  private static final String BESIDE = QUIET + " beside a batch job";
  private static final String PEER = "Python peer, raw tensor";
  private static final String BARE = "bare gRPC server, computing";
  private static final String BARE_AT_ONCE = "bare gRPC server, answering at once";
  private static final String EIGHT_BITS = "gRPC, raw tensor, int8 (another network)";
  private static final String EIGHT_BITS_NAME = "bench-int8";

  /** Less leaves code that the JIT compiler has not compiled. */
  private static final double LEAST_WARMING = 10;

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
    Path small = Files.createTempDirectory("mococxr-bench-");
    Path eight = Files.createTempDirectory("mococxr-bench-");
    Path tables = Files.createTempDirectory("mococxr-bench-");
    Bundle bundle = BenchBundle.of(BenchBundle.NAME, architecture, side);
    bundle.write(folder);
    BenchBundle.of(WARM, WARM_ARCHITECTURE, WARM_SIDE).write(small);
    BenchBundle.eightBits(EIGHT_BITS_NAME, architecture, side).write(eight);
    GreyImage picture = BenchBundle.picture(side, side);
    GreyImage large = BenchBundle.picture(side * 39 / 32, side);
    byte[] png = ImageWriter.toPng(large);
    int threads = Runtime.getRuntime().availableProcessors();
    double start = secondsToReady(folder, tables);
    try (OnnxModel model = new OnnxModel(bundle.model());
        LocalProcess service = ServiceProcess.start(List.of(folder, small, eight), folder, tables);
        LocalProcess bare = bare(service, picture, folder, small);
        LocalProcess peer = PeerProcess.start(folder, side, threads).orElse(null)) {
      byte[] dicom = BenchBundle.dicom(large);
      double ownOfSmall = warm(service, bare, png, dicom);
      Load grpc = Requests.grpc(service.address(), BenchBundle.NAME, picture);
      Rounds closed = new Rounds(title() + ", closed loops", ROUNDS, seconds / ROUNDS);
      Load raw = new Load(() -> () -> !model.run(List.of(picture)).isEmpty());
      Load rawPng = new Load(() -> () -> !model.run(List.of(decoded(png))).isEmpty());
      closed.add(RAW, time -> raw.closed(1, time)).add(RAW_PNG, time -> rawPng.closed(1, time));
      ServiceStatistics alone = new ServiceStatistics(service.address(), BenchBundle.NAME);
      closed
          .add(one(GRPC), time -> alone.beside(() -> grpc.closed(1, time)))
          .add(some(GRPC), time -> grpc.closed(CLIENTS, time));
      ServiceStatistics floor = new ServiceStatistics(bare.address(), BenchBundle.NAME);
      Load computing =
          Requests.grpc(bare.address(), "/" + BenchBundle.NAME, BenchBundle.NAME, picture);
      Load atOnce = Requests.grpc(bare.address(), BareServer.AT_ONCE, BenchBundle.NAME, picture);
      closed
          .add(one(BARE), time -> floor.beside(() -> computing.closed(1, time)))
          .add(one(BARE_AT_ONCE), time -> atOnce.closed(1, time));
      Load eightBits = Requests.grpc(service.address(), EIGHT_BITS_NAME, picture);
      closed.add(some(EIGHT_BITS), time -> eightBits.closed(CLIENTS, time));
      both(
          closed,
          "REST, binary tensor",
          Requests.tensor(service.address(), BenchBundle.NAME, picture));
      Load pictures = Requests.image(service.address(), BenchBundle.NAME, png);
      both(closed, PNG, pictures);
      both(closed, "REST, DICOM", Requests.image(service.address(), BenchBundle.NAME, dicom));
      if (peer != null) {
        var tensors = peer.address().resolve("/tensor");
        both(closed, PEER, Requests.http(tensors, picture.pixels(), Map.of()));
        var files = peer.address().resolve("/picture");
        both(closed, "Python peer, PNG", Requests.http(files, png, Map.of()));
      }
      rows(closed.run(), closed);
      Rounds open = new Rounds(title() + ", open loops", ROUNDS, seconds / ROUNDS);
      double offered = closed.perSecond(RAW);
      for (double share : LOADS) {
        open.add(offered(share), time -> grpc.open(share * offered, time));
      }
      BatchJob job = new BatchJob(service.address(), folder, png);
      double half = closed.perSecond(RAW_PNG) / 2;
      open.add(QUIET, time -> pictures.open(half, time));
      open.add(BESIDE, time -> job.beside(() -> pictures.open(half, time)));
      rows(open.run(), closed);
      System.out.printf("%nimages of the batch job beside: %.1f a second%n", job.perSecond());
      verdicts(closed, open, alone, floor, start, peer != null);
      note("the service's own cost with a network that fits the caches, ms", ownOfSmall);
    } finally {
      Folders.delete(folder);
      Folders.delete(small);
      Folders.delete(eight);
      Folders.delete(tables);
    }
  }

  /** From the start to ready with one model, which the first start of some fetches: the middle. */
  private static double secondsToReady(Path folder, Path tables) throws Exception {
    double[] seconds = new double[STARTS];
    for (int i = 0; i < STARTS; i++) {
      try (LocalProcess service = ServiceProcess.start(List.of(folder), folder, tables)) {
        seconds[i] = service.startSeconds();
      }
    }
    return Clocks.median(seconds);
  }

  private String title() {
    return architecture + ", " + side + " px";
  }

  /** Beside the service, to answer the same messages. */
  private LocalProcess bare(LocalProcess service, GreyImage picture, Path folder, Path small)
      throws IOException, InterruptedException {
    int answer = Requests.answerBytes(service.address(), BenchBundle.NAME, picture);
    return BareServer.start(
        answer,
        Map.of(BenchBundle.NAME, Map.entry(folder, side), WARM, Map.entry(small, WARM_SIDE)));
  }

  /**
   * Each kind of request on a network that computes little, and the decoding on this side. What is
   * compared with one client is warmed up with one, too: the service computes a lone request on
   * another way.
   *
   * @return the service's own cost with the small network, in ms
   */
  private double warm(LocalProcess service, LocalProcess bare, byte[] png, byte[] dicom)
      throws IOException {
    GreyImage small = BenchBundle.picture(WARM_SIDE, WARM_SIDE);
    double time = Math.max(LEAST_WARMING, seconds);
    System.err.printf("%s: warming up, %.0f s%n", title(), 8 * time + 2 * seconds);
    new Load(() -> () -> decoded(png).width() == side).closed(1, time);
    Requests.tensor(service.address(), WARM, small).closed(CLIENTS, time);
    Requests.image(service.address(), WARM, png).closed(CLIENTS, time);
    Requests.image(service.address(), WARM, dicom).closed(CLIENTS, time);
    Requests.grpc(bare.address(), BareServer.AT_ONCE, WARM, small).closed(1, time);
    Load computing = Requests.grpc(bare.address(), "/" + WARM, WARM, small);
    computing.closed(1, time);
    Load grpc = Requests.grpc(service.address(), WARM, small);
    grpc.closed(CLIENTS, time);
    grpc.closed(1, time);
    ServiceStatistics alone = new ServiceStatistics(service.address(), WARM);
    ServiceStatistics floor = new ServiceStatistics(bare.address(), WARM);
    for (int round = 0; round < ROUNDS; round++) {
      alone.beside(() -> grpc.closed(1, seconds / ROUNDS));
      floor.beside(() -> computing.closed(1, seconds / ROUNDS));
    }
    return alone.otherMillisBeyond(floor);
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

  private void verdicts(
      Rounds closed,
      Rounds open,
      ServiceStatistics alone,
      ServiceStatistics floor,
      double start,
      boolean peer) {
    double grpc = Math.max(closed.share(one(GRPC), RAW), closed.share(some(GRPC), RAW));
    double png = Math.max(closed.share(one(PNG), RAW_PNG), closed.share(some(PNG), RAW_PNG));
    System.out.printf("%n%s:%n", title());
    verdict("throughput by gRPC / raw", grpc, grpc >= 0.95, "0.95 or more");
    verdict("throughput by PNG / (decoding and raw)", png, png >= 0.85, "0.85 or more");
    double own = alone.otherMillisBeyond(floor);
    verdict(
        "the service's own cost: gRPC outside of computing beyond the bare server's, ms",
        own,
        own <= 0.3,
        "at most 0.3");
    note("of it by the service's statistics, without transport, ms", alone.ownMillis());
    note("gRPC outside of computing, client and transport included, ms", alone.otherMillis());
    note("the bare server's outside of the same computing, ms", floor.otherMillis());
    note("the bare server's answering at once, ms", closed.mean(one(BARE_AT_ONCE)));
    note("computing in the service, mean ms", alone.computeMillis());
    note("computing raw, mean ms", closed.mean(RAW));
    note("gRPC beyond raw at one client, client included, ms", closed.moreMillis(one(GRPC), RAW));
    double patience = open.quantile(offered(0.8), 0.99) / closed.quantile(one(GRPC), 0.5);
    verdict("p99 at 80 % / one call", patience, patience < 4, "less than 4");
    note("p99 of raw / one call", closed.quantile(RAW, 0.99) / closed.quantile(RAW, 0.5));
    double overload = open.share(offered(1.5), offered(1));
    verdict("throughput at 150 % / at 100 %", overload, overload >= 0.95, "0.95 or more");
    note(
        "p99 by PNG beside a batch job / without one",
        open.quantile(BESIDE, 0.99) / open.quantile(QUIET, 0.99));
    if (peer) {
      double ratio = closed.share(some(GRPC), some(PEER));
      verdict("throughput / Python peer's", ratio, ratio >= 2, "2 or more");
      note("Python peer beyond raw at one client, ms", closed.moreMillis(one(PEER), RAW));
      note(
          "not the equal comparison: throughput of the service's int8 / Python peer's float32",
          closed.share(some(EIGHT_BITS), some(PEER)));
    }
    verdict("start to ready, s", start, start < 1.5, "less than 1.5");
  }

  private static void note(String what, double found) {
    System.out.printf("- %s: %.2f%n", what, found);
  }

  private static void verdict(String what, double found, boolean holds, String wanted) {
    System.out.printf("- %s: %.2f, %s: %s%n", what, found, wanted, holds ? "holds" : "does not");
  }
}
