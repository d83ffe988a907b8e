package org.mococxr.bench.inference;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;

/**
 * One request of HTTP/1.1 again and again on a connection that is kept. One write and a few reads
 * on the caller's thread: the client shares the processors with the service, so it must cost
 * little.
 */
final class HttpConnection implements Load.Client {
  private static final String LENGTH = "content-length:";

  private final Socket socket;
  private final InputStream in;
  private final byte[] request;

  /** Connects to the address' host. */
  HttpConnection(URI address, Map<String, String> headers, byte[] body) throws IOException {
    StringBuilder head = new StringBuilder();
    head.append("POST ").append(address.getRawPath()).append(" HTTP/1.1\r\n");
    head.append("Host: ").append(address.getAuthority()).append("\r\n");
    headers.forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
    head.append("Content-Length: ").append(body.length).append("\r\n\r\n");
    byte[] text = head.toString().getBytes(StandardCharsets.US_ASCII);
    this.request = Arrays.copyOf(text, text.length + body.length);
    System.arraycopy(body, 0, request, text.length, body.length);
    this.socket = new Socket(address.getHost(), address.getPort());
    socket.setTcpNoDelay(true);
    this.in = new BufferedInputStream(socket.getInputStream());
  }

  @Override
  public boolean request() throws IOException {
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
    if (status != 200 && status != 429) {
      throw new IOException(status + ": " + new String(body, StandardCharsets.UTF_8));
    }
    return status == 200;
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
