package org.mococxr.bench.inference;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.mococxr.foundation.Ports;
import org.mococxr.testkit.LocalProcess;

/**
 * What a gRPC server takes that is no service: the HTTP/2 server that Quarkus uses, with the
 * service's windows, reads a message into memory and answers as many bytes as the service does. It
 * reads no field, checks, counts, bounds and queues nothing. At {@link #AT_ONCE} it answers on the
 * thread that read the message. At a network's name a worker thread computes the end of the message
 * first, with the service's options of ONNX Runtime: a network's weights drive the code of server
 * and client out of the processors' caches, so that the same code takes longer than without.
 */
final class BareServer {
  static final String AT_ONCE = "/at-once";

  /** The service's, in its application.properties. */
  private static final int WINDOW = 1 << 20;

  private static final int CONNECTION_WINDOW = 4 << 20;

  private final Vertx vertx;
  private final Buffer answer;

  /** By path. */
  private final Map<String, Network> networks;

  private BareServer(Vertx vertx, int answerBytes, Map<String, Network> networks) {
    this.vertx = vertx;
    this.answer = Buffer.buffer(new byte[answerBytes]);
    this.networks = networks;
  }

  /** A network, and how long it has computed. */
  private record Network(OrtSession session, int side, AtomicLong nanos) {
    void compute(byte[] message) throws OrtException {
      long begin = System.nanoTime();
      int length = side * side;
      ByteBuffer pixels = ByteBuffer.allocateDirect(length);
      pixels.put(message, message.length - length, length).flip();
      long[] shape = {1, 1, side, side};
      OrtEnvironment environment = OrtEnvironment.getEnvironment();
      try (OnnxTensor image =
              OnnxTensor.createTensor(environment, pixels, shape, OnnxJavaType.UINT8);
          OrtSession.Result result = session.run(Map.of("image", image), Set.of("probabilities"))) {
        result.get(0).getValue();
      }
      nanos.addAndGet(System.nanoTime() - begin);
    }
  }

  /**
   * Starts one with the options of the service's process.
   *
   * @param answerBytes of an answer's message, its gRPC prefix included
   * @param bundles by the networks' names, each with the side of its input in pixels
   */
  static LocalProcess start(int answerBytes, Map<String, Map.Entry<Path, Integer>> bundles)
      throws IOException, InterruptedException {
    int port = Ports.free();
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx512m", "--enable-native-access=ALL-UNNAMED", "-XX:+UseSerialGC"));
    command.add(BareServer.class.getName());
    command.addAll(List.of(Integer.toString(port), Integer.toString(answerBytes)));
    bundles.forEach(
        (name, of) -> {
          String network = of.getKey().resolve("model.onnx").toString();
          command.addAll(List.of(name, network, of.getValue().toString()));
        });
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
    URI address = URI.create("http://127.0.0.1:" + port);
    return LocalProcess.start(
        builder, address, address.resolve("/ready"), LocalProcess.temporaryLog());
  }

  /** Port, bytes of an answer, and for each network its name, file and side. */
  public static void main(String[] arguments) throws OrtException {
    Map<String, Network> networks = new HashMap<>();
    for (int i = 2; i < arguments.length; i += 3) {
      OrtSession session = session(arguments[i + 1]);
      int side = Integer.parseInt(arguments[i + 2]);
      networks.put("/" + arguments[i], new Network(session, side, new AtomicLong()));
    }
    Vertx vertx = Vertx.vertx();
    HttpServerOptions options =
        new HttpServerOptions()
            .setInitialSettings(new Http2Settings().setInitialWindowSize(WINDOW))
            .setHttp2ConnectionWindowSize(CONNECTION_WINDOW);
    BareServer server = new BareServer(vertx, Integer.parseInt(arguments[1]), networks);
    vertx
        .createHttpServer(options)
        .requestHandler(server::handle)
        .listen(Integer.parseInt(arguments[0]), "127.0.0.1");
  }

  /** As the service opens it. */
  private static OrtSession session(String network) throws OrtException {
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setInterOpNumThreads(1);
      options.addConfigEntry("session.force_spinning_stop", "1");
      return OrtEnvironment.getEnvironment().createSession(network, options);
    }
  }

  private void handle(HttpServerRequest request) {
    Network network = networks.get(request.path());
    if (network != null) {
      request.body().onSuccess(message -> compute(network, request.response(), message));
    } else if (request.path().equals(AT_ONCE)) {
      request.body().onSuccess(message -> answer(request.response()));
    } else {
      request.response().end(statistics(request.path()));
    }
  }

  private void compute(Network network, HttpServerResponse response, Buffer message) {
    vertx
        .executeBlocking(
            () -> {
              network.compute(message.getBytes());
              return response;
            },
            false)
        .onComplete(this::answer, failure -> response.reset());
  }

  private void answer(HttpServerResponse response) {
    response
        .putHeader("content-type", "application/grpc")
        .putTrailer("grpc-status", "0")
        .end(answer);
  }

  /** What {@link ServiceStatistics} reads of the protocol's statistics. */
  private String statistics(String path) {
    String[] parts = path.split("/");
    Network network = networks.get("/" + parts[Math.min(3, parts.length - 1)]);
    return """
        {"model_stats": [{"inference_stats": {
          "compute_input": {"ns": 0}, "compute_infer": {"ns": %d}}}]}"""
        .formatted(network == null ? 0 : network.nanos().get());
  }
}
