package org.mococxr.inference.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** A connection on which anything can be sent, as attackers do. */
public final class RawHttp implements AutoCloseable {
  private static final int PATIENCE_MILLIS = 60_000;

  private final Socket socket;

  public RawHttp(URI address) throws IOException {
    socket = new Socket(address.getHost(), address.getPort());
    socket.setSoTimeout(PATIENCE_MILLIS);
  }

  /**
   * An answer.
   *
   * @param head status line and headers, in lower case
   */
  public record Answer(int status, String head, String body) {}

  public RawHttp send(String text) throws IOException {
    return send(text.replace("\n", "\r\n").getBytes(StandardCharsets.ISO_8859_1));
  }

  public RawHttp send(byte[] bytes) throws IOException {
    try {
      socket.getOutputStream().write(bytes);
      socket.getOutputStream().flush();
    } catch (SocketException e) {
      // Refused already: the answer tells why.
    }
    return this;
  }

  /** Nothing more comes from here. */
  public void endOfRequest() throws IOException {
    try {
      socket.shutdownOutput();
    } catch (SocketException e) {
      // Closed by the server already.
    }
  }

  /** Everything until the server closes the connection; empty when it only closes. */
  public Answer answer() throws IOException {
    InputStream in = socket.getInputStream();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      in.transferTo(bytes);
    } catch (SocketException e) {
      // Closed by the server while bytes were on their way: what came before counts.
    }
    String text = bytes.toString(StandardCharsets.UTF_8);
    int end = text.indexOf("\r\n\r\n");
    if (end < 0) {
      return new Answer(0, "", "");
    }
    int status = Integer.parseInt(text.substring(text.indexOf(' ') + 1, text.indexOf(' ') + 4));
    return new Answer(
        status, text.substring(0, end).toLowerCase(Locale.ROOT), text.substring(end + 4));
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
