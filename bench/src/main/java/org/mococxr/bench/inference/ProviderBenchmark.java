package org.mococxr.bench.inference;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.TensorInfo;
import ai.onnxruntime.providers.OrtCUDAProviderOptions;
import ai.onnxruntime.providers.OrtTensorRTProviderOptions;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.mococxr.bench.Clocks;

/**
 * ONNX Runtime alone on one of its providers, by the size of the batch: one caller, who waits for
 * each answer. It needs nothing but this module's classes and ONNX Runtime's jar, so that it can be
 * taken to a machine with a GPU.
 *
 * <p>Arguments: the provider ({@code cpu}, {@code cuda} or {@code tensorrt}), the provider's
 * options ({@code name=value}, separated by commas; {@code -} for none), batch sizes separated by
 * commas, seconds of each row, and folders of bundles. Each network is held against its own
 * computation on the processors, and against the first bundle's.
 */
public final class ProviderBenchmark {
  private static final int CHECKED = 8;
  private static final int WARM_UP = 3;
  private static final String PROBABILITIES = "probabilities";
  private static final String LOGITS = "logits";

  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
  private final String provider;
  private final Map<String, String> options;
  private final List<Integer> sizes;
  private final double seconds;

  private ProviderBenchmark(
      String provider, Map<String, String> options, List<Integer> sizes, double seconds) {
    this.provider = provider;
    this.options = options;
    this.sizes = sizes;
    this.seconds = seconds;
  }

  /** See the class. */
  public static void main(String[] arguments) throws OrtException {
    Locale.setDefault(Locale.ROOT);
    if (arguments.length < 5) {
      System.err.println("cpu|cuda|tensorrt OPTIONS|- SIZES SECONDS BUNDLE…");
      System.exit(64);
    }
    Map<String, String> options = new LinkedHashMap<>();
    for (String option : arguments[1].equals("-") ? new String[0] : arguments[1].split(",")) {
      String[] parts = option.split("=", 2);
      options.put(parts[0], parts[1]);
    }
    List<Integer> sizes = Arrays.stream(arguments[2].split(",")).map(Integer::valueOf).toList();
    new ProviderBenchmark(arguments[0], options, sizes, Double.parseDouble(arguments[3]))
        .run(Arrays.stream(arguments).skip(4).map(Path::of).toList());
  }

  private void run(List<Path> bundles) throws OrtException {
    System.out.printf("ONNX Runtime %s, %s %s%n%n", environment.getVersion(), provider, options);
    System.out.println(
        "| bundle | batch | first call, ms | ms | images/s | processor ms an image | from the processors: probability, logit"
            + " | from the first bundle: probability, logit |");
    System.out.println("|---|---|---|---|---|---|---|---|");
    Answers first = null;
    String before = null;
    for (Path bundle : bundles) {
      String network = bundle.resolve("model.onnx").toString();
      Answers own;
      try (OrtSession processors = open(network, "cpu")) {
        own = answers(processors, images(processors, CHECKED), CHECKED);
      }
      String name = bundle.getFileName().toString();
      String networks = name.replaceFirst("-[^-]*$", "");
      first = networks.equals(before) ? first : own;
      before = networks;
      List<OrtSession> each = new ArrayList<>();
      for (int size : sizes) {
        OrtSession session = open(network, provider);
        each.add(session);
        row(name, size, session, own, first);
      }
      turns(name + ", a session for each size", each);
      turns(name + ", one session", List.of(each.getFirst()));
      for (OrtSession session : each) {
        session.close();
      }
    }
  }

  private OrtSession open(String network, String on) throws OrtException {
    try (SessionOptions session = new SessionOptions()) {
      if (on.equals("tensorrt")) {
        try (OrtTensorRTProviderOptions tensorrt = new OrtTensorRTProviderOptions(0)) {
          for (var option : options.entrySet()) {
            if (option.getKey().startsWith("trt_")) {
              tensorrt.add(option.getKey(), option.getValue());
            }
          }
          session.addTensorrt(tensorrt);
        }
      }
      if (!on.equals("cpu")) {
        try (OrtCUDAProviderOptions cuda = new OrtCUDAProviderOptions(0)) {
          for (var option : options.entrySet()) {
            if (!option.getKey().startsWith("trt_")) {
              cuda.add(option.getKey(), option.getValue());
            }
          }
          session.addCUDA(cuda);
        }
      }
      return environment.createSession(network, session);
    }
  }

