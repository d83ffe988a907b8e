package org.mococxr.foundation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;

/** Free TCP ports on loopback. */
public final class Ports {
  private Ports() {}

  /** A port that nothing listens on; another program could still be quicker to take it. */
  public static int free() {
    return free(1).getFirst();
  }

  /**
   * Different ports that nothing listens on; another program could still be quicker to take one.
   */
  public static List<Integer> free(int count) {
    List<ServerSocket> sockets = new ArrayList<>();
    try {
      for (int i = 0; i < count; i++) {
        sockets.add(bind(0));
      }
      return sockets.stream().map(ServerSocket::getLocalPort).toList();
    } catch (IOException e) {
      throw new UncheckedIOException("no free port on 127.0.0.1", e);
    } finally {
      sockets.forEach(Ports::release);
    }
  }

  /** The port itself if nothing listens on it, otherwise a free one. */
  public static int preferring(int port) {
    try (ServerSocket socket = bind(port)) {
      return socket.getLocalPort();
    } catch (IOException e) {
      return free();
    }
  }

  private static ServerSocket bind(int port) throws IOException {
    ServerSocket socket = new ServerSocket();
    try {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), port));
      return socket;
    } catch (IOException e) {
      release(socket);
      throw e;
    }
  }

  private static void release(ServerSocket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // An unconnected socket has nothing to flush: closing it loses nothing.
    }
  }
}
