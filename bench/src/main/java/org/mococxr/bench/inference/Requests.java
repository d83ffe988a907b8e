package org.mococxr.bench.inference;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import org.mococxr.imaging.GreyImage;
import org.mococxr.testkit.HttpConnection;

/** One request of each kind, as the same bytes again and again. */
final class Requests {
  private static final String INFER = "/inference.GRPCInferenceService/ModelInfer";
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private Requests() {}

  /** A raw tensor by gRPC: one message over HTTP/2 without TLS. */
  static Load grpc(URI address, String model, GreyImage picture) throws IOException {
    return grpc(address, INFER, model, picture);
  }

  /** The same message to another path. */
  static Load grpc(URI address, String path, String model, GreyImage picture) throws IOException {
    byte[] message = message(model, picture);
    return new Load(() -> new GrpcConnection(address, path, message));
  }

  /** Bytes of the service's answer to it, the gRPC prefix included. */
  static int answerBytes(URI address, String model, GreyImage picture) throws IOException {
    try (GrpcConnection client = new GrpcConnection(address, INFER, message(model, picture))) {
      client.request();
      return client.answered();
    }
  }

  /** {@code ModelInferRequest} after its gRPC prefix. */
  private static byte[] message(String model, GreyImage picture) throws IOException {
    byte[] input =
        message(
            out -> {
              out.writeString(1, "image");
              out.writeString(2, "UINT8");
              for (long size : new long[] {1, 1, picture.height(), picture.width()}) {
                out.writeInt64(3, size);
              }
            });
    byte[] request =
        message(
            out -> {
              out.writeString(1, model);
              out.writeByteArray(5, input);
              out.writeByteArray(6, message(output -> output.writeString(1, "probabilities")));
              out.writeBytes(7, ByteString.copyFrom(picture.pixels()));
            });
    return ByteBuffer.allocate(request.length + 5)
        .put((byte) 0)
        .putInt(request.length)
        .put(request)
        .array();
  }

  /** Writes the fields of a message. */
  @FunctionalInterface
  private interface Fields {
    void write(CodedOutputStream out) throws IOException;
  }

  private static byte[] message(Fields fields) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    fields.write(out);
    out.flush();
    return bytes.toByteArray();
  }

  /** A raw tensor by REST in binary form. */
  static Load tensor(URI address, String model, GreyImage picture) {
    int length = picture.pixels().length;
    String json =
        """
        {"inputs": [{"name": "image", "datatype": "UINT8", "shape": [1, 1, %d, %d],
                     "parameters": {"binary_data_size": %d}}],
         "outputs": [{"name": "probabilities", "parameters": {"binary_data": true}}]}"""
            .formatted(picture.height(), picture.width(), length);
    byte[] head = json.getBytes(StandardCharsets.US_ASCII);
    byte[] body = Arrays.copyOf(head, head.length + length);
    System.arraycopy(picture.pixels(), 0, body, head.length, length);
    return http(
        address.resolve("/v2/models/" + model + "/infer"),
        body,
        Map.of("Inference-Header-Content-Length", Integer.toString(head.length)));
  }

  /** An image file to the friendly API. */
  static Load image(URI address, String model, byte[] file) {
    return http(address.resolve("/v1/models/" + model + "/predict"), file, Map.of());
  }

  /** Any bytes over HTTP/1.1. */
  static Load http(URI address, byte[] body, Map<String, String> headers) {
    byte[] request = HttpConnection.post(address, headers, body);
    return new Load(
        () -> {
          HttpConnection connection = new HttpConnection(address, PATIENCE);
          return new Load.Client() {
            @Override
            public boolean request() throws IOException {
              HttpConnection.Answer answer = connection.exchange(request);
              if (answer.status() != 200 && answer.status() != 429) {
                throw new IOException(answer.toString());
              }
              return answer.status() == 200;
            }

            @Override
            public void close() throws IOException {
              connection.close();
            }
          };
        });
  }
}