  private void row(String bundle, int size, OrtSession session, Answers own, Answers first)
      throws OrtException {
    ByteBuffer images = images(session, size);
    long begin = System.nanoTime();
    Answers found = answers(session, images, size);
    double firstCall = (System.nanoTime() - begin) / 1e6;
    for (int i = 0; i < WARM_UP; i++) {
      answers(session, images, size);
    }
    int calls = 0;
    begin = System.nanoTime();
    long processor = Clocks.processNanos();
    long taken = 0;
    for (; taken < seconds * 1e9; taken = System.nanoTime() - begin) {
      answers(session, images, size);
      calls++;
    }
    System.out.printf(
        "| %s | %d | %.0f | %.2f | %.1f | %.2f | %s | %s |%n",
        bundle,
        size,
        firstCall,
        taken / 1e6 / calls,
        1e9 * size * calls / taken,
        (Clocks.processNanos() - processor) / 1e6 / size / calls,
        found.from(own),
        found.from(first));
  }

  /** Batches of all sizes in turn, as requests of one, two and more images make them. */
  private void turns(String how, List<OrtSession> sessions) throws OrtException {
    List<ByteBuffer> images = new ArrayList<>();
    for (int size : sizes) {
      images.add(images(sessions.getFirst(), size));
    }
    long computed = 0;
    int calls = 0;
    long begin = 0;
    long taken = 0;
    // The first round is not counted: it prepares what is not prepared at every change.
    for (int round = 0; round < 2 || taken < seconds * 1e9; round++) {
      begin = round == 1 ? System.nanoTime() : begin;
      for (int i = 0; i < sizes.size(); i++) {
        answers(sessions.get(i % sessions.size()), images.get(i), sizes.get(i));
        computed += round == 0 ? 0 : sizes.get(i);
        calls += round == 0 ? 0 : 1;
      }
      taken = round == 0 ? 0 : System.nanoTime() - begin;
    }
    System.out.printf(
        "| %s | %s in turn | | %.2f | %.1f | | | |%n",
        how, sizes, taken / 1e6 / calls, 1e9 * computed / taken);
  }

  /**
   * What a network says of the first images.
   *
   * @param logits before calibration
   */
  private record Answers(float[] probabilities, float[] logits) {

    /** The largest difference, that of logits as a share of the other's largest. */
    String from(Answers other) {
      int count = Math.min(probabilities.length, other.probabilities.length);
      double probability = 0;
      double logit = 0;
      double largest = 0;
      for (int i = 0; i < count; i++) {
        probability = larger(probability, probabilities[i] - other.probabilities[i]);
        logit = larger(logit, logits[i] - other.logits[i]);
        largest = larger(largest, other.logits[i]);
      }
      return "%.1e, %.1e".formatted(probability, logit / largest);
    }

    /** NaN where one of them is. */
    private static double larger(double sofar, double value) {
      return Math.max(sofar, Math.abs(value));
    }
  }

  private Answers answers(OrtSession session, ByteBuffer images, int count) throws OrtException {
    long[] shape = shape(session);
    shape[0] = count;
    try (OnnxTensor input =
            OnnxTensor.createTensor(environment, images.rewind(), shape, OnnxJavaType.UINT8);
        OrtSession.Result result =
            session.run(Map.of("image", input), Set.of(PROBABILITIES, LOGITS))) {
      return new Answers(values(result, PROBABILITIES), values(result, LOGITS));
    }
  }

  private static float[] values(OrtSession.Result result, String output) {
    return ((OnnxTensor) result.get(output).orElseThrow()).getFloatBuffer().array();
  }

  private static long[] shape(OrtSession session) throws OrtException {
    return ((TensorInfo) session.getInputInfo().get("image").getInfo()).getShape();
  }

  /** Fields of different greys with noise, the same at each call. */
  private static ByteBuffer images(OrtSession session, int count) throws OrtException {
    int side = (int) shape(session)[2];
    ByteBuffer images = ByteBuffer.allocateDirect(count * side * side);
    for (int image = 0; image < count; image++) {
      Random random = new Random(image);
      int edge = side / 4 + random.nextInt(side / 2);
      for (int i = 0; i < side * side; i++) {
        boolean bright = i % side > edge ^ i / side > edge;
        images.put((byte) ((bright ? 150 : 50) + random.nextInt(60)));
      }
    }
    return images;
  }
}
