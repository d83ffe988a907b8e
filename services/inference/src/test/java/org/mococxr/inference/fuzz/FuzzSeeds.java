package org.mococxr.inference.fuzz;

import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.mococxr.inference.testing.Dicoms;
import org.mococxr.testkit.Pictures;

/** Whole requests, and what damages them. */
final class FuzzSeeds {
  private static final List<byte[]> IMAGES =
      List.of(
          Pictures.of(33, 21, "png", (x, y) -> 7 * x + y),
          Pictures.of(33, 21, "jpg", (x, y) -> 7 * x + y),
          Dicoms.flat(20, 20, 90),
          form());

  private FuzzSeeds() {}

  static List<byte[]> images() {
    return IMAGES;
  }

  private static byte[] form() {
    return ("--b\r\nContent-Disposition: form-data; name=\"image\"; filename=\"x\"\r\n\r\nabc"
            + "\r\n--b--\r\n")
        .getBytes();
  }

  static List<String> requests(int size) {
    String pixels = "[" + "7,".repeat(size * size - 1) + "7]";
    String file = Base64.getEncoder().encodeToString(IMAGES.getFirst());
    return List.of(
        request("UINT8", "[1, 1, %d, %d]".formatted(size, size), pixels),
        request("FP32", "[1, 1, %d, %d]".formatted(size, size), pixels.replace("7", "7.5")),
        request("UINT8", "[9223372036854775807, 1, %d, %d]".formatted(size, size), pixels),
        request("UINT8", "[-1, -1, -1, -1]", pixels),
        request("BYTES", "[1]", "[\"" + file + "\"]"),
        request("UINT8", "[1]", "[".repeat(500) + "]".repeat(500)),
        request("UINT8", "[1, 1, 8, 8]", "[1e400, 99999999999999999999, -0.0, null, true]"));
  }

  /**
   * Feedback on an answer.
   *
   * @param id of the answer
   */
  static List<String> feedback(String id) {
    return List.of(
        "{\"id\": \"%s\", \"labels\": {\"Brightness\": true}}".formatted(id),
        "{\"id\": \"%s\", \"labels\": {\"Brightness\": 1, \"\": null}}".formatted(id),
        "{\"id\": [], \"labels\": \"x\"}",
        "[".repeat(2000));
  }

  /**
   * Batch jobs.
   *
   * @param input a folder's address, which ends with a slash
   * @param output a table's name
   */
  static List<String> jobs(String input, String output) {
    String job = "{\"model\": \"m\", \"input\": \"" + input + "\", \"output\": \"" + output + "\"";
    return List.of(
        job + "}",
        job + ", \"study\": \"folder\", \"columns\": [\"images\"], \"format\": \"csv\"}",
        job.replace(input, input + "list.csv") + ", \"study\": \"manifest\"}",
        job.replace(".csv", ".parquet") + "}",
        job.replace("\"m\"", "\"n\"") + "}",
        job.replace(input, input + "folder/../..%2f%00") + "}",
        job.replace(input, input + "a.png/") + "}",
        job.replace(input, "file:" + "/".repeat(2000)) + "}",
        job.replace(input, "s3://bucket/") + "}",
        job.replace(output, "../" + output) + "}",
        job.replace(output, "10:30/" + output) + "}",
        job.replace(output, output + "/" + output) + "}",
        job.replace(output, "x".repeat(300) + output) + "}",
        job.replace(output, "x/".repeat(3000) + output) + "}",
        job.replace(output, "\\ud800\\u0000" + output) + "}",
        job + ", \"columns\": [null, {}, 1e999]}",
        job + ", \"study\": [[]], \"format\": null}",
        "[".repeat(2000));
  }

  private static String request(String datatype, String shape, String data) {
    return """
        {"id": "1", "parameters": {"priority": 1, "timeout": 0},
         "inputs": [{"name": "image", "datatype": "%s", "shape": %s, "data": %s}],
         "outputs": [{"name": "probabilities", "parameters": {"binary_data": true}}]}"""
        .formatted(datatype, shape, data);
  }

