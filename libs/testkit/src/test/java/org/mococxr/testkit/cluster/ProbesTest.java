package org.mococxr.testkit.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ProbesTest {
  /** As a kubelet does: one late answer is no reason to send nobody to a pod any more. */
  @Test
  void readyUntilAsManyProbesHaveFailedInARow() throws Exception {
    Iterator<Integer> answers = List.of(200, 503, 200, 503, 503).iterator();
    CountDownLatch asked = new CountDownLatch(6);
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(answers.hasNext() ? answers.next() : 200, -1);
          exchange.close();
          asked.countDown();
        });
    server.start();
    Process process = new ProcessBuilder("sleep", "60").start();
    try {
      List<Boolean> told = new CopyOnWriteArrayList<>();
      Probes.watch(container(server.getAddress().getPort()), "127.0.0.1", process, told::add);
      asked.await(20, TimeUnit.SECONDS);
      // What was told before the sixth question: the second in a row that fails is told.
      assertEquals(List.of(true, true, false), told.subList(0, 3));
    } finally {
      process.destroyForcibly();
      server.stop(0);
    }
  }

  private static Container container(int port) {
    return new ContainerBuilder()
        .withName("service")
        .withNewReadinessProbe()
        .withNewHttpGet()
        .withPath("/")
        .withNewPort(port)
        .endHttpGet()
        .withPeriodSeconds(1)
        .withFailureThreshold(2)
        .endReadinessProbe()
        .build();
  }
}
