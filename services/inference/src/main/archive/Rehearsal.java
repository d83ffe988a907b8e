import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import javax.imageio.ImageIO;

/**
 * Asks the service as its clients do while the JVM watches it for its archive ({@code
 * bin/archive-service}): the archive then holds the classes of answers, and which code is used so
 * often that the JIT compiler is to compile it first. The service serves the bundle beside this
 * file: the mean grey level of 320 × 320 pixels.
 *
 * <p>Arguments: the service's port and that of its management.
 */
public final class Rehearsal {
  private static final int SIDE = 320;
  private static final int OFTEN = 100;
  private static final int SELDOM = 5;
  private static final String MODEL = "rehearsal";

  /** Of a request, so that a service that does not answer ends the rehearsal. */
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final HttpClient http1 =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final HttpClient http2 = HttpClient.newHttpClient();
  private final URI service;
  private final URI management;

  private Rehearsal(URI service, URI management) {
    this.service = service;
    this.management = management;
  }

  public static void main(String[] arguments) throws Exception {
    URI service = URI.create("http://127.0.0.1:" + arguments[0]);
    URI management = URI.create("http://127.0.0.1:" + arguments[1]);
    new Rehearsal(service, management).run();
  }

  private void run() throws Exception {
    byte[] pixels = new byte[SIDE * SIDE];
    new Random(7).nextBytes(pixels);
    byte[] message = message(pixels);
    byte[] tensor = tensor(pixels);
    byte[] png = picture("png");
    byte[] jpeg = picture("jpeg");
    get(http2, service.resolve("/v2")); // changes to HTTP/2, which the body of a call would not survive
    for (int i = 0; i < OFTEN; i++) {
      post(http2, "/inference.GRPCInferenceService/ModelInfer", message, "content-type", "application/grpc");
      post(http1, "/v2/models/" + MODEL + "/infer", tensor, "Inference-Header-Content-Length", "" + (tensor.length - pixels.length));
      post(http1, "/v1/models/" + MODEL + "/predict", i % 2 == 0 ? png : jpeg, "x", "x");
    }
    for (int i = 0; i < SELDOM; i++) {
      post(http1, "/v1/models/" + MODEL + "/predict?heatmaps=true", png, "x", "x");
      for (String path : new String[] {"/", "/v1/models", "/v2/models/" + MODEL, "/v2/models/" + MODEL + "/stats"}) {
        get(http1, service.resolve(path));
      }
      get(http1, management.resolve("/q/health/ready"));
      get(http1, management.resolve("/q/metrics"));
    }
  }

  private static void get(HttpClient client, URI address) throws IOException, InterruptedException {
    send(client, HttpRequest.newBuilder(address));
  }

  private void post(HttpClient client, String path, byte[] body, String header, String value)
      throws IOException, InterruptedException {
    HttpRequest.BodyPublisher bytes = HttpRequest.BodyPublishers.ofByteArray(body);
    send(client, HttpRequest.newBuilder(service.resolve(path)).header(header, value).POST(bytes));
  }

  private static void send(HttpClient client, HttpRequest.Builder builder) throws IOException, InterruptedException {
    HttpRequest request = builder.timeout(PATIENCE).build();
    HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
    String status = answer.headers().firstValue("grpc-status").orElse("0");
    if (answer.statusCode() != 200 || !status.equals("0")) {
      throw new IOException(request.uri() + ": " + answer.statusCode() + " " + status + " " + answer.body());
    }
  }

  private static byte[] picture(String format) throws IOException {
    BufferedImage picture = new BufferedImage(SIDE * 5 / 4, SIDE, BufferedImage.TYPE_BYTE_GRAY);
    byte[] pixels = new byte[picture.getWidth() * picture.getHeight()];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) (i / 7 % 200 + i % 11);
    }
    picture.getRaster().setDataElements(0, 0, picture.getWidth(), picture.getHeight(), pixels);
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    ImageIO.write(picture, format, file);
    return file.toByteArray();
  }

  /** A tensor after its JSON, as the protocol's binary extension has it. */
  private static byte[] tensor(byte[] pixels) {
    String json =
        """
        {"inputs": [{"name": "image", "datatype": "UINT8", "shape": [1, 1, %1$d, %1$d],
                     "parameters": {"binary_data_size": %2$d}}],
         "outputs": [{"name": "probabilities", "parameters": {"binary_data": true}}]}"""
            .formatted(SIDE, pixels.length);
    return joined(json.getBytes(StandardCharsets.US_ASCII), pixels);
  }

  /** {@code ModelInferRequest} after its gRPC prefix. */
  private static byte[] message(byte[] pixels) {
    byte[] shape = joined(varint(1), varint(1), varint(SIDE), varint(SIDE));
    byte[] input = joined(field(1, text("image")), field(2, text("UINT8")), field(3, shape));
    byte[] output = field(1, text("probabilities"));
    byte[] request = joined(field(1, text(MODEL)), field(5, input), field(6, output), field(7, pixels));
    return joined(ByteBuffer.allocate(5).put((byte) 0).putInt(request.length).array(), request);
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] field(int number, byte[] content) {
    return joined(varint(number << 3 | 2), varint(content.length), content);
  }

  private static byte[] varint(int value) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (; value > 127; value >>>= 7) {
      bytes.write(value & 127 | 128);
    }
    bytes.write(value);
    return bytes.toByteArray();
  }

  private static byte[] joined(byte[]... parts) {
    byte[] all = new byte[Arrays.stream(parts).mapToInt(part -> part.length).sum()];
    int at = 0;
    for (byte[] part : parts) {
      System.arraycopy(part, 0, all, at, part.length);
      at += part.length;
    }
    return all;
  }
}