  static String binaryRequest(int size) {
    return """
        {"inputs": [{"name": "image", "datatype": "UINT8", "shape": [1, 1, %1$d, %1$d],
                     "parameters": {"binary_data_size": %2$d}}]}"""
        .formatted(size, size * size);
  }

  /** Each of these asks the server to close the connection, or makes it do so. */
  static List<String> heads() {
    String rest = "Host: x\nConnection: close\n";
    return List.of(
        "POST /v1/models/m/predict HTTP/1.1\n" + rest + "Content-Length: 3\n\nabc",
        "POST /v1/models/m/predict HTTP/1.1\n" + rest + "Content-Length: -1\n\nabc",
        "POST /v1/models/m/predict HTTP/1.1\n" + rest + "Content-Length: 99999999999999999999\n\n",
        "POST /v1/models/m/predict HTTP/1.1\n" + rest + "Content-Length: 5000000000\n\n",
        "POST /v1/models/m/predict HTTP/1.1\n" + rest + "Content-Length: x\n\nabc",
        "POST /v1/models/m/predict HTTP/1.1\n"
            + rest
            + "Content-Length: 3\nContent-Length: 9\n\nabc",
        "POST /v1/models/m/predict HTTP/1.1\n"
            + rest
            + "Transfer-Encoding: chunked\n\nfffffff\nabc",
        "POST /v1/models/m/predict HTTP/1.1\n"
            + rest
            + "Transfer-Encoding: chunked\n\n3\nabc\n0\n\n",
        "POST /v1/models/%2e%2e/predict HTTP/1.1\n" + rest + "Content-Length: 3\n\nabc",
        "POST /v2/models/m/infer HTTP/1.1\n"
            + rest
            + "Content-Type: multipart/form-data; boundary=\"\n"
            + "Content-Length: 3\n\nabc",
        "POST /v1/models/m/predict?heatmaps=%00%ff HTTP/1.1\n" + rest + "Content-Length: 3\n\nabc",
        "POST /v1/models/m/predict HTTP/1.1\n"
            + rest
            + "Content-Type: multipart/form-data\nContent-Length: 3\n\nabc",
        "GET /v2/models/" + "a".repeat(3000) + " HTTP/1.1\n" + rest + "\n",
        "GET /v2/models/m/versions/%F0%9F%98%80 HTTP/1.1\n" + rest + "\n",
        "BREW /v2 HTTP/1.1\n" + rest + "\n",
        "GET /v2 HTTP/9.9\n" + rest + "\n",
        "GET http://[::1 HTTP/1.1\n" + rest + "\n",
        "POST /v1/batches HTTP/1.1\n" + rest + "Content-Length: 3\n\n{}",
        "POST /v1/batches HTTP/1.1\n" + rest + "Transfer-Encoding: chunked\n\n2\n{}\n0\n\n",
        "GET /v1/batches/%2e%2e/events HTTP/1.1\n" + rest + "\n",
        "GET /v1/batches/%00%ff HTTP/1.1\n" + rest + "Accept: text/event-stream\n\n",
        "DELETE /v1/batches/ HTTP/1.1\n" + rest + "Content-Length: 3\n\nabc",
        "DELETE /v1/models/m HTTP/1.1\n" + rest + "Content-Length: 3\n\nabc");
  }

  /** A few bytes changed, or a part cut out, doubled or cut off. */
  static byte[] damaged(byte[] whole, Random random) {
    byte[] bytes = whole.clone();
    for (int i = random.nextInt(4); i >= 0; i--) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
    }
    int at = random.nextInt(bytes.length);
    int length = random.nextInt(bytes.length - at) / 4;
    return switch (random.nextInt(4)) {
      case 0 -> Arrays.copyOf(bytes, at);
      case 1 -> joined(bytes, at, at + length); // cut out
      case 2 -> joined(bytes, at + length, at); // doubled
      default -> bytes;
    };
  }

  private static byte[] joined(byte[] bytes, int until, int from) {
    byte[] result = Arrays.copyOf(bytes, until + bytes.length - from);
    System.arraycopy(bytes, from, result, until, bytes.length - from);
    return result;
  }
}
