package org.mococxr.foundation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Free TCP ports on loopback. They are of a range from which systems take none by themselves, for a
 * connection or for a server that lets the system choose: who asks here binds only later, often in
 * another process, and until then such a port could be taken. Two calls do not give the same one.
 */
public final class Ports {
  private static final int LAST = 65_535;

  /**
   * Below those of Linux (32,768) and of others (49,152), and of services of Kubernetes (30,000).
   */
  private static final int FIRST_FREE = 20_000;

  private static final int RANGE = 10_000;

  /** Begins elsewhere in each process, so that those that ask at the same time get others. */
  private static final AtomicInteger NEXT =
      new AtomicInteger((int) (ProcessHandle.current().pid() * 97 % RANGE));

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
        sockets.add(bindFree());
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

  /**
   * Refuses a port that cannot be listened on.
   *
   * @param place for the message: the option that names the port
   */
  public static void requireFree(int port, String place) {
    if (port < 1 || port > LAST) {
      throw new UserErrorException(place, "found " + port, "expected 1 to " + LAST);
    }
    try {
      release(bind(port));
    } catch (IOException e) {
      throw new UserErrorException(
          place,
          "port " + port + " cannot be taken (" + Causes.message(e) + ")",
          "name another one, or end the program that listens there");
    }
  }

  /** Whether anything listens on a port. */
  public static boolean listens(int port) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return true;
    } catch (IOException notYet) {
      return false;
    }
  }

  private static ServerSocket bindFree() throws IOException {
    for (int tries = 0; tries < RANGE; tries++) {
      try {
        return bind(FIRST_FREE + Math.floorMod(NEXT.getAndIncrement(), RANGE));
      } catch (IOException e) {
        // Taken: the next one.
      }
    }
    return bind(0);
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
