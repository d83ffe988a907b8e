package org.mococxr.testkit;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;

/**
 * Requests of HTTP/1.1, one after the other, on a connection that is kept. One write and a few
 * reads on the caller's thread: a client that shares the processors with the service must cost
 * little. Java's own client will not do for a million requests: under load it may hand an answer to
 * the guard of its idle connections and fail (JDK-8357639).
 */
public final class HttpConnection implements AutoCloseable {
  private static final String LENGTH = "content-length:";

  private final Socket socket;
  private final InputStream in;

  /** A status and its body. */
  public record Answer(int status, byte[] body) {
    /** The answer as an error tells it. */
    @Override
    public String toString() {
      return status + ": " + new String(body, StandardCharsets.UTF_8);
    }
  }

  /**
   * Connects to the address' host.
   *
   * @param patience for each read
   */
  public HttpConnection(URI address, Duration patience) throws IOException {
    this.socket = new Socket(address.getHost(), address.getPort());
    socket.setTcpNoDelay(true);
    socket.setSoTimeout((int) patience.toMillis());
    this.in = new BufferedInputStream(socket.getInputStream());
  }

  /** The bytes of a POST. */
  public static byte[] post(URI address, Map<String, String> headers, byte[] body) {
    StringBuilder head = new StringBuilder();
    head.append("POST ").append(address.getRawPath()).append(" HTTP/1.1\r\n");
    head.append("Host: ").append(address.getAuthority()).append("\r\n");
    headers.forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
    head.append("Content-Length: ").append(body.length).append("\r\n\r\n");
    byte[] text = head.toString().getBytes(StandardCharsets.US_ASCII);
    byte[] request = Arrays.copyOf(text, text.length + body.length);
    System.arraycopy(body, 0, request, text.length, body.length);
    return request;
  }

  /**
   * Sends a request and reads its answer.
   *
   * @throws IOException also if the answer does not tell its length, or the last one was longer
   *     than it told
   */
  public Answer exchange(byte[] request) throws IOException {
    if (in.available() > 0) {
      throw new IOException("the server sent more than its last answer");
    }
    socket.getOutputStream().write(request);
    int status = Integer.parseInt(line().split(" ")[1]);
    int length = -1;
    for (String header = line(); !header.isEmpty(); header = line()) {
      if (header.toLowerCase(Locale.ROOT).startsWith(LENGTH)) {
        length = Integer.parseInt(header.substring(LENGTH.length()).trim());
      }
    }
    if (length < 0) {
      throw new IOException("an answer does not tell its length");
    }
    byte[] body = in.readNBytes(length);
    if (body.length < length) {
      throw new EOFException("the connection ended in an answer");
    }
    return new Answer(status, body);
  }

  private String line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        throw new EOFException("the connection ended");
      }
      if (b != '\r') {
        line.write(b);
      }
    }
    return line.toString(StandardCharsets.US_ASCII);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
