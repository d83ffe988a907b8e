package org.mococxr.bench.inference;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * One unary call of gRPC again and again on a connection of HTTP/2 without TLS (RFC 9113), within
 * the windows that the server grants. On the caller's thread alone, as {@link
 * org.mococxr.testkit.HttpConnection} and for the same reason.
 */
final class GrpcConnection implements Load.Client {
  private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
  private static final int DATA = 0;
  private static final int HEADERS = 1;
  private static final int RESET = 3;
  private static final int SETTINGS = 4;
  private static final int PING = 6;
  private static final int GO_AWAY = 7;
  private static final int WINDOW = 8;
  private static final int END_STREAM = 1;
  private static final int ACKNOWLEDGED = 1;
  private static final int END_HEADERS = 4;
  private static final int INITIAL_WINDOW = 4;
  private static final int FIRST_WINDOW = 65_535;
  private static final int FRAME = 16_384;
  private static final int SETTING = 6;

  private final Socket socket;
  private final DataInputStream in;
  private final DataOutputStream out;
  private final byte[] head;
  private final byte[] message;
  private int stream = -1;
  private int grantedAtFirst = FIRST_WINDOW;

  /** What the server still takes on this connection, and of the call under way. */
  private int ofConnection = FIRST_WINDOW;

  private int ofStream;

  /** Bytes of the answer's messages, and whether its stream has ended. */
  private int answered;

  private boolean ended;

  /**
   * @param message with its gRPC prefix
   */
  GrpcConnection(URI address, String path, byte[] message) throws IOException {
    this.message = message;
    this.head = head(address.getAuthority(), path);
    this.socket = new Socket(address.getHost(), address.getPort());
    socket.setTcpNoDelay(true);
    this.in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
    this.out = new DataOutputStream(new BufferedOutputStream(socket.getOutputStream(), 2 * FRAME));
    out.write(PREFACE.getBytes(StandardCharsets.US_ASCII));
    frame(SETTINGS, 0, 0, new byte[0]);
    // All that will ever be answered here, so that nothing is sent for it later.
    frame(WINDOW, 0, 0, ByteBuffer.allocate(4).putInt(Integer.MAX_VALUE - FIRST_WINDOW).array());
    out.flush();
  }

  /** The call's headers by HPACK's table of fixed names (RFC 7541), nothing remembered. */
  private static byte[] head(String authority, String path) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.write(0x83); // :method: POST
    bytes.write(0x86); // :scheme: http
    bytes.write(0x04); // :path
    text(bytes, path);
    bytes.write(0x01); // :authority
    text(bytes, authority);
    bytes.write(0x0F); // content-type, the 31st name: 15 and 16 more
    bytes.write(0x10);
    text(bytes, "application/grpc");
    bytes.write(0x00); // a name that the table lacks
    text(bytes, "te");
    text(bytes, "trailers");
    return bytes.toByteArray();
  }

  private static void text(ByteArrayOutputStream bytes, String text) {
    if (text.length() > 126) {
      throw new IllegalArgumentException("a longer text needs a longer length: " + text);
    }
    bytes.write(text.length());
    bytes.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
  }

  @Override
  public boolean request() throws IOException {
    stream += 2;
    ofStream = grantedAtFirst;
    answered = 0;
    ended = false;
    frame(HEADERS, END_HEADERS, stream, head);
    for (int sent = 0; sent < message.length; ) {
      int most = Math.min(Math.min(ofStream, ofConnection), FRAME);
      if (most <= 0) {
        out.flush();
        next();
        continue;
      }
      int length = Math.min(most, message.length - sent);
      boolean last = sent + length == message.length;
      begin(length, DATA, last ? END_STREAM : 0, stream);
      out.write(message, sent, length);
      sent += length;
      ofStream -= length;
      ofConnection -= length;
    }
    out.flush();
    while (!ended) {
      next();
    }
    return answered > 0; // a refused call has a status and no message
  }

  /** Bytes of the last answer's message, its prefix included. */
  int answered() {
    return answered;
  }

  /** Takes one frame from the server. */
  private void next() throws IOException {
    int lengthAndType = in.readInt();
    int type = lengthAndType & 0xFF;
    int flags = in.readUnsignedByte();
    int of = in.readInt() & Integer.MAX_VALUE;
    byte[] payload = in.readNBytes(lengthAndType >>> 8);
    switch (type) {
      case DATA -> answered += payload.length;
      case RESET, GO_AWAY -> throw new IOException("the server ends the call: frame " + type);
      case SETTINGS -> settings(flags, ByteBuffer.wrap(payload));
      case PING -> {
        if (flags == 0) {
          frame(PING, ACKNOWLEDGED, 0, payload);
          out.flush();
        }
      }
      case WINDOW -> {
        int more = ByteBuffer.wrap(payload).getInt();
        ofConnection += of == 0 ? more : 0;
        ofStream += of == stream ? more : 0;
      }
      default -> {} // headers, whose status a refusal tells, too, by having no message
    }
    ended |= of == stream && (type == DATA || type == HEADERS) && (flags & END_STREAM) != 0;
  }

  private void settings(int flags, ByteBuffer settings) throws IOException {
    if ((flags & ACKNOWLEDGED) != 0) {
      return;
    }
    while (settings.remaining() >= SETTING) {
      int setting = settings.getShort();
      int value = settings.getInt();
      if (setting == INITIAL_WINDOW) {
        ofStream += value - grantedAtFirst;
        grantedAtFirst = value;
      }
    }
    frame(SETTINGS, ACKNOWLEDGED, 0, new byte[0]);
    out.flush();
  }

  private void frame(int type, int flags, int of, byte[] payload) throws IOException {
    begin(payload.length, type, flags, of);
    out.write(payload);
  }

  private void begin(int length, int type, int flags, int of) throws IOException {
    out.writeInt(length << 8 | type);
    out.writeByte(flags);
    out.writeInt(of);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
